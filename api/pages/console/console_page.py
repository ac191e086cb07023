"""The operator's console, and the trends of one station."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.console import console_context as context
from api.pages.repair.list_context import listed
from api.web.formats import Formats
from api.web.page import Web
from dispatch.repair.search import Order, TicketFilter, count_overdue, find_tickets
from kit.actors import Actor
from kit.instants import from_micros, to_micros
from kit.rights import may
from stations.assets.station_store import all_stations, get_station
from telemetry.alarms.alarm_search import open_alarms
from telemetry.alarms.rule_store import rules_of
from telemetry.ingest.liveness import ingest_statuses, station_statuses
from telemetry.ingest.quarantine_search import quarantine_counts
from telemetry.readings import Bucket, Point, Series
from telemetry.stores.port import StoreUnavailable

Watcher = Annotated[Actor, Depends(allow("stations.see"))]
LIVE = "/api/v1/live/stations /api/v1/live/board"
MOST_TICKETS = 20
"""Open tickets that the console shows, the most urgent first."""
RANGES = {"1": 10, "6": 60, "24": 300, "168": 1800}
"""Hours of trend that can be chosen, and the seconds of each one's intervals: some 300 of them."""
MICROSECOND = timedelta(microseconds=1)


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
        wanted = TicketFilter(open_only=True)
        found = find_tickets(session, actor, now, wanted, Order(page_size=MOST_TICKETS))
        overdue = count_overdue(session, actor, now)
    points, away = _newest(web, [Series(s.id, point.key) for s in stations for point in s.points])
    names = {s.id: s.name_en if language == "en" and s.name_en else s.name for s in stations}
    return context.ConsolePage(
        stations=tuple(
            context.station_card(
                station,
                station.formats(web.parts.quantities),
                language,
                points,
                [rule for rule in rules if rule.station_id == station.id],
                [alarm for alarm in alarms if alarm.station_id == station.id],
                statuses.get(station.id),
            )
            for station in stations
        ),
        alarms=tuple(context.alarm_line(alarm, names, tickets=True) for alarm in alarms),
        may_acknowledge=may(actor, "alarms.acknowledge"),
        tickets=listed(found.tickets, now),
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
    screen = web.painter.screen(request)
    with web.parts.db.read() as session:
        station = get_station(session, station_id)
        rules = rules_of(session, station_id)
    hours = request.query_params.get("hours", "")
    hours = hours if hours in RANGES else next(iter(RANGES))
    every = timedelta(seconds=RANGES[hours])
    formats = station.formats(web.parts.quantities)
    series = [Series(station_id, key) for key in formats]
    found, away = _ranges(web, series, timedelta(hours=int(hours)), every)
    name = station.name_en if screen.text.language == "en" and station.name_en else station.name
    return context.StationPage(
        id=station.id,
        name=name,
        address=station.address,
        hours=hours,
        ranges=tuple(RANGES),
        every_s=RANGES[hours],
        zone=web.parts.settings.timezone,
        trends=tuple(
            context.Trend(
                metric=form.key,
                unit=form.unit,
                limits=context.limits_of(rules, form.key),
                buckets=tuple(_line(bucket, screen.formats) for bucket in found[place]),
            )
            for place, form in enumerate(formats.values())
        ),
        store_away=away,
    )


def _line(bucket: Bucket, formats: Formats) -> context.BucketLine:
    shown = formats.moment(from_micros(bucket.time_us))
    return context.BucketLine(bucket.time_us, shown, bucket.minimum, bucket.mean, bucket.maximum)


def _ranges(
    web: Web, series: list[Series], span: timedelta, every: timedelta
) -> tuple[list[list[Bucket]], bool]:
    end = web.now()
    # A start that is a multiple of the step keeps each interval the same from look to look.
    start = from_micros(to_micros(end - span) // (every // MICROSECOND) * (every // MICROSECOND))
    try:
        return [web.parts.store.range(one, start, end, every) for one in series], False
    except StoreUnavailable:
        return [[] for _ in series], True
