"""The arrival, against which the commitment is measured: promised, in time or missed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.clocks.commitment import StatedTime
from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.context import Given, Step
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import TEXT, CrewNote, Note, read_crew_note, read_note
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

FARTHEST_AHEAD = timedelta(days=60)
"""Nobody promises to come later than that: a later time is a slip of the hand."""

NOT_AHEAD = FaultKind("not_ahead", "must be in the future")
TOO_FAR_AHEAD = FaultKind("too_far_ahead", "can't be more than {days} days ahead")

ALREADY_MISSED = Obstacle("already_missed", "the missed arrival is already on record")
ALREADY_PROMISED = Obstacle(
    "already_promised", "a time of arrival has been promised already (R-11)", moot=True
)


@dataclass(frozen=True, slots=True)
class StateArrival:
    """A time by which somebody will be there, and why it is that: none could be worked out."""

    arrive_by: datetime
    reason: str


def not_yet_missed(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-11: a promise is broken once, and stays broken."""
    return ALREADY_MISSED if ticket.crew.missed_at else None


def no_time_yet(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-11: a promise that was made is not made again."""
    return ALREADY_PROMISED if ticket.promise.due_at else None


def _read_state_arrival(form: Fields, given: Given) -> StateArrival:
    by = form.time("arrive_by", given.now)
    if not form.given("arrive_by"):
        form.fault("arrive_by", "required")
    elif not form.errors and by <= given.now:
        form.fault("arrive_by", NOT_AHEAD)
    elif by > given.now + FARTHEST_AHEAD:
        form.fault("arrive_by", TOO_FAR_AHEAD, days=FARTHEST_AHEAD.days)
    return StateArrival(by, form.text("reason", longest=TEXT))


def _write_state_arrival(ticket: Ticket, said: StateArrival, stamp: Stamp) -> Ticket:
    stated = StatedTime(said.reason, stamp)
    return replace(ticket, promise=replace(ticket.promise, due_at=said.arrive_by, stated=stated))


def _write_arrival(ticket: Ticket, _said: CrewNote, stamp: Stamp) -> Ticket:
    # The promise is measured by the first; who comes again after a pause was there before.
    arrived = ticket.crew.arrived_at or stamp.at
    return replace(ticket, crew=replace(ticket.crew, arrived_at=arrived))


def _write_miss(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    return replace(ticket, crew=replace(ticket.crew, missed_at=stamp.at))


STATE_ARRIVAL = Step[StateArrival](
    "state_arrival",
    _read_state_arrival,
    _write_state_arrival,
    "A person states by when somebody will be there, where no promise could be worked out.",
    {"arrive_by": "2026-11-23T17:30:00+08:00", "reason": "已问队长,路远约三小时"},
)
ARRIVE = also_afterwards(
    Step[CrewNote]("arrive", read_crew_note, _write_arrival, "A named technician has arrived.")
)
MISS_ARRIVAL = Step[Note](
    "miss_arrival", read_note, _write_miss, "The promised time passed with nobody there."
)
