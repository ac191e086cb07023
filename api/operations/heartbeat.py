"""Heartbeats: each process writes one to the database, so that others can see its age."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from kit.db import Base, Database, UtcDateTime, upsert


class HeartbeatRow(Base):
    """When a part of the program last wrote its heartbeat."""

    __tablename__ = "heartbeat"

    part: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def beat(db: Database, part: str, now: datetime) -> None:
    """Write a heartbeat; committed when this returns."""
    with db.write() as session:
        upsert(session, HeartbeatRow, [{"part": part, "at": now}])


def last_beat(session: Session, part: str) -> datetime | None:
    """Return the time of the part's last heartbeat, or ``None``."""
    row = session.get(HeartbeatRow, part)
    return None if row is None else row.at
