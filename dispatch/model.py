"""The words of dispatch as plain frozen values: a ticket, its events, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kit.actors import Actor, Post
from kit.geo import Position
from kit.rules import CitedNumber
from stations.assets.station import Zone


class Channel(StrEnum):
    """How a matter comes in: the three 来 of R-01, and the further channels of the register."""

    LETTER = "letter"  # 来信
    CALL = "call"  # 来电
    VISIT = "visit"  # 来访
    WEB = "web"
    STAFF = "staff"
    ALARM = "alarm"


class JobType(StrEnum):
    """What kind of work a ticket asks for."""

    BURST = "burst"  # 跑水
    LEAK = "leak"
    NO_WATER = "no_water"
    LOW_PRESSURE = "low_pressure"
    WATER_QUALITY = "water_quality"
    METER = "meter"
    PUMP_STATION = "pump_station"
    OTHER = "other"


class State(StrEnum):
    """Where a ticket stands; only ``workflow.TABLE`` says how it gets from one to the next."""

    NEW = "new"  # before the register: never stored
    LOGGED = "logged"
    ISSUED = "issued"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    WORKING = "working"
    WORK_DONE = "work_done"
    CUSTOMER_SIGNED = "customer_signed"
    LEADER_SIGNED = "leader_signed"
    DIRECTOR_SIGNED = "director_signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class Outcome(StrEnum):
    """How a ticket ended, known once it can't go back to work by itself."""

    REPAIRED = "repaired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class WhereKind(StrEnum):
    """How the place of a step is known."""

    OFFICE = "office"
    DEVICE = "device"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Where:
    """Where a step was taken: in the office, at a device's position (WGS-84), or unknown."""

    kind: WhereKind = WhereKind.NONE
    position: Position | None = None
    note: str = ""


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Distance:
    """The way from the service office to the customer in km, and how it is known.

    ``known_by`` is ``stated`` (the receptionist gave it), ``place_road`` (measured by road for the
    residential area), ``place_estimate`` (great circle times ``detour``) or ``station``.
    """

    km: float
    known_by: str
    place_name: str = ""
    detour: CitedNumber | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """The arrival commitment as it was told (R-11), with the rule in force at that moment.

    ``due_at`` = ``received_at`` + ``distance.km`` × ``rule.value`` minutes, to the microsecond.
    """

    received_at: datetime
    due_at: datetime
    minutes: float
    distance: Distance
    zone: Zone
    rule: CitedNumber


@dataclass(frozen=True, slots=True)
class Priority:
    """Order of service: a higher ``level`` goes first; ``reasons`` are why (R-07, R-18, R-41)."""

    level: float
    reasons: tuple[CitedNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """What telemetry said when an alarm asked for hands; ``value`` is None for a silent station.

    ``value`` and ``limit`` are in ``unit``. ``raised_at`` tells the occurrences of one rule apart,
    as no two begin at the same time; without a ``rule_id`` no other alarm is held to be the same.
    """

    metric: str
    kind: str
    severity: str
    value: float | None
    limit: float | None
    unit: str
    raised_at: datetime
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Technician:
    """One of the named people of a job, as the team leader named them."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a fee quote, in whole fen (1/100 yuan)."""

    item: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The fee shown and explained before work (R-14); ``n`` counts the quotes of the ticket."""

    n: int
    lines: tuple[FeeLine, ...]
    at: datetime

    @property
    def total_fen(self) -> int:
        """Sum of the lines in fen."""
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Signature:
    """A name signed by hand: strokes of (x, y) points drawn, or the name typed by keyboard."""

    strokes: tuple[tuple[tuple[float, float], ...], ...] = ()
    typed_name: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """The customer's agreement to one quote, and whose hand recorded it (R-14)."""

    quote_n: int
    name: str
    recorded_by: Actor
    at: datetime
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class FlowTest:
    """A flow test (通水试验, R-16): whether it passed, and the pressure read in MPa."""

    passed: bool
    pressure_mpa: float
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MaterialUsed:
    """Material used at a repair, written on its task order (R-24)."""

    name: str
    quantity: float
    unit: str


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What the technicians report at the end: the conditions of R-16, materials, extra help."""

    materials: tuple[MaterialUsed, ...]
    extra_help: str  # 超值服务
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerOpinion:
    """The customer's own completion time and opinion (R-16), and the fee signed for (R-14)."""

    completed_at: datetime
    opinion: str
    satisfied: bool
    signature: Signature
    fee_fen: int
    recorded_by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class SignOff:
    """A superior's signature on the task order."""

    by: Actor
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """One repair from intake to archive: its state now, and everything written on its sheets."""

    id: str
    number: str
    version: int
    state: State
    channel: Channel
    job_type: JobType
    priority: Priority
    vulnerable: bool
    name: str
    phone: str
    address: str
    content: str
    explained: str
    received_at: datetime
    logged_at: datetime
    logged_by: Actor
    promise: Promise
    place_id: str | None = None
    station_id: str | None = None
    dedupe_key: str | None = None
    alarm: AlarmFacts | None = None
    outcome: Outcome | None = None
    task: str = ""
    issued_at: datetime | None = None
    issued_by: Actor | None = None
    technicians: tuple[Technician, ...] = ()
    assigned_at: datetime | None = None
    assigned_by: Actor | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    arrival_missed_at: datetime | None = None
    quote: Quote | None = None
    consent: Consent | None = None
    work_started_at: datetime | None = None
    flow_test: FlowTest | None = None
    work: WorkReport | None = None
    opinion: CustomerOpinion | None = None
    end_reason: str = ""
    sent_back_reason: str = ""
    leader_sign: SignOff | None = None
    director_sign: SignOff | None = None
    relapsed_at: datetime | None = None
    telemetry_returned_at: datetime | None = None
    archived_at: datetime | None = None

    @property
    def own_facility(self) -> bool:
        """Whether the repair is at a station of the company: no customer to bill or to sign."""
        return self.station_id is not None

    @property
    def alarm_since(self) -> datetime | None:
        """When telemetry last went bad, as far as this ticket was told; None without an alarm."""
        return self.relapsed_at or (self.alarm.raised_at if self.alarm else None)

    @property
    def fee_agreed(self) -> bool:
        """Whether the customer consented to the latest quote (R-14)."""
        return (
            self.quote is not None
            and self.consent is not None
            and self.consent.quote_n == self.quote.n
        )

    def names(self, actor: Actor) -> bool:
        """Whether the actor is one of this ticket's own people: named technician, or customer."""
        if actor.post is Post.CUSTOMER:
            return actor.id == customer_id(self.id)
        return any(technician.id == actor.id for technician in self.technicians)


def customer_id(ticket_id: str) -> str:
    """Return the actor id of the customer of one ticket, who never logs in."""
    return f"customer:{ticket_id}"


def customer_actor(ticket: Ticket) -> Actor:
    """Return the customer of this ticket as the one who acts by its link."""
    return Actor(id=customer_id(ticket.id), name=ticket.name, post=Post.CUSTOMER)


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One step taken: who, when, where, what; hash-chained to the one before it (R-39).

    ``after`` is the digest of the whole ticket as the step left it, so that a change of the
    ticket's own row shows as well as a change of its history.
    """

    ticket_id: str
    n: int
    at: datetime
    actor: Actor
    where: Where
    command: str
    data: Any
    from_state: State
    to_state: State
    after: str
    prev_hash: str
    hash: str


class ArrivalStatus(StrEnum):
    """How the arrival commitment stands."""

    PENDING = "pending"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    CLOSED = "closed"  # the matter was withdrawn before anyone had to arrive


@dataclass(frozen=True, slots=True)
class ArrivalClock:
    """The arrival commitment against what happened; ``margin`` is negative when it was broken.

    ``margin`` is due time minus arrival (or minus now while nobody has arrived).
    """

    status: ArrivalStatus
    due_at: datetime
    arrived_at: datetime | None
    margin: timedelta
