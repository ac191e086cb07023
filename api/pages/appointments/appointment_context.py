"""What the pages of appointments show: one day's visits, the week's slots, paper, and links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from api.web.forms import Form
from dispatch.appointments.appointment import Appointment
from dispatch.appointments.slots import SlotTemplate

WEEKDAYS = tuple(str(n) for n in range(1, 8))
"""Monday to Sunday, as the words of the screens know them."""


@dataclass(frozen=True, slots=True)
class DayPage:
    """One day's visits; ``over`` is by how many a slot exceeds its capacity, by template."""

    day: date
    before: date
    after: date
    office_id: str
    offices: tuple[tuple[str, str], ...]
    filter: Form
    visits: tuple[Appointment, ...]
    over: dict[str, int]
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class SlotsPage:
    """What the crews offer every week, and the form by which that is changed."""

    templates: tuple[SlotTemplate, ...]
    offices: tuple[tuple[str, str], ...]
    form: Form
    may_set: bool
    weekdays: tuple[str, ...] = WEEKDAYS


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One appointment or service at home on paper."""

    life: str
    subject: Appointment
    base: str
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The customer's own link, to be handed to them."""

    life: str
    subject: Appointment
    base: str
    link: str
