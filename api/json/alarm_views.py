"""What the JSON API shows of alarms and their shelvings: each field says where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AliasPath, Field

from api.json.views import View
from api.parts.parts import Parts
from stations.assets.point_names import point_name
from stations.assets.station import Station
from telemetry.alarms.alarm_search import Alarm


@dataclass(frozen=True, slots=True)
class NamedAlarm:
    """An alarm with the name that its point has now, in both languages."""

    alarm: Alarm
    point: str = ""
    point_en: str = ""


def _of(name: str) -> Any:
    return Field(validation_alias=AliasPath("alarm", name))


class AlarmView(View):
    """One alarm as it stands.

    ``metric`` is the point's key, ``point`` and ``point_en`` its name; they are empty for a silent
    station, and the names for a point that the station has no more.
    """

    id: str = _of("id")
    station_id: str = _of("station_id")
    rule_id: str = _of("rule_id")
    metric: str = _of("metric")
    point: str = ""
    point_en: str = ""
    kind: str = _of("kind")
    severity: str = _of("severity")
    needs_hands: bool = _of("needs_hands")
    value: float = _of("value")
    limit: float = _of("limit")
    unit: str = _of("unit")
    occurrences: int = _of("occurrences")
    raised_at: datetime = _of("raised_at")
    returned_at: datetime | None = _of("returned_at")
    acked_at: datetime | None = _of("acked_at")
    acked_by_name: str | None = _of("acked_by_name")
    closed_at: datetime | None = _of("closed_at")
    ticket_ref: str | None = _of("ticket_ref")


class AlarmsView(View):
    """One page of alarms; ``total`` counts all that match the filter."""

    rows: list[AlarmView]
    total: int
    page: int
    page_size: int


class ShelvingView(View):
    """One shelving: who shelved the alarm's rule, when, until when and why.

    ``ended_at`` and ``ended_by_name`` tell who took it back before its time, if somebody did.
    """

    id: str
    alarm_id: str
    rule_id: str
    until: datetime = Field(validation_alias=AliasPath("order", "until"))
    reason: str = Field(validation_alias=AliasPath("order", "reason"))
    shelved_at: datetime = Field(validation_alias=AliasPath("shelved", "at"))
    shelved_by_name: str = Field(validation_alias=AliasPath("shelved", "by", "name"))
    ended_at: datetime | None = Field(None, validation_alias=AliasPath("ended", "at"))
    ended_by_name: str | None = Field(None, validation_alias=AliasPath("ended", "by", "name"))


class ShelvedAlarmView(View):
    """An alarm whose rule is shelved; ``beyond_limit``: it would stand if it were not."""

    alarm: AlarmView
    shelving: ShelvingView
    beyond_limit: bool


class ShelvedAlarmsView(View):
    """What is shelved, the first to come back first."""

    rows: list[ShelvedAlarmView]


def alarm_view(parts: Parts, stations: Mapping[str, Station], alarm: Alarm) -> AlarmView:
    """Return the view of an alarm, with the name of its point."""
    station = stations.get(alarm.station_id)
    point = station.point(alarm.metric) if station else None
    names = (
        (point_name(station, point, parts.quantities, language) for language in ("zh", "en"))
        if station and point
        else ()
    )
    return AlarmView.model_validate(NamedAlarm(alarm, *names))
