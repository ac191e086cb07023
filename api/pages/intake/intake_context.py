"""What the pages of intake show: the hotline's form, the promise, a staff member's report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.pages.intake.read_out import ReadOut
from api.web.forms import Form, FormFault
from dispatch.clocks.commitment import Promise
from dispatch.repair.ticket import Ticket


@dataclass(frozen=True, slots=True)
class PlaceOption:
    """A residential area to choose: its name, and what tells it from others."""

    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class IntakePage:
    """The intake form with the promise as it stands while it is filled in."""

    form: Form
    channels: tuple[tuple[str, str], ...]
    job_types: tuple[str, ...]
    owners: tuple[tuple[str, str], ...]
    places: tuple[PlaceOption, ...]
    promise: Promise | None
    promise_faults: tuple[FormFault, ...]
    promised: tuple[ReadOut, ...]
    phrases: Mapping[str, tuple[ReadOut, ...]]
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form by which staff report what they saw: at a station, or at an address."""

    form: Form
    stations: tuple[tuple[str, str], ...]
    job_types: tuple[str, ...]
    owners: tuple[tuple[str, str], ...]
    places: tuple[PlaceOption, ...]


@dataclass(frozen=True, slots=True)
class PromisePart:
    """The promise alone, for the region that is fetched anew while the caller speaks."""

    promise: Promise | None
    promise_faults: tuple[FormFault, ...] = ()
    promised: tuple[ReadOut, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacesPart:
    """The residential areas that fit what was typed so far."""

    places: tuple[PlaceOption, ...]


@dataclass(frozen=True, slots=True)
class LoggedPage:
    """What the receptionist reads to the customer once the matter is logged."""

    ticket: Ticket
    customer_link: str
