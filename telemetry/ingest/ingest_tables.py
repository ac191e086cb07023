"""Tables of the ingest: what was received, what was refused, the state of the ingest itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, BigInt, Json, UtcDateTime

ID = String(64)
STATION = String(32)


class QuarantineRow(Base):
    """One refused message, or the refused part of one, with its reason.

    The id is that of reason, topic and payload: the same message again only raises ``times``.
    """

    __tablename__ = "quarantine"
    __table_args__ = (Index(None, "last_at", "id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), index=True)
    station_id: Mapped[str] = mapped_column(STATION, index=True)
    topic: Mapped[str] = mapped_column(String(256))
    detail: Mapped[str] = mapped_column(String(256))
    boot: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int | None] = mapped_column(BigInt)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    times: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuarantineCountRow(Base):
    """How often each reason was met at each station, for good (rows themselves are bounded).

    ``station_id`` is empty for what came under no known station; the reason ``dropped`` counts
    rows that were deleted to keep the table within its bound.
    """

    __tablename__ = "quarantine_count"

    station_id: Mapped[str] = mapped_column(STATION, primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), primary_key=True)
    times: Mapped[int] = mapped_column(BigInt)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SeqLedgerRow(Base):
    """Which sequence numbers of one boot of one station have been received: closed intervals."""

    __tablename__ = "seq_ledger"

    station_id: Mapped[str] = mapped_column(STATION, primary_key=True)
    boot: Mapped[str] = mapped_column(String(32), primary_key=True)
    intervals: Mapped[Any] = mapped_column(Json)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StationStatusRow(Base):
    """What is known of a station's link: when it was heard, what is missing or was refused."""

    __tablename__ = "station_status"

    station_id: Mapped[str] = mapped_column(STATION, primary_key=True)
    online: Mapped[bool | None]
    online_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_reading_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    boot: Mapped[str] = mapped_column(String(32))
    last_seq: Mapped[int] = mapped_column(BigInt)
    messages: Mapped[int] = mapped_column(BigInt)
    duplicates: Mapped[int] = mapped_column(BigInt)
    missing: Mapped[int] = mapped_column(BigInt)
    late: Mapped[int] = mapped_column(BigInt)
    quarantined: Mapped[int] = mapped_column(BigInt)


class IngestStatusRow(Base):
    """The state of one ingest process, by its client id; ``heartbeat_at`` shows that it runs.

    ``listening_since`` is empty while it can't reach the broker or the database. Counters start
    at zero with the process.
    """

    __tablename__ = "ingest_status"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    listening_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    broker_connected: Mapped[bool]
    store_reachable: Mapped[bool]
    spool_batches: Mapped[int]
    spool_readings: Mapped[int] = mapped_column(BigInt)
    spool_bytes: Mapped[int] = mapped_column(BigInt)
    spool_full: Mapped[bool]
    waiting: Mapped[int]
    messages: Mapped[int] = mapped_column(BigInt)
    readings: Mapped[int] = mapped_column(BigInt)
    points: Mapped[int] = mapped_column(BigInt)
    duplicates: Mapped[int] = mapped_column(BigInt)
    quarantined: Mapped[int] = mapped_column(BigInt)
    trouble: Mapped[str] = mapped_column(Text)
