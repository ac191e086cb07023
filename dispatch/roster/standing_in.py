"""Who is absent this minute, and who acts at their post: leaves handed over, not returned from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from dispatch.roster.leave import Leave, LeaveState
from dispatch.roster.leaves import LEAVE_LIFE, LeaveRow
from kit.actors import Post

_LONGEST_NAME = 80
"""Longest name that a record keeps, in characters."""
_UNDER_WAY = (LeaveState.APPROVED, LeaveState.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class StandingIn:
    """A post at which somebody acts for another, by which leave (R-20)."""

    post: Post
    absent_name: str
    leave_number: str

    def signed_by(self, name: str) -> str:
        """Return the name that the stand-in signs with: their own, for whom, by which leave."""
        whole = f"{name}（代{self.absent_name}，{self.leave_number}）"
        if len(whole) <= _LONGEST_NAME:
            return whole
        return f"{name[: _LONGEST_NAME - len(self.leave_number) - 3]}（代{self.leave_number}）"


def absences(session: Session, now: datetime) -> tuple[Leave, ...]:
    """Return the leaves by which somebody is absent now, also when the return is overdue."""
    return _in_force(session, now, LeaveRow.begins_at <= now)


def stands_in_now(session: Session, person_id: str, now: datetime) -> tuple[StandingIn, ...]:
    """Return the posts at which the person acts for others now; none while absent themselves."""
    either = LeaveRow.stand_in_id == person_id, LeaveRow.asker_id == person_id
    found = _in_force(session, now, either[0] | either[1])
    if any(one.asker.by.id == person_id for one in found):
        return ()
    return tuple(
        StandingIn(one.asked.post, one.asker.by.name, one.number)
        for one in found
        if one.asked.stand_in.id == person_id
    )


def is_away(session: Session, person_id: str, begins: datetime, ends: datetime) -> bool:
    """Whether the person has an approved leave for any of this time."""
    when = LeaveRow.begins_at < ends, LeaveRow.ends_at > begins
    return any(
        one.is_absence
        for one in _read(session, LeaveRow.asker_id == person_id, *when, _under_way())
    )


def _in_force(session: Session, now: datetime, *where: ColumnElement[bool]) -> tuple[Leave, ...]:
    handed_over = LeaveRow.state == LeaveState.HANDED_OVER
    return tuple(one for one in _read(session, handed_over, *where) if one.leaves_post(now))


def _read(session: Session, *where: ColumnElement[bool]) -> Iterable[Leave]:
    rows = session.scalars(select(LeaveRow.body).where(*where).order_by(LeaveRow.id))
    return [LEAVE_LIFE.book.read(body) for body in rows]


def _under_way() -> ColumnElement[bool]:
    return LeaveRow.state.in_(_UNDER_WAY)
