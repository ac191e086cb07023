"""One repair as a frozen value: where it stands, and everything known of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dispatch.clocks.commitment import Promise
from dispatch.clocks.course import Course, DeadlineKind, Standing, Term, judge
from dispatch.clocks.limits import Limit
from dispatch.repair.evidence import EnteredLater, Hindrance, Transfer, Tried, Wait
from dispatch.repair.matter import Intake
from dispatch.repair.parties import Facility, Owner, Party
from dispatch.repair.sheets import (
    AnswerDue,
    Correction,
    Crew,
    Fee,
    JobMaterial,
    Signatures,
    TaskOrder,
    Work,
)
from kit.actors import Actor, Post
from kit.rules import CitedNumber
from kit.step import Stamp


class State(StrEnum):
    """Where a ticket stands; only ``workflow.REPAIR`` says how it gets from one to the next."""

    NEW = "new"  # before the register: never stored
    LOGGED = "logged"
    ISSUED = "issued"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    WORKING = "working"
    WAITING = "waiting"
    WORK_DONE = "work_done"
    UNSIGNED = "unsigned"
    CUSTOMER_SIGNED = "customer_signed"
    LEADER_SIGNED = "leader_signed"
    DIRECTOR_SIGNED = "director_signed"
    DECLINED = "declined"
    NO_FAULT_FOUND = "no_fault_found"
    TRANSFERRED = "transferred"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class Outcome(StrEnum):
    """How a ticket ended, known once it can't go back to work by itself."""

    REPAIRED = "repaired"
    DECLINED = "declined"
    NO_FAULT_FOUND = "no_fault_found"
    TRANSFERRED = "transferred"
    WAIVED = "waived"  # the customer can't be reached any more (视为放弃)
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Priority:
    """Order of service: a higher ``level`` goes first; ``reasons`` are why (R-07, R-18, R-41)."""

    level: float
    reasons: tuple[CitedNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What telemetry said after the alarm that began the ticket (R-33)."""

    relapsed_at: datetime | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended; ``at`` is None in a record that version 0.1 wrote.

    ``reason`` is what was checked where no fault was found; ``measured_mpa`` the pressure there.
    """

    outcome: Outcome
    reason: str = ""
    at: datetime | None = None
    measured_mpa: float | None = None
    transfer: Transfer | None = None
    attempts: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """One repair from intake to archive: its state now, and everything written on its sheets.

    ``put_off_to`` is the later time that the customer asked for before the promised time was past.
    """

    id: str
    number: str
    version: int
    state: State
    intake: Intake
    logged: Stamp
    promise: Promise
    priority: Priority
    dedupe_key: str | None = None
    order: TaskOrder | None = None
    crew: Crew = field(default_factory=Crew)
    fee: Fee = field(default_factory=Fee)
    work: Work = field(default_factory=Work)
    materials: tuple[JobMaterial, ...] = ()
    signatures: Signatures = field(default_factory=Signatures)
    telemetry: Telemetry = field(default_factory=Telemetry)
    ending: Ending | None = None
    answer: AnswerDue = field(default_factory=AnswerDue)
    archived_at: datetime | None = None
    correction: Correction | None = None
    pauses: tuple[Wait, ...] = ()
    put_off_to: datetime | None = None
    put_off_at: datetime | None = None
    entered_later: tuple[EnteredLater, ...] = ()

    @property
    def facility(self) -> Facility:
        """Whose facility it is: as corrected on site, else as taken in.

        Before it was asked for, a station was the company's and all else the customer's.
        """
        if self.correction is not None:
            return self.correction.facility
        at_station = Owner.COMPANY if self.intake.station_id else Owner.CUSTOMER
        return self.intake.facility or Facility(at_station)

    @property
    def own_facility(self) -> bool:
        """Whether the facility is the company's own: no customer to bill or to sign."""
        return self.facility.owner is Owner.COMPANY

    @property
    def operator_signs(self) -> bool:
        """Whether a station's operator signs in the customer's place."""
        return self.own_facility and self.intake.station_id is not None

    @property
    def customer(self) -> Party | None:
        """For whom it is repaired: as named, else who reported it; None at the company's own."""
        if self.own_facility:
            return None
        return self.facility.customer or Party(self.intake.name, self.intake.phone)

    @property
    def payer(self) -> Party | None:
        """Who pays: as named, else the customer; None at the company's own facility."""
        return None if self.own_facility else self.facility.payer or self.customer

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, if it has."""
        return self.ending.outcome if self.ending else None

    @property
    def is_open(self) -> bool:
        """Whether anybody still has something to do on it: whether it is not archived yet."""
        return self.state not in CLOSED_STATES

    @property
    def work_is_over(self) -> bool:
        """Whether it is on record what was done and used, or that nothing will be."""
        return self.work.report is not None or self.ending is not None

    @property
    def pause(self) -> Wait | None:
        """What it waits for now, if it waits."""
        return self.pauses[-1] if self.state is State.WAITING else None

    @property
    def due_at(self) -> datetime | None:
        """By when somebody has to be there: as promised, or as the customer has put it off."""
        return self.put_off_to or self.promise.due_at

    @property
    def kept_away(self) -> Wait | None:
        """What kept the crew from arriving in time, as they said before they arrived (R-11)."""
        arrived = self.crew.arrived_at
        for pause in self.pauses:
            if pause.hindrance is Hindrance.NO_ACCESS and not (
                arrived and pause.began.at > arrived
            ):
                return pause
        return None

    @property
    def work_began_at(self) -> datetime | None:
        """When the work began: as it was told, where the leader entered it afterwards."""
        for entry in reversed(self.entered_later):
            if entry.step == "start_work" and entry.stamp.at == self.work.started_at:
                return entry.told.happened_at
        return self.work.started_at

    @property
    def alarm_since(self) -> datetime | None:
        """When telemetry last went bad, as far as this ticket records; None without an alarm."""
        alarm = self.intake.alarm
        return self.telemetry.relapsed_at or (alarm.raised_at if alarm else None)

    @property
    def waits_for_telemetry(self) -> bool:
        """Whether the telemetry that began it is not back to normal yet."""
        return self.intake.alarm is not None and self.telemetry.returned_at is None

    def is_of(self, actor: Actor) -> bool:
        """Whether the actor is one of this ticket's own people: named technician, or customer."""
        if actor.post is Post.CUSTOMER:
            return actor.id == customer_id(self.id)
        return any(technician.id == actor.id for technician in self.crew.technicians)

    @property
    def arrival_course(self) -> Course:
        """What is on record of the arrival commitment (R-11)."""
        ended_at = None
        if self.ending is not None:
            # Version 0.1 recorded no end time; a missed arrival is its only record of a breach.
            ended_at = self.ending.at or self.crew.missed_at or self.due_at or self.logged.at
        return Course(
            self.promise.counted_from,
            (*self.promise.terms(self.logged.at), *self._put_off()),
            done_at=self.crew.arrived_at,
            ended_at=ended_at,
            missed_at=self.crew.missed_at,
        )

    def _put_off(self) -> tuple[Term, ...]:
        """Return the term of the later time that the customer asked for, if they did."""
        if self.put_off_to is None or self.put_off_at is None:
            return ()
        limit = Limit(self.promise.rule, self.put_off_to - self.promise.counted_from)
        return (Term(self.put_off_at, limit),)

    @property
    def answer_course(self) -> Course | None:
        """What is on record of the answer's time limit (R-06); None where nobody waits for one."""
        if self.answer.start is None:
            return None
        repaired = self.outcome is Outcome.REPAIRED
        ended_at = self.ending.at if self.ending else None
        return Course(
            self.answer.start,
            self.answer.terms,
            done_at=ended_at if repaired else None,
            ended_at=None if repaired else ended_at,
            missed_at=self.answer.missed_at,
        )

    @property
    def courses(self) -> dict[DeadlineKind, Course]:
        """Everything that must be done by some time, as far as a time is promised."""
        found = {DeadlineKind.ARRIVAL: self.arrival_course, DeadlineKind.ANSWER: self.answer_course}
        return {kind: course for kind, course in found.items() if course and course.terms}

    def deadlines(self, now: datetime) -> dict[DeadlineKind, Standing]:
        """Return how everything stands that must be done by some time."""
        return {kind: judge(course, now) for kind, course in self.courses.items()}

    def answered(self, now: datetime) -> Standing | None:
        """Return how the answer's time limit stands (R-06); None where nobody waits for one."""
        return judge(self.answer_course, now) if self.answer_course else None

    def arrival(self, now: datetime) -> Standing:
        """Return how the arrival commitment stands (R-11)."""
        return judge(self.arrival_course, now)


CLOSED_STATES = (State.ARCHIVED,)
"""The states in which nobody has anything left to do; lists ask the database for the same."""

OPEN_STATES = tuple(one for one in State if one not in (State.NEW, *CLOSED_STATES))
"""The states in which somebody has something left to do; an index finds them without the rest."""


def customer_id(ticket_id: str) -> str:
    """Return the actor id of the customer of one ticket, who never logs in."""
    return f"customer:{ticket_id}"


def customer_of(ticket: Ticket) -> Actor:
    """Return the customer of this ticket, who acts through its link.

    At the company's own facility, whoever reported it may follow it by the link.
    """
    name = ticket.customer.name if ticket.customer else ticket.intake.name
    return Actor(id=customer_id(ticket.id), name=name, post=Post.CUSTOMER)
