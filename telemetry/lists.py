"""Alarms and refused messages as lists: filtered, sorted and paged in the database, with totals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from telemetry.alarms.desk import Alarm, Kind, Severity, alarm_of
from telemetry.ingest.liveness import Quarantined, quarantined_of
from telemetry.tables import AlarmRow, QuarantineRow


class AlarmSort(StrEnum):
    """What a list of alarms is ordered by."""

    RAISED = "raised"
    STATION = "station"
    SEVERITY = "severity"


class QuarantineSort(StrEnum):
    """What a list of refused messages is ordered by; ``LAST``: when each was last met."""

    LAST = "last"
    STATION = "station"
    REASON = "reason"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """One page of alarms; ``total`` counts all that the filter lets through."""

    rows: tuple[Alarm, ...]
    total: int


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """One page of refused messages; ``total`` counts all that the filter lets through."""

    rows: tuple[Quarantined, ...]
    total: int


def list_alarms(
    session: Session,
    *,
    open_only: bool = False,
    station_id: str | None = None,
    severity: Severity | None = None,
    kind: Kind | None = None,
    sort: AlarmSort = AlarmSort.RAISED,
    descending: bool = True,
    page: int = 1,
    page_size: int = 50,
) -> AlarmPage:
    """Return one page of alarms, counted from 1; what is None does not narrow the list."""
    equal = {AlarmRow.station_id: station_id, AlarmRow.severity: severity, AlarmRow.kind: kind}
    where = _equal(equal) + ([AlarmRow.closed_at.is_(None)] if open_only else [])
    columns: dict[AlarmSort, ColumnElement[Any]] = {
        AlarmSort.RAISED: AlarmRow.raised_at.expression,
        AlarmSort.STATION: AlarmRow.station_id.expression,
        # Critical before warning, whatever the letters say.
        AlarmSort.SEVERITY: (AlarmRow.severity == Severity.CRITICAL).expression,
    }
    order = [_turned(columns[sort], down=descending), AlarmRow.raised_at.desc(), AlarmRow.id]
    query = select(AlarmRow).where(*where).order_by(*order)
    rows = session.scalars(query.limit(page_size).offset((page - 1) * page_size))
    total = session.scalar(select(func.count()).select_from(AlarmRow).where(*where)) or 0
    return AlarmPage(tuple(alarm_of(row) for row in rows), total)


def list_quarantine(
    session: Session,
    *,
    station_id: str | None = None,
    reason: str | None = None,
    sort: QuarantineSort = QuarantineSort.LAST,
    descending: bool = True,
    page: int = 1,
    page_size: int = 50,
) -> QuarantinePage:
    """Return one page of refused messages, counted from 1; None does not narrow the list."""
    where = _equal({QuarantineRow.station_id: station_id, QuarantineRow.reason: reason})
    columns: dict[QuarantineSort, ColumnElement[Any]] = {
        QuarantineSort.LAST: QuarantineRow.last_at.expression,
        QuarantineSort.STATION: QuarantineRow.station_id.expression,
        QuarantineSort.REASON: QuarantineRow.reason.expression,
        QuarantineSort.SIZE: QuarantineRow.size.expression,
    }
    order = [_turned(columns[sort], down=descending), QuarantineRow.last_at.desc()]
    query = select(QuarantineRow).where(*where).order_by(*order, QuarantineRow.id)
    rows = session.scalars(query.limit(page_size).offset((page - 1) * page_size))
    total = session.scalar(select(func.count()).select_from(QuarantineRow).where(*where)) or 0
    return QuarantinePage(tuple(quarantined_of(row) for row in rows), total)


def _equal(wanted: dict[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in wanted.items() if value is not None]


def _turned(column: ColumnElement[Any], *, down: bool) -> ColumnElement[Any]:
    return column.desc() if down else column.asc()
