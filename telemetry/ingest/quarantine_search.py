"""Refused messages as people look for them: counters, and pages filtered in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from telemetry.ingest.ingest_tables import QuarantineCountRow, QuarantineRow


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


class QuarantineSort(StrEnum):
    """What a list of refused messages is ordered by; ``LAST``: when each was last met."""

    LAST = "last"
    STATION = "station"
    REASON = "reason"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class QuarantineResults:
    """One page of refused messages; ``total`` counts all that match the filter."""

    rows: tuple[Quarantined, ...]
    total: int


def quarantine_counts(session: Session, station_id: str | None = None) -> list[QuarantineCount]:
    """Return the counters of refused input, by station and reason."""
    query = select(QuarantineCountRow).order_by(
        QuarantineCountRow.station_id, QuarantineCountRow.reason
    )
    if station_id is not None:
        query = query.where(QuarantineCountRow.station_id == station_id)
    return [
        QuarantineCount(row.station_id, row.reason, row.times, row.last_at)
        for row in session.scalars(query)
    ]


def list_quarantine(
    session: Session,
    *,
    station_id: str | None = None,
    reason: str | None = None,
    sort: QuarantineSort = QuarantineSort.LAST,
    descending: bool = True,
    page: int = 1,
    page_size: int = 50,
) -> QuarantineResults:
    """Return one page of refused messages, counted from 1; None does not narrow the list."""
    wanted = {QuarantineRow.station_id: station_id, QuarantineRow.reason: reason}
    where = [column == value for column, value in wanted.items() if value is not None]
    columns: dict[QuarantineSort, ColumnElement[Any]] = {
        QuarantineSort.LAST: QuarantineRow.last_at.expression,
        QuarantineSort.STATION: QuarantineRow.station_id.expression,
        QuarantineSort.REASON: QuarantineRow.reason.expression,
        QuarantineSort.SIZE: QuarantineRow.size.expression,
    }
    chosen = columns[sort].desc() if descending else columns[sort].asc()
    order = [chosen, QuarantineRow.last_at.desc()]
    query = select(QuarantineRow).where(*where).order_by(*order, QuarantineRow.id)
    rows = session.scalars(query.limit(page_size).offset((page - 1) * page_size))
    total = session.scalar(select(func.count()).select_from(QuarantineRow).where(*where)) or 0
    return QuarantineResults(tuple(_quarantined_of(row) for row in rows), total)


def _quarantined_of(row: QuarantineRow) -> Quarantined:
    return Quarantined(**{name: getattr(row, name) for name in Quarantined.__dataclass_fields__})
