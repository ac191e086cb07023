"""Alarms by JSON: the list, and acknowledging one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AliasPath, BaseModel, ConfigDict, Field

from api.access.guard import GivenParts, allow
from api.json.request_parts import Key, Page, PageSize, by
from api.json.views import View
from api.parts.parts import Parts
from kit.actors import Actor
from kit.idempotency import claim
from stations.assets.point_names import point_name
from stations.assets.station import Station
from stations.assets.station_store import all_stations
from telemetry.alarms import desk
from telemetry.alarms.alarm_search import Alarm, AlarmSort, get_alarm, list_alarms
from telemetry.alarms.rules import AlarmKind, Severity

AlarmWatcher = Annotated[Actor, by(allow("alarms.see"))]


class AlarmQuery(BaseModel):
    """Which alarms to list, and in which order."""

    model_config = ConfigDict(extra="ignore")

    open_only: bool = True
    station_id: Annotated[str | None, Query(max_length=64)] = None
    severity: Severity | None = None
    kind: AlarmKind | None = None
    sort: AlarmSort = AlarmSort.RAISED
    descending: bool = True
    page: Page = 1
    page_size: PageSize = 50


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


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])
    made.get("/alarms")(alarms)
    made.post("/alarms/{alarm_id}/acknowledge")(acknowledge)
    return made


def alarms(
    _actor: AlarmWatcher, parts: GivenParts, query: Annotated[AlarmQuery, Query()]
) -> AlarmsView:
    """Return one page of the alarms, newest first unless said otherwise."""
    with parts.db.read() as session:
        found = list_alarms(session, **query.model_dump())
        stations = {station.id: station for station in all_stations(session)}
    rows = [_view(parts, stations, alarm) for alarm in found.rows]
    return AlarmsView(rows=rows, total=found.total, page=query.page, page_size=query.page_size)


def acknowledge(
    alarm_id: str,
    actor: Annotated[Actor, by(allow("alarms.acknowledge"))],
    key: Key,
    parts: GivenParts,
) -> AlarmView:
    """Record that you have seen the alarm; the first to do so stays in the record."""
    now = parts.clock.now()
    request = ["acknowledge", alarm_id]
    with parts.db.write() as session:
        if not claim(
            session, key=key, actor_id=actor.id, request=request, answer=alarm_id, now=now
        ):
            desk.acknowledge(session, alarm_id, actor, now)
        stations = {station.id: station for station in all_stations(session)}
        return _view(parts, stations, get_alarm(session, alarm_id))


def _view(parts: Parts, stations: Mapping[str, Station], alarm: Alarm) -> AlarmView:
    station = stations.get(alarm.station_id)
    point = station.point(alarm.metric) if station else None
    names = (
        (point_name(station, point, parts.quantities, language) for language in ("zh", "en"))
        if station and point
        else ()
    )
    return AlarmView.model_validate(NamedAlarm(alarm, *names))
