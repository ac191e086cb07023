"""What the list of alarms shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.web.forms import Form
from api.web.listing import Listing
from api.web.point_words import PointWords, point_of
from stations.assets.station import Station
from telemetry.alarms.alarm_search import Alarm
from telemetry.alarms.rules import AlarmKind


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm of the list; ``state`` is in the words of ISA-18.2.

    ``point`` names the point with its equipment; it is empty for a silent station.
    """

    id: str
    station_id: str
    station_name: str
    point: str
    quantity: str
    kind: str
    severity: str
    value: float | None
    limit: float | None
    unit: str
    raised_at: datetime
    acked_at: datetime | None
    acked_by: str
    state: str
    active: bool
    ticket_url: str


@dataclass(frozen=True, slots=True)
class AlarmsPage:
    """The list of alarms."""

    list: Listing
    filter: Form
    alarms: tuple[AlarmLine, ...]
    stations: tuple[tuple[str, str], ...]
    severities: tuple[str, ...]
    may_acknowledge: bool
    shown_at: datetime


def alarm_line(
    alarm: Alarm, stations: Mapping[str, Station], words: PointWords, *, tickets: bool
) -> AlarmLine:
    """Return an alarm as a line; ``tickets``: whether this person may open its ticket."""
    station = stations.get(alarm.station_id)
    point = point_of(station, alarm.metric)
    silent = alarm.kind is AlarmKind.SILENT
    return AlarmLine(
        id=alarm.id,
        station_id=alarm.station_id,
        station_name=words.station(station) if station else alarm.station_id,
        point=words.in_full(station, alarm.metric) if alarm.metric else "",
        quantity=point.quantity if point else alarm.metric,
        kind=str(alarm.kind),
        severity=str(alarm.severity),
        value=None if silent else alarm.value,
        limit=alarm.limit,
        unit=alarm.unit,
        raised_at=alarm.raised_at,
        acked_at=alarm.acked_at,
        acked_by=alarm.acked_by_name or alarm.acked_by or "",
        state=_state(alarm),
        active=alarm.returned_at is None,
        ticket_url=f"/tickets/{alarm.ticket_ref}" if tickets and alarm.ticket_ref else "",
    )


def _state(alarm: Alarm) -> str:
    active = alarm.returned_at is None
    if alarm.closed_at is not None and not active:
        return "normal"
    if active:
        return "unacknowledged" if alarm.acked_at is None else "acknowledged"
    return "returned_unacknowledged"
