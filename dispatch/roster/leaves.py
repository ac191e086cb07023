"""Leaves as they are kept: the table, and everything the program needs to know of their life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false, or_, true
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.roster.leave import (
    Leave,
    LeaveState,
    RosterContext,
    knows_of,
    make_leave,
    read_request,
)
from dispatch.roster.leave_workflow import LEAVE
from dispatch.roster.swap import exchange_when_approved
from kit.actors import Actor
from kit.db import Base, UtcDateTime
from kit.event_table import ID_LENGTH, EventColumns
from kit.life import Life
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import Reach, reach


class LeaveRow(SubjectColumns, Base):
    """One leave; ``version`` is the number of its latest event."""

    __tablename__ = "leave"

    number: Mapped[str] = mapped_column(String(24), unique=True)
    asker_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    stand_in_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeaveEventRow(EventColumns, Base):
    """One step taken on a leave."""

    __tablename__ = "leave_event"
    __table_args__ = (UniqueConstraint("leave_id", "n"),)

    subject_id: Mapped[str] = mapped_column("leave_id", ForeignKey("leave.id"))


def _columns_of(leave: Leave) -> Mapping[str, Any]:
    return {
        "id": leave.id,
        "version": leave.version,
        "state": leave.state,
        "number": leave.number,
        "asker_id": leave.asker.by.id,
        "stand_in_id": leave.asked.stand_in.id,
        "begins_at": leave.asked.begins_at,
        "ends_at": leave.asked.ends_at,
    }


def _within_reach(viewer: Actor) -> ColumnElement[bool]:
    found = reach(viewer, "leaves.see")
    if found is not Reach.OWN:
        return true() if found is Reach.ANY else false()
    return or_(LeaveRow.asker_id == viewer.id, LeaveRow.stand_in_id == viewer.id)


LEAVE_LIFE: Life[Leave, RosterContext] = Life(
    workflow=LEAVE,
    book=RecordBook(
        "leave", LeaveState.NEW, LeaveRow, LeaveEventRow, reader(Leave, "leave"), _columns_of
    ),
    plural="leaves",
    series="QJ",
    read_opening=read_request,
    make=make_leave,
    knows_of=knows_of,
    within_reach=_within_reach,
    saved=exchange_when_approved,
)
