"""What the screens and the health check ask: how the ingest does, and each station's link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from telemetry.tables import IngestStatusRow, QuarantineCountRow, QuarantineRow, StationStatusRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StationStatus:
    """A station's link as last seen; counters are for good, ``missing`` is the open gaps."""

    station_id: str
    online: bool | None
    online_at: datetime | None
    last_seen_at: datetime | None
    last_reading_at: datetime | None
    boot: str
    last_seq: int
    messages: int
    duplicates: int
    missing: int
    late: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class IngestStatus:
    """How one ingest process does; counters start with the process."""

    name: str
    started_at: datetime
    heartbeat_at: datetime
    listening_since: datetime | None
    broker_connected: bool
    store_reachable: bool
    spool_batches: int
    spool_readings: int
    spool_bytes: int
    spool_full: bool
    waiting: int
    messages: int
    readings: int
    points: int
    duplicates: int
    quarantined: int
    trouble: str


@dataclass(frozen=True, slots=True)
class QuarantineCount:
    """How often a reason was met at a station ("" for no known one), and when last."""

    station_id: str
    reason: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One refused message, or the refused part of one; ``payload`` is its first 4 KiB."""

    id: str
    reason: str
    station_id: str
    topic: str
    detail: str
    boot: str
    seq: int | None
    size: int
    sha256: str
    payload: bytes
    times: int
    first_at: datetime
    last_at: datetime


def station_statuses(session: Session) -> dict[str, StationStatus]:
    """Return what is known of each station's link, by station; none for one never heard."""
    rows = session.scalars(select(StationStatusRow))
    return {row.station_id: _as(StationStatus, row) for row in rows}


def ingest_statuses(session: Session) -> list[IngestStatus]:
    """Return how each ingest does, the one last heard first."""
    rows = session.scalars(select(IngestStatusRow).order_by(IngestStatusRow.heartbeat_at.desc()))
    return [_as(IngestStatus, row) for row in rows]


def ingest_status(session: Session) -> IngestStatus | None:
    """Return how the ingest that was last heard does; None when there never was one."""
    return next(iter(ingest_statuses(session)), None)


def quarantine_counts(session: Session, station_id: str | None = None) -> list[QuarantineCount]:
    """Return the counters of refused input, by station and reason."""
    query = select(QuarantineCountRow).order_by(
        QuarantineCountRow.station_id, QuarantineCountRow.reason
    )
    if station_id is not None:
        query = query.where(QuarantineCountRow.station_id == station_id)
    return [_as(QuarantineCount, row) for row in session.scalars(query)]


def recent_quarantine(
    session: Session, limit: int = 100, station_id: str | None = None
) -> list[Quarantined]:
    """Return the refused messages last seen, newest first."""
    query = select(QuarantineRow).order_by(QuarantineRow.last_at.desc(), QuarantineRow.id)
    if station_id is not None:
        query = query.where(QuarantineRow.station_id == station_id)
    return [quarantined_of(row) for row in session.scalars(query.limit(limit))]


def quarantined_of(row: QuarantineRow) -> Quarantined:
    """Return the refused message of a row."""
    return _as(Quarantined, row)


def quarantine_rows(session: Session) -> int:
    """Return how many refused messages are kept."""
    return session.scalar(select(func.count()).select_from(QuarantineRow)) or 0


def _as(kind: type[T], row: object) -> T:
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: getattr(row, name) for name in names})
