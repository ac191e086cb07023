"""The state of the ingest and of each station's link, for screens and health checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from telemetry.alarms.silence import Hearing
from telemetry.ingest.ingest_tables import IngestStatusRow, StationStatusRow

T = TypeVar("T")

HEARTBEAT_STALE_AFTER = timedelta(seconds=10)
"""An ingest without a heartbeat for this long is not listening, whatever it last said."""


@dataclass(frozen=True, slots=True)
class StationStatus:
    """A station's link as last seen; counters are never reset, ``missing`` is the open gaps."""

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
    """The state of one ingest process; counters start with the process."""

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


def station_statuses(session: Session) -> dict[str, StationStatus]:
    """Return what is known of each station's link, by station; none for one never heard."""
    rows = session.scalars(select(StationStatusRow))
    return {row.station_id: _as(StationStatus, row) for row in rows}


def ingest_statuses(session: Session) -> list[IngestStatus]:
    """Return the state of each ingest, the one last heard first."""
    rows = session.scalars(select(IngestStatusRow).order_by(IngestStatusRow.heartbeat_at.desc()))
    return [_as(IngestStatus, row) for row in rows]


def listening_since(session: Session, now: datetime) -> datetime | None:
    """Return since when some ingest has listened without a break; None when none does."""
    fresh = now - HEARTBEAT_STALE_AFTER
    query = select(IngestStatusRow.listening_since).where(
        IngestStatusRow.heartbeat_at >= fresh, IngestStatusRow.listening_since.is_not(None)
    )
    return min((since for since in session.scalars(query) if since is not None), default=None)


def hearing_at(session: Session, now: datetime) -> Hearing | None:
    """Return what the checks for silence need; None when no ingest listens."""
    since = listening_since(session, now)
    if since is None:
        return None
    rows = session.execute(select(StationStatusRow.station_id, StationStatusRow.last_seen_at))
    return Hearing(since, {station: at for station, at in rows if at is not None})


def links_stamp(session: Session) -> tuple[object, ...]:
    """Return a stamp that differs after any message of any station."""
    row = session.execute(
        select(
            func.max(StationStatusRow.last_seen_at),
            func.sum(StationStatusRow.messages),
            func.max(StationStatusRow.online_at),
        )
    ).one()
    return tuple(row)


def _as(kind: type[T], row: object) -> T:
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: getattr(row, name) for name in names})
