"""A call-out: people on duty are called one after the other until somebody accepts (R-19). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.roster.call_order import Callee
from kit.actors import Actor
from kit.rights import Reach, reach
from kit.rules import CitedNumber
from kit.step import Stamp


class CallOutState(StrEnum):
    """Where a call-out stands; only its workflow says how it gets from one to the next."""

    NEW = "new"  # never stored
    CALLING = "calling"
    ACCEPTED = "accepted"
    UNANSWERED = "unanswered"
    STOPPED = "stopped"


class CallOutcome(StrEnum):
    """What came of calling one person; who could not be reached has refused nothing."""

    CALLED = "called"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class CalledFor:
    """The ticket that somebody is needed for, and the service office that serves its place."""

    ticket_id: str
    ticket_number: str
    office_id: str


@dataclass(frozen=True, slots=True)
class Call:
    """One person called; ``turn`` counts how often the whole order was begun."""

    to: Callee
    turn: int
    called_at: datetime
    outcome: CallOutcome = CallOutcome.CALLED
    told: Stamp | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallOut:
    """One call-out, from the first call until somebody accepts, nobody is left, or it is stopped.

    ``time_to_answer`` is the number in force when it began, in minutes.
    """

    id: str
    number: str
    version: int
    state: CallOutState
    matter: CalledFor
    reason: str
    time_to_answer: CitedNumber
    opened: Stamp
    calls: tuple[Call, ...]
    turn: int = 1
    ended: Stamp | None = None
    note: str = ""

    @property
    def open_call(self) -> Call | None:
        """The call that waits for an answer now."""
        last = self.calls[-1] if self.calls else None
        waits = last is not None and last.outcome is CallOutcome.CALLED
        return last if waits and self.state is CallOutState.CALLING else None

    @property
    def waits_since(self) -> datetime | None:
        """Since when somebody, or the program, has something to do; None once it has ended."""
        if self.state is not CallOutState.CALLING:
            return None
        last = self.calls[-1] if self.calls else None
        return last.called_at if last else self.opened.at

    @property
    def due_at(self) -> datetime | None:
        """When the next is called unless somebody accepts; at once if nobody is being called."""
        if self.waits_since is None or self.open_call is None:
            return self.waits_since
        return self.waits_since + timedelta(minutes=self.time_to_answer.value)

    @property
    def accepted(self) -> Callee | None:
        """Who has accepted."""
        found = (one.to for one in self.calls if one.outcome is CallOutcome.ACCEPTED)
        return next(found, None)

    def is_of(self, actor: Actor) -> bool:
        """Whether the actor has been called."""
        return any(one.to.id == actor.id for one in self.calls)

    def next_called(self, order: Iterable[Callee], turn: int | None = None) -> tuple[Callee, ...]:
        """Return whom to call now, out of everybody who can be called, in order.

        That is the first with a telephone who has not been called in this turn and never declined;
        those before without a telephone come along, so that the record says they were passed over.
        """
        turn = turn or self.turn
        past = {
            one.to.id
            for one in self.calls
            if one.turn == turn or one.outcome is CallOutcome.DECLINED
        }  # fmt: skip
        return first_with_telephone(one for one in order if one.id not in past)


def first_with_telephone(order: Iterable[Callee]) -> tuple[Callee, ...]:
    """Return the order up to, and with, the first who has a telephone."""
    found = []
    for one in order:
        found.append(one)
        if one.phone:
            break
    return tuple(found)


def knows_of(viewer: Actor, call_out: CallOut) -> bool:
    """Whether the viewer may know of it: the office, and those who have been called."""
    found = reach(viewer, "call_outs.see")
    return found is Reach.ANY or (found is Reach.OWN and call_out.is_of(viewer))
