"""Tables of the duty network: shifts, and named stand-ins; a row is ended, never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, UtcDateTime
from kit.event_table import ID_LENGTH

_NAME, _PHONE, _POST = 80, 40, 20


class ShiftRow(Base):
    """One shift; a removed one keeps who removed it and when."""

    __tablename__ = "duty_shift"
    __table_args__ = (Index(None, "ends_at", "begins_at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(32))
    post: Mapped[str] = mapped_column(String(_POST))
    person_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    person_name: Mapped[str] = mapped_column(String(_NAME))
    phone: Mapped[str] = mapped_column(String(_PHONE))
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    turn: Mapped[int] = mapped_column(Integer)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))


class NamedStandInRow(Base):
    """Who stands in for one person at one post (B角); naming another ends it."""

    __tablename__ = "named_stand_in"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    person_name: Mapped[str] = mapped_column(String(_NAME))
    post: Mapped[str] = mapped_column(String(_POST))
    stand_in_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    stand_in_name: Mapped[str] = mapped_column(String(_NAME))
    phone: Mapped[str] = mapped_column(String(_PHONE))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime)
    named_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(ID_LENGTH))
