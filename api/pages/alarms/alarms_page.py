"""The list of alarms, and acknowledging one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.alarms.alarms_context import AlarmsPage, ShelvedLine, alarm_line
from api.web.forms import Form
from api.web.listing import PAGE_SIZE, Listing, asked_for, asked_order
from api.web.page import Typed, Web, page_number
from api.web.render import local_path, new_key, see_other
from kit.actors import Actor
from kit.rights import may
from stations.assets.station_store import all_stations
from telemetry.alarms.alarm_search import AlarmSort, list_alarms
from telemetry.alarms.desk import acknowledge
from telemetry.alarms.rules import Severity
from telemetry.alarms.shelf import shelved_alarms

AlarmWatcher = Annotated[Actor, Depends(allow("alarms.see"))]
Acknowledger = Annotated[Actor, Depends(allow("alarms.acknowledge"))]
LIVE = "/api/v1/live/stations /api/v1/live/board"
"""Streams that say when a page with alarms is to be drawn anew."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/alarms")
    def alarms(request: Request, actor: AlarmWatcher) -> Response:
        page = _alarms(web, request, actor)
        return web.draw(request, "alarms/alarms.html", page, actor, live=LIVE)

    @router.post("/alarms/{alarm_id}/acknowledge")
    def seen(alarm_id: str, actor: Acknowledger, typed: Typed) -> Response:
        # Acknowledging twice changes nothing: the first to do so stays on record.
        with web.parts.db.write() as session:
            acknowledge(session, alarm_id, actor, web.now())
        back = local_path(typed.values.get("back", "/alarms"))
        return see_other(f"{back}{'&' if '?' in back else '?'}said=acknowledged")

    return router


def _alarms(web: Web, request: Request, actor: Actor) -> AlarmsPage:
    asked = asked_for(request, ("which", "station", "severity"))
    sort, down = asked_order(request, AlarmSort, AlarmSort.RAISED)
    number = page_number(request.query_params.get("page", ""))
    now = web.now()
    with web.parts.db.read() as session:
        found = list_alarms(
            session,
            open_only=asked["which"] != "all",
            station_id=asked["station"] or None,
            severity=next((s for s in Severity if s == asked["severity"]), None),
            sort=sort,
            descending=down,
            page=number,
            page_size=PAGE_SIZE,
        )
        on_shelf = shelved_alarms(session, now)
        stations = {station.id: station for station in all_stations(session)}
    shelved = {one.alarm.rule_id: one.shelving for one in on_shelf}
    words = web.words(request)
    return AlarmsPage(
        list=Listing("/alarms", asked, request.query_params.get("sort", ""), number, found.total),
        filter=Form("alarm-filter", "", asked, fresh=False),
        alarms=tuple(
            alarm_line(alarm, stations, words, shelved.get(alarm.rule_id)) for alarm in found.rows
        ),
        shelved=tuple(
            ShelvedLine(alarm_line(one.alarm, stations, words), one.shelving, one.beyond_limit)
            for one in on_shelf
        ),
        key=new_key(),
        stations=tuple((station.id, words.station(station)) for station in stations.values()),
        severities=tuple(Severity),
        may_acknowledge=may(actor, "alarms.acknowledge"),
        shown_at=now,
    )
