"""A line of people who wait: who is next, and when another counter is to be opened. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.queue.waiter import QueueKind, Waiter
from dispatch.rulebook import DispatchRules
from kit.rules import CitedNumber


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Those who wait in one line, in the order in which they are called, and the rules broken."""

    queue: QueueKind
    waiting: tuple[Waiter, ...]
    longest_wait: timedelta
    exceeded: tuple[CitedNumber, ...]

    @property
    def first(self) -> Waiter | None:
        """Who is to be called next."""
        return self.waiting[0] if self.waiting else None


def in_order(waiting: Iterable[Waiter]) -> tuple[Waiter, ...]:
    """Return them in the order of service: vulnerable people first (R-07), then by time (R-41)."""
    return tuple(
        sorted(waiting, key=lambda one: (not one.joining.vulnerable, one.since, one.number))
    )


def line_of(
    queue: QueueKind, waiting: Iterable[Waiter], now: datetime, rules: DispatchRules
) -> WaitingLine:
    """Return the state of a line at an instant (R-09).

    Another counter is to be opened when more than ``queue_longest`` wait, or when somebody has
    waited longer than ``queue_wait_longest``.
    """
    found = in_order(waiting)
    longest = max((now - one.since for one in found), default=timedelta())
    longest = max(longest, timedelta())  # a clock may be set back
    exceeded = []
    if len(found) > rules.queue_longest.value:
        exceeded.append(rules.queue_longest)
    if longest > timedelta(minutes=rules.queue_wait_longest.value):
        exceeded.append(rules.queue_wait_longest)
    return WaitingLine(queue, found, longest, tuple(exceeded))
