"""Tables of the archive: one seal for each archived ticket, and the last seal given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, UtcDateTime

ID_LENGTH = 64
HASH_LENGTH = 64


class ArchiveEntryRow(Base):
    """The seal of one archived ticket, chained to the seal before it (R-39)."""

    __tablename__ = "archive_entry"

    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), unique=True)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    events: Mapped[int] = mapped_column(Integer)
    head_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    prev_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))


class ArchiveHeadRow(Base):
    """The last seal given: one row, locked while the next one is made."""

    __tablename__ = "archive_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
