"""Waiters as they are kept: the table, their life, and the lines as they stand now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.queue.waiter import (
    QueueContext,
    QueueKind,
    Waiter,
    WaiterState,
    knows_of,
    make_waiter,
    read_joining,
)
from dispatch.queue.waiter_workflow import WAITER
from dispatch.queue.waiting_line import WaitingLine, in_order, line_of
from dispatch.rulebook import DispatchRules
from kit.actors import Actor
from kit.db import Base
from kit.event_table import EventColumns
from kit.life import Life
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import may


class WaiterRow(SubjectColumns, Base):
    """One who waits or has waited; ``version`` is the number of the latest event."""

    __tablename__ = "waiter"

    number: Mapped[str] = mapped_column(String(24), unique=True)
    queue: Mapped[str] = mapped_column(String(20))


class WaiterEventRow(EventColumns, Base):
    """One step of a waiter."""

    __tablename__ = "waiter_event"
    __table_args__ = (UniqueConstraint("waiter_id", "n"),)

    subject_id: Mapped[str] = mapped_column("waiter_id", ForeignKey("waiter.id"))


def _columns_of(waiter: Waiter) -> Mapping[str, Any]:
    return {
        "id": waiter.id,
        "version": waiter.version,
        "state": waiter.state,
        "number": waiter.number,
        "queue": waiter.joining.queue,
    }


def _within_reach(viewer: Actor) -> ColumnElement[bool]:
    return true() if may(viewer, "waiters.see") else false()


WAITER_LIFE: Life[Waiter, QueueContext] = Life(
    workflow=WAITER,
    book=RecordBook(
        "waiter", WaiterState.NEW, WaiterRow, WaiterEventRow, reader(Waiter, "waiter"), _columns_of
    ),
    plural="waiters",
    series="PH",
    read_opening=read_joining,
    make=make_waiter,
    knows_of=knows_of,
    within_reach=_within_reach,
)


def first_in_line(session: Session, queue: QueueKind) -> Waiter | None:
    """Return who is to be called next in a line."""
    return next(iter(in_order(_waiting(session, queue))), None)


def lines_now(session: Session, now: datetime, rules: DispatchRules) -> list[WaitingLine]:
    """Return every line as it stands now."""
    return [line_of(queue, _waiting(session, queue), now, rules) for queue in QueueKind]


def _waiting(session: Session, queue: QueueKind) -> list[Waiter]:
    chosen = select(WaiterRow.body).where(
        WaiterRow.state == WaiterState.WAITING, WaiterRow.queue == queue
    )
    return [WAITER_LIFE.book.read(body) for body in session.scalars(chosen)]
