"""The duty network on record: shifts and named stand-ins, as they are kept and found (R-19, R-20).

Every write is durable when the session commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from dispatch.roster.call_order import NamedStandIn
from dispatch.roster.duty_entry import StandInEntry
from dispatch.roster.duty_tables import NamedStandInRow, ShiftRow
from dispatch.roster.shifts import Shift
from kit.actors import Post
from kit.errors import NotFound
from kit.ids import new_id
from kit.step import Stamp


def shifts_between(session: Session, begins: datetime, ends: datetime) -> tuple[Shift, ...]:
    """Return the shifts that have any time between these instants, the earliest first."""
    return _shifts(session, ShiftRow.begins_at < ends, ShiftRow.ends_at > begins)


def shifts_of(
    session: Session, person_id: str, begins: datetime, ends: datetime
) -> tuple[Shift, ...]:
    """Return one person's shifts that lie wholly between these instants."""
    within = ShiftRow.begins_at >= begins, ShiftRow.ends_at <= ends
    return _shifts(session, ShiftRow.person_id == person_id, *within)


def keep_shifts(session: Session, shifts: Iterable[Shift], stamp: Stamp) -> tuple[Shift, ...]:
    """Add new shifts, and return them with their ids."""
    kept = tuple(replace(shift, id=new_id(stamp.at)) for shift in shifts)
    session.add_all(
        ShiftRow(
            id=one.id,
            office_id=one.office_id,
            post=one.post,
            person_id=one.person_id,
            person_name=one.person_name,
            phone=one.phone,
            begins_at=one.begins_at,
            ends_at=one.ends_at,
            turn=one.turn,
            entered_at=stamp.at,
            entered_by=stamp.by.id,
        )
        for one in kept
    )
    session.flush()
    return kept


def remove_shift(session: Session, shift_id: str, stamp: Stamp) -> None:
    """Take a shift off the roster; raise ``NotFound`` when it is not on it."""
    row = session.get(ShiftRow, shift_id, with_for_update=True)
    if row is None or row.removed_at is not None:
        raise NotFound("shift_not_found", f"there is no shift {shift_id!r}", id=shift_id)
    row.removed_at, row.removed_by = stamp.at, stamp.by.id
    session.flush()


def stand_ins(session: Session) -> tuple[NamedStandIn, ...]:
    """Return every stand-in who is named now, by the name of the person."""
    rows = session.scalars(
        select(NamedStandInRow)
        .where(NamedStandInRow.ended_at.is_(None))
        .order_by(NamedStandInRow.person_name, NamedStandInRow.post)
    )
    return tuple(
        NamedStandIn(
            row.person_id, row.person_name, Post(row.post),
            row.stand_in_id, row.stand_in_name, row.phone,
        )
        for row in rows
    )  # fmt: skip


def is_named(session: Session, person_id: str, post: Post, stand_in_id: str) -> bool:
    """Whether this stand-in is the one named for the person at the post."""
    found = select(NamedStandInRow.id).where(
        *_now_of(person_id, post), NamedStandInRow.stand_in_id == stand_in_id
    )
    return session.scalar(found.limit(1)) is not None


def name_stand_in(session: Session, entry: StandInEntry, stamp: Stamp) -> None:
    """Name a stand-in, in place of the one before."""
    session.execute(
        update(NamedStandInRow)
        .where(*_now_of(entry.person.id, entry.post))
        .values(ended_at=stamp.at, ended_by=stamp.by.id)
    )
    session.add(
        NamedStandInRow(
            id=new_id(stamp.at),
            person_id=entry.person.id,
            person_name=entry.person.name,
            post=entry.post,
            stand_in_id=entry.stand_in.id,
            stand_in_name=entry.stand_in.name,
            phone=entry.phone,
            named_at=stamp.at,
            named_by=stamp.by.id,
        )
    )
    session.flush()


def _now_of(person_id: str, post: Post) -> tuple[ColumnElement[bool], ...]:
    row = NamedStandInRow
    return row.person_id == person_id, row.post == post, row.ended_at.is_(None)


def _shifts(session: Session, *where: ColumnElement[bool]) -> tuple[Shift, ...]:
    rows = session.scalars(
        select(ShiftRow)
        .where(ShiftRow.removed_at.is_(None), *where)
        .order_by(ShiftRow.begins_at, ShiftRow.turn, ShiftRow.id)
    )
    return tuple(
        Shift(
            row.id, row.office_id, Post(row.post), row.person_id, row.person_name,
            row.phone, row.begins_at, row.ends_at, row.turn,
        )
        for row in rows
    )  # fmt: skip
