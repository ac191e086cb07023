"""Alarms by JSON: the list, acknowledging one, shelving one and what is shelved."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.access.guard import GivenParts, allow
from api.json.alarm_views import (
    AlarmsView,
    AlarmView,
    ShelvedAlarmsView,
    ShelvedAlarmView,
    ShelvingView,
    alarm_view,
)
from api.json.request_parts import DataBody, Key, Page, PageSize, by
from api.parts.parts import Parts
from kit.actors import Actor
from kit.idempotency import claim
from stations.assets.station_store import all_stations
from telemetry.alarms import desk
from telemetry.alarms.alarm_search import AlarmSort, get_alarm, list_alarms
from telemetry.alarms.rules import AlarmKind, Severity
from telemetry.alarms.shelf import shelved_alarms

AlarmWatcher = Annotated[Actor, by(allow("alarms.see"))]
Shelver = Annotated[Actor, by(allow("alarms.shelve"))]


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


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])
    made.get("/alarms")(alarms)
    made.get("/alarms/shelved")(shelved)
    made.post("/alarms/{alarm_id}/acknowledge")(acknowledge)
    made.post("/alarms/{alarm_id}/shelve")(shelve)
    made.post("/alarms/{alarm_id}/unshelve")(unshelve)
    return made


def alarms(
    _actor: AlarmWatcher, parts: GivenParts, query: Annotated[AlarmQuery, Query()]
) -> AlarmsView:
    """Return one page of the alarms, newest first unless said otherwise."""
    with parts.db.read() as session:
        found = list_alarms(session, **query.model_dump())
        stations = {station.id: station for station in all_stations(session)}
    rows = [alarm_view(parts, stations, alarm) for alarm in found.rows]
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
        return alarm_view(parts, stations, get_alarm(session, alarm_id))


def shelved(_actor: AlarmWatcher, parts: GivenParts) -> ShelvedAlarmsView:
    """Return what is shelved now, the first to come back first."""
    return _shelved(parts)


def shelve(
    alarm_id: str, actor: Shelver, key: Key, body: DataBody, parts: GivenParts
) -> ShelvingView:
    """Let the alarm's rule raise nothing before ``until``, for a ``reason``.

    It raises alarms again by itself at that time, or once somebody unshelves it.
    """
    made = desk.shelve(parts.alarm_desk, alarm_id, body.data, actor, key)
    return ShelvingView.model_validate(made)


def unshelve(alarm_id: str, actor: Shelver, key: Key, parts: GivenParts) -> ShelvedAlarmsView:
    """Let the alarm's rule raise alarms again at once; return what is still shelved."""
    desk.unshelve(parts.alarm_desk, alarm_id, actor, key)
    return _shelved(parts)


def _shelved(parts: Parts) -> ShelvedAlarmsView:
    with parts.db.read() as session:
        found = shelved_alarms(session, parts.clock.now())
        stations = {station.id: station for station in all_stations(session)}
    return ShelvedAlarmsView(
        rows=[
            ShelvedAlarmView(
                alarm=alarm_view(parts, stations, one.alarm),
                shelving=ShelvingView.model_validate(one.shelving),
                beyond_limit=one.beyond_limit,
            )
            for one in found
        ]
    )
