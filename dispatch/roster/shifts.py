"""Shifts of the duty network: who is on call when, and where nobody is (R-19). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kit.actors import Post


@dataclass(frozen=True, slots=True)
class Shift:
    """One person on call at one post of an office, on one telephone number.

    It includes its beginning and not its end. ``turn`` is the order of calling: 1 is called first.
    """

    id: str
    office_id: str
    post: Post
    person_id: str
    person_name: str
    phone: str
    begins_at: datetime
    ends_at: datetime
    turn: int

    def covers(self, at: datetime) -> bool:
        """Whether the person is on call at this instant."""
        return self.begins_at <= at < self.ends_at

    def overlaps(self, begins: datetime, ends: datetime) -> bool:
        """Whether any of the time from ``begins`` until ``ends`` belongs to the shift."""
        return self.begins_at < ends and begins < self.ends_at


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody is on call: a fault of the roster (R-19)."""

    begins_at: datetime
    ends_at: datetime


def on_duty(shifts: Iterable[Shift], at: datetime) -> tuple[Shift, ...]:
    """Return the shifts that cover an instant, in the order in which people are called."""
    found = (one for one in shifts if one.covers(at))
    return tuple(sorted(found, key=lambda one: (one.turn, one.begins_at, one.id)))


def gaps(shifts: Iterable[Shift], begins: datetime, ends: datetime) -> tuple[Gap, ...]:
    """Return every time between ``begins`` and ``ends`` that no shift covers, in order."""
    found: list[Gap] = []
    covered_until = begins
    for shift in sorted(shifts, key=lambda one: one.begins_at):
        if shift.begins_at >= ends:
            break
        if shift.begins_at > covered_until:
            found.append(Gap(covered_until, shift.begins_at))
        covered_until = max(covered_until, shift.ends_at)
    if covered_until < ends:
        found.append(Gap(covered_until, ends))
    return tuple(found)
