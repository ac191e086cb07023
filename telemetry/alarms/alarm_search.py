"""Alarms as they stand: one, the open ones, and pages filtered and sorted in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from telemetry.alarms.alarm_tables import AlarmRow, AlarmStateRow
from telemetry.alarms.rules import AlarmKind, Severity


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands. ``limit`` and ``value`` are in ``unit`` (``s`` of silence)."""

    id: str
    station_id: str
    rule_id: str
    metric: str
    kind: AlarmKind
    severity: Severity
    needs_hands: bool
    value: float
    limit: float
    unit: str
    occurrences: int
    raised_at: datetime
    raised_again_at: datetime | None
    returned_at: datetime | None
    acked_at: datetime | None
    acked_by: str | None
    acked_by_name: str | None
    closed_at: datetime | None
    forwarded: int
    forwarded_at: datetime | None
    ticket_ref: str | None
    return_reported_at: datetime | None

    @property
    def active(self) -> bool:
        """Whether its condition has not returned to normal."""
        return self.returned_at is None

    @property
    def measured(self) -> float | None:
        """What the point measured; None of a silent station, of which there is nothing to say."""
        return None if self.kind is AlarmKind.SILENT else self.value

    @property
    def dedupe_key(self) -> str:
        """The key under which this occurrence opens one ticket at most, however often delivered."""
        again = f"#{self.occurrences}" if self.occurrences > 1 else ""
        return f"alarm:{self.id}{again}"

    @property
    def occurred_at(self) -> datetime:
        """When the latest occurrence began, by the station's clock."""
        return self.raised_again_at or self.raised_at


class AlarmSort(StrEnum):
    """What a list of alarms is ordered by."""

    RAISED = "raised"
    STATION = "station"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class AlarmResults:
    """One page of alarms; ``total`` counts all that match the filter."""

    rows: tuple[Alarm, ...]
    total: int


def get_alarm(session: Session, alarm_id: str) -> Alarm:
    """Return one alarm; raise ``NotFound``."""
    return alarm_of(alarm_row(session, alarm_id))


def open_alarms(session: Session, station_id: str | None = None) -> list[Alarm]:
    """Return what is open (not returned, or latched and not acknowledged), newest first."""
    query = select(AlarmRow).where(AlarmRow.closed_at.is_(None))
    if station_id is not None:
        query = query.where(AlarmRow.station_id == station_id)
    return alarms_by(session, query.order_by(AlarmRow.raised_at.desc(), AlarmRow.id))


def list_alarms(
    session: Session,
    *,
    open_only: bool = False,
    station_id: str | None = None,
    severity: Severity | None = None,
    kind: AlarmKind | None = None,
    sort: AlarmSort = AlarmSort.RAISED,
    descending: bool = True,
    page: int = 1,
    page_size: int = 50,
) -> AlarmResults:
    """Return one page of alarms, counted from 1; None means no filter."""
    where = _where(open_only, station_id, severity, kind)
    columns: dict[AlarmSort, ColumnElement[Any]] = {
        AlarmSort.RAISED: AlarmRow.raised_at.expression,
        AlarmSort.STATION: AlarmRow.station_id.expression,
        # Critical before warning, whatever the letters say.
        AlarmSort.SEVERITY: (AlarmRow.severity == Severity.CRITICAL).expression,
    }
    chosen = columns[sort].desc() if descending else columns[sort].asc()
    order = [chosen, AlarmRow.raised_at.desc(), AlarmRow.id]
    query = select(AlarmRow).where(*where).order_by(*order)
    rows = session.scalars(query.limit(page_size).offset((page - 1) * page_size))
    total = session.scalar(select(func.count()).select_from(AlarmRow).where(*where)) or 0
    return AlarmResults(tuple(alarm_of(row) for row in rows), total)


def _where(
    open_only: bool, station_id: str | None, severity: Severity | None, kind: AlarmKind | None
) -> list[ColumnElement[bool]]:
    wanted = {AlarmRow.station_id: station_id, AlarmRow.severity: severity, AlarmRow.kind: kind}
    equal = [column == value for column, value in wanted.items() if value is not None]
    return equal + ([AlarmRow.closed_at.is_(None)] if open_only else [])


def alarms_stamp(session: Session) -> tuple[object, ...]:
    """Return a stamp that differs after any change of an alarm."""
    alarms = session.execute(
        select(
            func.count(),
            func.max(AlarmRow.raised_at),
            func.max(AlarmRow.returned_at),
            func.max(AlarmRow.acked_at),
            func.max(AlarmRow.closed_at),
            func.count(AlarmRow.ticket_ref),
        )
    ).one()
    return (*alarms, session.scalar(select(func.sum(AlarmStateRow.shelved_until_us))))


def alarm_of(row: AlarmRow) -> Alarm:
    """Return the alarm of a row."""
    return Alarm(
        **{
            name: getattr(row, name)
            for name in Alarm.__dataclass_fields__
            if name not in {"kind", "severity"}
        },
        kind=AlarmKind(row.kind),
        severity=Severity(row.severity),
    )


def alarm_row(session: Session, alarm_id: str) -> AlarmRow:
    """Return the row of an alarm; raise ``NotFound``."""
    row = session.get(AlarmRow, alarm_id)
    if row is None:
        raise NotFound("alarm_not_found", f"there is no alarm {alarm_id!r}", id=alarm_id)
    return row


def alarms_by(session: Session, query: Select[AlarmRow]) -> list[Alarm]:
    """Return the alarms of a query's rows, in its order."""
    return [alarm_of(row) for row in session.scalars(query)]
