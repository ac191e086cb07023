"""Deadlines as rows: each fires once, unless what it waits for is done in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.clocks.course import DeadlineKind
from kit.db import Base, BigInt, UtcDateTime


class DeadlineRow(Base):
    """A timer as a row: fires once, unless it is settled before it is due."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind"),
        Index("ix_deadline_waiting", "fired_at", "settled_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def keep_deadlines(
    session: Session,
    ticket_id: str,
    before: Mapping[str, datetime],
    after: Mapping[str, datetime],
    now: datetime,
) -> None:
    """Keep the deadlines that are new or moved, and settle those that no longer apply; by kind.

    Durable when the session commits.
    """
    for kind, due in after.items():
        if before.get(kind) != due:
            _keep(session, ticket_id, kind, due)
    for kind in before.keys() - after.keys():
        session.execute(
            update(DeadlineRow)
            .where(
                DeadlineRow.ticket_id == ticket_id,
                DeadlineRow.kind == kind,
                DeadlineRow.settled_at.is_(None),
            )
            .values(settled_at=now)
        )


def _keep(session: Session, ticket_id: str, kind: str, due: datetime) -> None:
    """Set when a deadline is due; one that has fired does not fire again, but a new wait does."""
    known = update(DeadlineRow).where(DeadlineRow.ticket_id == ticket_id, DeadlineRow.kind == kind)
    values: dict[str, Any] = {"due_at": due, "settled_at": None}
    if kind == DeadlineKind.RESUMPTION:
        values["fired_at"] = None
    moved = session.execute(known.values(values))
    if cast("CursorResult[Any]", moved).rowcount == 0:
        session.add(DeadlineRow(ticket_id=ticket_id, kind=kind, due_at=due))
        session.flush()


def due_deadlines(session: Session, now: datetime, *, most: int) -> list[tuple[int, str, str]]:
    """Return id, ticket and kind of the deadlines that are due, the longest overdue first."""
    rows = session.execute(
        select(DeadlineRow.id, DeadlineRow.ticket_id, DeadlineRow.kind)
        .where(DeadlineRow.fired_at.is_(None), DeadlineRow.settled_at.is_(None))
        .where(DeadlineRow.due_at <= now)
        .order_by(DeadlineRow.due_at)
        .limit(most)
    )
    return [(row.id, row.ticket_id, row.kind) for row in rows]


def claim_deadline(session: Session, deadline_id: int, now: datetime) -> bool:
    """Mark a deadline as fired; return False when another was first, or it was settled or moved."""
    claimed = session.execute(
        update(DeadlineRow)
        .where(DeadlineRow.id == deadline_id, DeadlineRow.due_at <= now)
        .where(DeadlineRow.fired_at.is_(None), DeadlineRow.settled_at.is_(None))
        .values(fired_at=now)
    )
    return cast("CursorResult[Any]", claimed).rowcount == 1
