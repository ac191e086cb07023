"""An appointment (预约, R-12) or a service at home (上门服务, R-13), from its first word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.appointments.slots import Slot
from dispatch.clocks.explanation import Explanation, explain
from dispatch.clocks.limits import Limit
from dispatch.rulebook import DispatchRules
from kit.actors import Actor, Post
from kit.rights import Reach, reach
from kit.rules import CitedNumber
from kit.step import Stamp


class Service(StrEnum):
    """Which of the two it is; each has a form, numbers and deadlines of its own."""

    APPOINTMENT = "appointment"  # 预约
    HOME_SERVICE = "home_service"  # 上门服务


class VisitMatter(StrEnum):
    """What is to be done at the customer's."""

    METER = "meter"  # 水表
    CONNECTION = "connection"  # 报装查勘
    PAPERWORK = "paperwork"  # 业务办理
    REPAIR = "repair"  # 不急的维修
    OTHER = "other"


class Ground(StrEnum):
    """Why somebody is served at home (003 篇2 第三条; R-07)."""

    OLD = "old"
    ILL = "ill"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    OTHER_NEED = "other_need"
    KEY_PROJECT = "key_project"  # 重点项目


class AppointmentState(StrEnum):
    """Where it stands; only its workflow says how it gets from one to the next."""

    NEW = "new"  # never stored
    REGISTERED = "registered"  # a service at home that waits for its answer
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    CANNOT_KEEP = "cannot_keep"  # the customer was told; a new time is to be agreed
    ARRIVED = "arrived"
    DONE = "done"
    WAIVED = "waived"
    CANCELLED = "cancelled"


class ToldBy(StrEnum):
    """How the customer was told."""

    PHONE = "phone"
    MESSAGE = "message"
    IN_PERSON = "in_person"


class VisitOutcome(StrEnum):
    """How the visit ended."""

    SETTLED = "settled"
    NOT_SETTLED = "not_settled"  # another visit is needed


WITHOUT_PLACE = frozenset({AppointmentState.CANNOT_KEEP, AppointmentState.CANCELLED})
"""The states in which the time that was agreed is free for others again."""

SEES = {Service.APPOINTMENT: "appointments.see", Service.HOME_SERVICE: "home_services.see"}
"""The right by which somebody sees each of the two."""


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """Who asks for what, and where; ``office_id`` is the service office of the place.

    ``ticket_number`` is the ticket that it belongs to, if any; ``explained`` what the customer was
    told to have ready (一次性告知).
    """

    service: Service
    matter: VisitMatter
    name: str
    phone: str
    address: str
    office_id: str
    office_name: str
    content: str
    explained: str = ""
    ticket_number: str = ""
    ground: Ground | None = None
    wished: str = ""


@dataclass(frozen=True, slots=True)
class AgreedTime:
    """A time that was agreed, with the numbers in force then; ``n`` counts from 1.

    ``notice``: how long ahead the customer is told when it can't be kept. ``wait``: how long the
    company waits for the customer.
    """

    n: int
    slot: Slot
    agreed_at: datetime
    notice: CitedNumber
    wait: CitedNumber

    @property
    def begins_at(self) -> datetime:
        """The time itself."""
        return self.slot.begins_at

    @property
    def tell_by(self) -> datetime:
        """Until when the customer is told that it can't be kept."""
        return self.begins_at - timedelta(hours=self.notice.value)


@dataclass(frozen=True, slots=True)
class CannotKeep:
    """The customer was told that a time can't be kept: why, how, when, and until when was due."""

    told_at: datetime
    told_by: ToldBy
    reason: str
    begins_at: datetime
    tell_by: datetime
    recorded: Stamp

    @property
    def late(self) -> bool:
        """Whether it was told later than the rule asks: a breach, on record."""
        return self.told_at > self.tell_by


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to reach the customer: when, and on which number."""

    at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the visit, and when it was done; it is recorded at once (R-12)."""

    outcome: VisitOutcome
    text: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerDeadline:
    """Until when a request for service at home is answered (R-13), by the rules of that day."""

    start: datetime
    limit: Limit

    @property
    def explanation(self) -> Explanation:
        """How the time was worked out, stretch by stretch."""
        return explain(self.start, self.limit)

    @property
    def due_at(self) -> datetime:
        """The time itself."""
        return self.explanation.due_at or self.start

    @property
    def rule(self) -> CitedNumber:
        """The number that it comes from."""
        return self.limit.rule


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment or service at home."""

    id: str
    number: str
    version: int
    state: AppointmentState
    asked: VisitRequest
    registered: Stamp
    answer: AnswerDeadline | None = None
    answer_missed: Stamp | None = None
    answered: Stamp | None = None
    decline_reason: str = ""
    agreed: AgreedTime | None = None
    technician_id: str = ""
    technician_name: str = ""
    cannot_keep: tuple[CannotKeep, ...] = ()
    arrived: Stamp | None = None
    attempts: tuple[Attempt, ...] = ()
    waived: Stamp | None = None
    result: Result | None = None
    recorded: Stamp | None = None
    cancelled: Stamp | None = None
    cancel_reason: str = ""

    def is_of(self, actor: Actor) -> bool:
        """Whether it is the actor's own: the customer's, or of the technician who is sent."""
        return actor.id in (customer_id(self.id), self.technician_id)

    @property
    def booked(self) -> Slot | None:
        """The slot in which it holds a place, if it does."""
        held = self.agreed is not None and self.state not in WITHOUT_PLACE
        return self.agreed.slot if self.agreed and held else None

    @property
    def arrived_late(self) -> bool:
        """Whether the company came later than the time that was agreed."""
        known = self.arrived is not None and self.agreed is not None
        return known and self.arrived.at > self.agreed.begins_at  # type: ignore[union-attr]

    @property
    def waived_from(self) -> datetime | None:
        """From when an absent customer has waived it; None while nobody is there to wait.

        The wait counts from the time that was agreed. Who comes late waits as long from then on:
        a customer is not absent while the company itself is.
        """
        if self.agreed is None or self.arrived is None:
            return None
        since = max(self.agreed.begins_at, self.arrived.at)
        return since + timedelta(minutes=self.agreed.wait.value)

    def overdue(self, now: datetime) -> bool:
        """Whether an answer, or the company itself, is awaited beyond its time."""
        if self.state is AppointmentState.REGISTERED:
            return self.answer is not None and now > self.answer.due_at
        if self.state is AppointmentState.CONFIRMED:
            return self.agreed is not None and now > self.agreed.begins_at
        return False


def terms(service: Service, rules: DispatchRules) -> tuple[CitedNumber, CitedNumber]:
    """Return how many hours ahead it is told, and how many minutes are waited (R-12, R-13)."""
    if service is Service.HOME_SERVICE:
        return rules.home_service_notice, rules.home_service_wait
    return rules.appointment_notice, rules.appointment_wait


def customer_id(appointment_id: str) -> str:
    """Return the actor id of the customer of one appointment, who never logs in."""
    return f"customer:{appointment_id}"


def customer_of(appointment: Appointment) -> Actor:
    """Return the customer of this appointment, who acts by its link."""
    return Actor(customer_id(appointment.id), appointment.asked.name, Post.CUSTOMER)


def knows_of(viewer: Actor, appointment: Appointment) -> bool:
    """Whether the viewer may know of it: the office, whoever is sent, and its customer.

    All of them need the customer's name and number for their work, so nothing is masked.
    """
    found = reach(viewer, SEES[appointment.asked.service])
    return found is Reach.ANY or (found is Reach.OWN and appointment.is_of(viewer))
