"""Somebody who waits to be served, from taking a number to being served or leaving (R-09). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dispatch.rulebook import DispatchRules
from kit import step, workflow
from kit.actors import Actor
from kit.errors import Forbidden
from kit.fields import Fields
from kit.rights import may
from kit.step import Asked, Numbered, Stamp, Step

MOST_RINGS = 99


class QueueKind(StrEnum):
    """Where people wait: each has a line of its own."""

    COUNTER = "counter"  # 窗口
    HOTLINE = "hotline"  # 热线


class WaiterState(StrEnum):
    """Where a waiter stands; only the workflow says how they get from one to the next."""

    NEW = "new"  # never stored
    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Joining:
    """Which line somebody stands in, and whether they go first (R-07)."""

    queue: QueueKind
    vulnerable: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """How often it rang before the call was answered, if that was told, and the most it may."""

    rings: int | None = None
    most_rings: float | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """A step that says no more than that it was taken."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """One who waits, or has waited; ``since`` is the server's time."""

    id: str
    number: str
    version: int
    state: WaiterState
    joining: Joining
    joined: Stamp
    called: Stamp | None = None
    answered: Answered | None = None
    ended: Stamp | None = None

    @property
    def since(self) -> datetime:
        """Since when they have been waiting."""
        return self.joined.at

    def is_of(self, actor: Actor) -> bool:
        """Whether this actor has called them up, and serves them."""
        return self.called is not None and self.called.by.id == actor.id

    @property
    def rang_too_long(self) -> bool:
        """R-08: whether it is known that the call was answered too late, by the rule of then."""
        told = self.answered
        return told is not None and (told.rings or 0) > (told.most_rings or MOST_RINGS)


@dataclass(frozen=True, slots=True)
class QueueContext:
    """The rules in force, and who is to be called next in a line."""

    rules: DispatchRules
    first: Callable[[QueueKind], Waiter | None]


Given = step.Given[Waiter, QueueContext]
Line = workflow.Line[Waiter, QueueContext]


def knows_of(viewer: Actor, _waiter: Waiter) -> bool:
    """Whether the viewer may know of a waiter: whoever sees the queue."""
    return may(viewer, "waiters.see")


def read_joining(form: Fields, _asked: Asked[QueueContext]) -> Joining:
    """Read which line somebody joins."""
    return Joining(
        queue=form.choice("queue", QueueKind, QueueKind.COUNTER),
        vulnerable=form.yes("vulnerable", needed=False),
    )


def make_waiter(numbered: Numbered, said: Joining, stamp: Stamp) -> Waiter:
    """Return the waiter who has just taken a number."""
    return Waiter(numbered.id, numbered.number, 1, WaiterState.WAITING, said, stamp)


def _read_call(form: Fields, given: Given) -> Answered:
    """Read a call; raise ``Forbidden`` while somebody else is to be called first (R-41)."""
    first = given.context.first(given.subject.joining.queue)
    if first is not None and first.id != given.subject.id:
        raise Forbidden(
            "not_first_in_line",
            f"{first.number} is to be called first (R-07, R-41)",
            number=first.number,
        )
    if not form.given("rings"):
        return Answered()
    most = given.context.rules.rings_longest.value
    return Answered(form.whole("rings", least=0, most=MOST_RINGS), most)


def _read_nothing(_form: Fields, _given: Given) -> Nothing:
    return Nothing()


def _call(waiter: Waiter, said: Answered, stamp: Stamp) -> Waiter:
    return replace(waiter, called=stamp, answered=said)


def _end(waiter: Waiter, _said: Nothing, stamp: Stamp) -> Waiter:
    return replace(waiter, ended=stamp)


CALL_UP = Step("call_up", _read_call, _call, "The first in line is called up, or answered.")
FINISH_SERVING = Step("finish_serving", _read_nothing, _end, "The one called up has been served.")
LEAVE_QUEUE = Step(
    "leave_queue", _read_nothing, _end, "Gone or hung up without having been served."
)
