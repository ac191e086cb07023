"""Who is called, in which order, when somebody is needed at once (R-19). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.roster.leave import Leave
from dispatch.roster.shifts import Shift, on_duty
from kit.actors import Post

CALL_ORDER = (Post.TECHNICIAN, Post.TEAM_LEADER, Post.DIRECTOR)
"""The posts that are called, one after the other; of each, first who is on duty, then stand-ins."""

ROUND_THE_CLOCK = CALL_ORDER[0]
"""The post that must be filled at every hour (R-18: 管道工24小时值班)."""


@dataclass(frozen=True, slots=True)
class NamedStandIn:
    """Who stands in for one person at one post, and on which number they are called (B角)."""

    person_id: str
    person_name: str
    post: Post
    stand_in_id: str
    stand_in_name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who can be called now: at which post, on which number, and in whose stead."""

    id: str
    name: str
    post: Post
    phone: str
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True)
class DutyNow:
    """What the order of calling follows from.

    ``shifts`` of today, named stand-ins, leaves in force, and the ids of active accounts.
    """

    shifts: tuple[Shift, ...]
    stand_ins: tuple[NamedStandIn, ...]
    absences: tuple[Leave, ...]
    active: frozenset[str]

    def is_there(self, person_id: str) -> bool:
        """Whether the account is active and its person not on leave."""
        away = any(one.asker.by.id == person_id for one in self.absences)
        return person_id in self.active and not away


def who_is_called(duty: DutyNow, at: datetime, office_id: str = "") -> tuple[Callee, ...]:
    """Return everybody who can be called for an office, in the order of calling, each once.

    Where a post has nobody on duty at this office, those of the other offices are called;
    ``office_id`` '' is no office in particular.
    """
    found: dict[str, Callee] = {}
    now = on_duty(duty.shifts, at)
    for post in CALL_ORDER:
        there = [one for one in now if one.post is post]
        shifts = [one for one in there if one.office_id == office_id] or there
        for callee in (*_holders(duty, shifts), *_stand_ins(duty, shifts, now)):
            found.setdefault(callee.id, callee)
    return tuple(found.values())


def _holders(duty: DutyNow, shifts: list[Shift]) -> Iterator[Callee]:
    for one in shifts:
        if duty.is_there(one.person_id):
            yield Callee(one.person_id, one.person_name, one.post, one.phone)


def _stand_ins(duty: DutyNow, shifts: list[Shift], now: tuple[Shift, ...]) -> Iterator[Callee]:
    """Yield who stands in for those on duty: by the leave in force, else the one who is named."""
    for shift in shifts:
        named = next((one for one in duty.stand_ins if _is_for(one, shift)), None)
        leave = next((one for one in duty.absences if _is_absence_from(one, shift)), None)
        if leave is not None:
            stand_in = leave.asked.stand_in
            person_id, name = stand_in.id, stand_in.name
        elif named is not None:
            person_id, name = named.stand_in_id, named.stand_in_name
        else:
            continue
        if duty.is_there(person_id):
            phone = named.phone if named and named.stand_in_id == person_id else ""
            phone = phone or next((one.phone for one in now if one.person_id == person_id), "")
            yield Callee(person_id, name, shift.post, phone, shift.person_name)


def _is_for(named: NamedStandIn, shift: Shift) -> bool:
    return (named.person_id, named.post) == (shift.person_id, shift.post)


def _is_absence_from(leave: Leave, shift: Shift) -> bool:
    return (leave.asker.by.id, leave.asked.post) == (shift.person_id, shift.post)
