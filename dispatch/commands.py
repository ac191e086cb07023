"""Commands as frozen types, built from raw mappings with every fault at once, never partly.

A reader is given the ticket and the time, so that a time or a quote's number is judged here too.
Which command may be given when, and by whom, is not here: see ``workflow.TABLE``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from typing import Any

from dispatch.model import (
    AlarmFacts,
    Channel,
    FeeLine,
    JobType,
    MaterialUsed,
    Promise,
    Signature,
    Technician,
    Ticket,
    Where,
    WhereKind,
)
from dispatch.money import read_fee_line
from dispatch.rules import DispatchRules
from dispatch.signature import read_signature
from kit.actors import Actor, Post
from kit.fields import Fields
from kit.geo import Position

TEXT = 500
"""Longest note, reason or opinion, in characters."""
NAME = 80
MOST_TECHNICIANS = 12
MOST_LINES = 50
HIGHEST_PRESSURE_MPA = 4.0
"""No gauge of a water network reads more (the range of stations.assets.station.QUANTITIES)."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was sent: its name, its raw data, and the zone its times are meant in."""

    name: str
    data: Mapping[str, Any]
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Log:
    """The line of the 三来 register (R-01), as it was first written."""

    channel: Channel
    job_type: JobType
    name: str
    phone: str
    address: str
    content: str
    explained: str
    vulnerable: bool
    received_at: datetime
    promise: Promise
    place_id: str | None
    station_id: str | None
    alarm: AlarmFacts | None


@dataclass(frozen=True, slots=True)
class Simple:
    """A command that carries nothing but, perhaps, a note."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """The manager's task order: what is to be done (the content of the intake if not said)."""

    task: str


@dataclass(frozen=True, slots=True)
class Assign:
    """The team leader's choice of who goes."""

    technicians: tuple[Technician, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuoteFee:
    """The fee, line by line, as shown and explained to the customer (R-14)."""

    lines: tuple[FeeLine, ...]


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """The customer's yes to the quote with this number (R-14)."""

    quote: int
    name: str
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A command that needs its reason said: decline, withdraw, send back."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReportFlowTest:
    """What the flow test showed (通水试验, R-16)."""

    passed: bool
    pressure_mpa: float
    note: str


@dataclass(frozen=True, slots=True)
class FinishWork:
    """The technicians' word that the work is done well and the site cleared (R-16, R-21, R-24)."""

    materials: tuple[MaterialUsed, ...]
    extra_help: str
    note: str


@dataclass(frozen=True, slots=True)
class CustomerSign:
    """The customer's own completion time and opinion, signed (R-16)."""

    completed_at: datetime
    opinion: str
    satisfied: bool
    signature: Signature


@dataclass(frozen=True, slots=True)
class Opinion:
    """A superior's signature, with an opinion if there is one."""

    opinion: str


@dataclass(frozen=True, slots=True)
class TelemetryReturned:
    """The telemetry that raised the alarm is back to normal since ``at``."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TelemetryRelapsed:
    """The telemetry that raised the alarm is bad again since ``at``."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader may look at beside the fields: the ticket, who asks, when, by which rules."""

    ticket: Ticket
    actor: Actor
    now: datetime
    rules: DispatchRules


Content = (
    Log
    | Simple
    | Issue
    | Assign
    | QuoteFee
    | GiveConsent
    | Reason
    | ReportFlowTest
    | FinishWork
    | CustomerSign
    | Opinion
    | TelemetryReturned
    | TelemetryRelapsed
)


def read_content(command: Command, given: Given) -> Content:
    """Return what the command says, typed; raise ``Invalid`` with every fault at once."""
    form = Fields(command.data, command.zone)
    content = READERS[command.name](form, given)
    form.done()
    return content


def read_where(raw: Mapping[str, Any] | None) -> Where:
    """Return where a step was taken, of ``kind``, ``lat``, ``lon`` (WGS-84 degrees) and ``note``.

    Nothing given is nowhere known. Raises ``Invalid`` for a position that is none.
    """
    form = Fields(raw or {}, prefix="where.")
    position = None
    if form.given("lat") or form.given("lon"):
        lat = form.number("lat", least=-90, most=90, unit="°")
        position = Position(lat, form.number("lon", least=-180, most=180, unit="°"))
    stated = WhereKind.DEVICE if position else WhereKind.NONE
    kind = form.choice("kind", WhereKind, stated, needed=False)
    where = Where(kind, position, form.text("note", longest=TEXT, needed=False))
    form.done()
    return where


def _log(_form: Fields, given: Given) -> Log:
    # The intake has been read before there was a ticket; here it is copied into the record.
    return Log(**{field.name: getattr(given.ticket, field.name) for field in fields(Log)})


def _simple(form: Fields, _given: Given) -> Simple:
    return Simple(form.text("note", longest=TEXT, needed=False))


def _issue(form: Fields, given: Given) -> Issue:
    return Issue(form.text("task", longest=TEXT, needed=False, default=given.ticket.content))


def _assign(form: Fields, _given: Given) -> Assign:
    people = form.items("technicians", _technician, least=1, most=MOST_TECHNICIANS)
    if len({person.id for person in people}) < len(people):
        form.fault("technicians", "twice")
    return Assign(people, form.text("note", longest=TEXT, needed=False))


def _technician(form: Fields) -> Technician:
    """Read one person: ``id`` as it was sent, ``name`` as the accounts have it, if they do."""
    known = Technician(
        form.text("id", longest=64, lines=False),
        form.text("name", longest=NAME, needed=False, lines=False),
    )
    if not form.errors and not known.name:
        form.fault("id", "unknown_technician")
    return known


def _quote_fee(form: Fields, _given: Given) -> QuoteFee:
    return QuoteFee(form.items("lines", read_fee_line, least=1, most=MOST_LINES))


def _consent(form: Fields, given: Given) -> GiveConsent:
    latest = given.ticket.quote.n if given.ticket.quote else 0
    quote = form.whole("quote", least=1, most=10_000)
    if not form.errors and quote != latest:
        # The customer agreed to a sheet that has been replaced since: it must be shown again.
        form.fault("quote", "quote_changed", latest=latest)
    _customer_present(form, given)
    name = form.text("name", longest=NAME, needed=False, lines=False, default=given.ticket.name)
    return GiveConsent(quote, name, read_signature(form, needed=False))


def _decline(form: Fields, given: Given) -> Reason:
    _customer_present(form, given)
    return Reason(form.text("reason", longest=TEXT, needed=False))


def _customer_present(form: Fields, given: Given) -> None:
    # By their own link the customer is there by nature; on the technician's phone it is said.
    if given.actor.post is not Post.CUSTOMER and not form.yes("customer_present", needed=False):
        form.fault("customer_present", "customer_present")


def _reason(form: Fields, _given: Given) -> Reason:
    return Reason(form.text("reason", longest=TEXT))


def _flow_test(form: Fields, _given: Given) -> ReportFlowTest:
    return ReportFlowTest(
        form.yes("passed"),
        form.number("pressure_mpa", least=0, most=HIGHEST_PRESSURE_MPA, unit="MPa"),
        form.text("note", longest=TEXT, needed=False),
    )


def _finish_work(form: Fields, _given: Given) -> FinishWork:
    form.confirmed("work_done_well")
    form.confirmed("site_cleared")
    return FinishWork(
        form.items("materials", _material, most=MOST_LINES),
        form.text("extra_help", longest=TEXT, needed=False),
        form.text("note", longest=TEXT, needed=False),
    )


def _material(form: Fields) -> MaterialUsed:
    return MaterialUsed(
        form.text("name", longest=NAME, lines=False),
        form.number("quantity", least=0, most=100_000, above=True),
        form.text("unit", longest=16, lines=False),
    )


def _customer_sign(form: Fields, given: Given) -> CustomerSign:
    now, arrived = given.now, given.ticket.arrived_at
    completed = form.time("completed_at", now)
    if not form.given("completed_at"):
        form.fault("completed_at", "required")
    elif completed > now + given.rules.tolerance:
        form.fault("completed_at", "in_the_future")
    elif arrived is not None and completed < arrived.replace(second=0, microsecond=0):
        # People write times to the minute, so the minute of arrival is not before the arrival.
        shown = arrived.astimezone(form.zone).strftime("%Y-%m-%d %H:%M")
        form.fault("completed_at", "before_arrival", arrived=shown)
    return CustomerSign(
        completed,
        form.text("opinion", longest=TEXT),
        form.yes("satisfied"),
        read_signature(form, needed=True) or Signature(),
    )


def _opinion(form: Fields, _given: Given) -> Opinion:
    return Opinion(form.text("opinion", longest=TEXT, needed=False))


def _telemetry_returned(form: Fields, given: Given) -> TelemetryReturned:
    return TelemetryReturned(form.time("at", given.now))


def _telemetry_relapsed(form: Fields, given: Given) -> TelemetryRelapsed:
    return TelemetryRelapsed(form.time("at", given.now))


READERS: dict[str, Callable[[Fields, Given], Content]] = {
    "log": _log,
    "issue": _issue,
    "assign": _assign,
    "depart": _simple,
    "arrive": _simple,
    "quote_fee": _quote_fee,
    "consent": _consent,
    "decline": _decline,
    "start_work": _simple,
    "report_flow_test": _flow_test,
    "finish_work": _finish_work,
    "customer_sign": _customer_sign,
    "leader_sign": _opinion,
    "director_sign": _opinion,
    "archive": _simple,
    "send_back": _reason,
    "withdraw": _reason,
    "miss_arrival": _simple,
    "telemetry_returned": _telemetry_returned,
    "telemetry_relapsed": _telemetry_relapsed,
}
"""How each command of ``workflow.TABLE`` is read."""
