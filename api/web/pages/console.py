"""The operator's console, and the trend of one station."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.security.access import allow
from api.web.contexts import field_watch as context
from api.web.forms import Form
from api.web.lines import line_of_row
from api.web.pages.web import Web
from dispatch import queries
from dispatch.queries import TicketFilter
from kit.actors import Actor, Role
from kit.db import from_micros
from stations.model import QUANTITIES
from stations.store import all_stations, get_station
from telemetry.alarm_desk import MAY_ACKNOWLEDGE, open_alarms, rules_of
from telemetry.model import Bucket, Point, Series
from telemetry.status import ingest_statuses, quarantine_counts, station_statuses
from telemetry.stores.port import StoreUnavailable

WATCHERS = (Role.OPERATOR, Role.MANAGER, Role.TEAM_LEADER, Role.DIRECTOR, Role.ADMIN)
Watcher = Annotated[Actor, Depends(allow(*WATCHERS))]
LIVE = "/api/v1/live/stations /api/v1/live/board"
RANGES = ("1", "6", "24", "168")
"""Hours of trend that can be chosen."""
POINTS = 400
"""Most intervals of a trend: as many as a screen can show."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/console")
    def console(request: Request, actor: Watcher) -> Response:
        return web.draw(request, "console.html", _console(web, request, actor), actor, live=LIVE)

    @router.get("/stations/{station_id}")
    def station(station_id: str, request: Request, actor: Watcher) -> Response:
        return web.draw(request, "station.html", _station(web, request, station_id), actor)

    return router


def _console(web: Web, request: Request, actor: Actor) -> context.ConsolePage:
    now = web.now()
    language = web.text(request).language
    with web.parts.db.read() as session:
        stations = all_stations(session)
        alarms = open_alarms(session)
        rules = rules_of(session)
        statuses = station_statuses(session)
        ingest = ingest_statuses(session)
        refused = sum(count.times for count in quarantine_counts(session))
        board = queries.board(session, actor, now, TicketFilter(open_only=True), page_size=20)
        overdue = queries.counts(session, actor, now).overdue
    points, away = _newest(
        web, [Series(s.id, sensor.metric) for s in stations for sensor in s.sensors]
    )
    names = {s.id: s.name_en if language == "en" and s.name_en else s.name for s in stations}
    return context.ConsolePage(
        stations=tuple(
            context.station_card(
                station,
                language,
                points,
                [rule for rule in rules if rule.station_id == station.id],
                [alarm for alarm in alarms if alarm.station_id == station.id],
                statuses.get(station.id),
            )
            for station in stations
        ),
        alarms=tuple(context.alarm_line(alarm, names, tickets=True) for alarm in alarms),
        may_acknowledge=actor.role in MAY_ACKNOWLEDGE,
        tickets=[line_of_row(row, now) for row in board.rows],
        overdue=overdue,
        ingest=context.ingest_facts(ingest, refused, now),
        shown_at=now,
        store_away=away,
    )


def _newest(web: Web, series: list[Series]) -> tuple[dict[Series, Point], bool]:
    try:
        return dict(web.parts.store.last(series)), False
    except StoreUnavailable:
        return {}, True  # alarms and tickets are still to be seen


def _station(web: Web, request: Request, station_id: str) -> context.StationPage:
    text = web.text(request)
    formats = web.painter.screen(request).formats
    now = web.now()
    with web.parts.db.read() as session:
        station = get_station(session, station_id)
        rules = rules_of(session, station_id)
    metrics = tuple(sensor.metric for sensor in station.sensors)
    asked = request.query_params.get("metric", "")
    metric = asked if asked in metrics else next(iter(metrics), "pressure")
    hours = request.query_params.get("hours", "")
    hours = hours if hours in RANGES else RANGES[0]
    buckets, away = _range(web, Series(station_id, metric), now, int(hours))
    limits = context.limits_of(rules, metric)
    unit = QUANTITIES[metric].unit
    sign = formats.unit(unit)
    words = tuple(
        f"{text.label('limit', mark.kind, limit=formats.number(mark.value, 3))} {sign}"
        for mark in limits
    )
    name = station.name_en if text.language == "en" and station.name_en else station.name
    return context.StationPage(
        id=station.id,
        name=name,
        address=station.address,
        filter=Form("trend", "", {"metric": metric, "hours": hours}, fresh=False),
        metric=metric,
        metrics=metrics,
        hours=hours,
        ranges=RANGES,
        unit=unit,
        zone=web.parts.settings.timezone,
        limits=limits,
        limit_words=words,
        buckets=tuple(
            context.BucketLine(
                bucket.time_us,
                formats.moment(from_micros(bucket.time_us)),
                bucket.minimum,
                bucket.mean,
                bucket.maximum,
            )
            for bucket in buckets
        ),
        store_away=away,
    )


def _range(web: Web, series: Series, now: datetime, hours: int) -> tuple[list[Bucket], bool]:
    every = timedelta(seconds=max(1, hours * 3600 // POINTS))
    try:
        return web.parts.store.range(series, now - timedelta(hours=hours), now, every), False
    except StoreUnavailable:
        return [], True
