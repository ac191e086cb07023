"""Shelving: for a stated time an alarm's rule raises nothing, on somebody's word. Pure.

ISA-18.2 (IEC 62682) asks that it ends by itself, that its time has a limit, that everybody sees
what is shelved, and that each shelving is on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kit.fields import FaultKind, Fields
from kit.step import Stamp

REASON_LENGTH = 200

SHELVE_PAST = FaultKind("shelve_past", "must lie ahead of the present time")
SHELVE_TOO_LONG = FaultKind("shelve_too_long", "lies more than {hours} hours ahead")


@dataclass(frozen=True, slots=True)
class ShelvingOrder:
    """What somebody asks for who shelves an alarm: until when, and why."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Shelving:
    """One shelving on record; ``ended`` says who took it back before its time, if somebody did."""

    id: str
    alarm_id: str
    rule_id: str
    order: ShelvingOrder
    shelved: Stamp
    ended: Stamp | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it is in force: not before it began, for a clock may be set back."""
        return self.ended is None and self.shelved.at <= now < self.order.until


def read_shelving(form: Fields, now: datetime, longest: timedelta) -> ShelvingOrder:
    """Read the form of a shelving that may last so long; raise ``Invalid`` with every fault."""
    last = now + longest
    until = form.time("until", last)
    if not form.given("until"):
        form.fault("until", "required")
    elif until <= now:
        form.fault("until", SHELVE_PAST)
    elif until > last:
        form.fault("until", SHELVE_TOO_LONG, hours=round(longest / timedelta(hours=1), 1))
    reason = form.text("reason", longest=REASON_LENGTH, lines=False)
    form.done()
    return ShelvingOrder(until, reason)
