"""One station: everything it measures, by equipment, and trends."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.console.counter_trends import counted_trends
from api.pages.console.newest_points import newest_points
from api.pages.console.station_cards import (
    EquipmentReadings,
    PointReading,
    StationCard,
    station_card,
)
from api.pages.console.station_trends import Trend, trends_of
from api.web.formats import Formats
from api.web.page import Web
from kit.actors import Actor
from kit.instants import from_micros, to_micros
from stations.assets.station import Station
from stations.assets.station_store import get_station
from telemetry.alarms.alarm_search import open_alarms
from telemetry.alarms.rule_store import rules_of
from telemetry.derived.counters import station_counters
from telemetry.ingest.liveness import station_statuses
from telemetry.readings import Bucket, Series
from telemetry.stores.port import StoreUnavailable

Watcher = Annotated[Actor, Depends(allow("stations.see"))]
RANGES = {"1": 10, "6": 60, "24": 300, "168": 1800}
"""Hours of trend that can be chosen, and the seconds of each one's intervals: some 300 of them."""
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class StationPage:
    """One station; its trends are over the same range, in steps of ``every_s``.

    ``chosen`` is the equipment whose every trend is shown; "" shows the main figure of each,
    where that is no state.
    """

    card: StationCard
    address: str
    hours: str
    ranges: tuple[str, ...]
    every_s: int
    zone: str
    chosen: str
    trends: tuple[Trend, ...]
    shown_at: datetime
    store_away: bool

    @property
    def grouped(self) -> bool:
        """Whether the station has equipment with names: the newest values are shown by it."""
        return any(one.name for one in self.card.equipment)

    @property
    def chosen_name(self) -> str:
        """The name of the chosen equipment."""
        return next((one.name for one in self.card.equipment if one.id == self.chosen), "")

    def url(self, hours: str, equipment: str) -> str:
        """Return this page's address with another range, or with other trends."""
        chosen = {"equipment": equipment} if equipment else {}
        return f"/stations/{self.card.id}?{urlencode({'hours': hours, **chosen})}"


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/stations/{station_id}")
    def station(station_id: str, request: Request, actor: Watcher) -> Response:
        page = _station(web, request, station_id)
        return web.draw(request, "console/station.html", page, actor)

    return router


def _station(web: Web, request: Request, station_id: str) -> StationPage:
    with web.parts.db.read() as session:
        station = get_station(session, station_id)
        rules = rules_of(session, station_id)
        alarms = [alarm for alarm in open_alarms(session) if alarm.station_id == station_id]
        status = station_statuses(session).get(station_id)
    points, away = newest_points(web.parts.store, [station])
    card = station_card(station, web.words(request), points, rules, alarms, status)
    hours = request.query_params.get("hours", "")
    hours = hours if hours in RANGES else next(iter(RANGES))
    wanted = request.query_params.get("equipment", "")
    chosen = next((one.id for one in card.equipment if one.id == wanted), "")
    trends, trends_away = _trends(web, request, station, card, hours, chosen)
    return StationPage(
        card=card,
        address=station.address,
        hours=hours,
        ranges=tuple(RANGES),
        every_s=RANGES[hours],
        zone=web.parts.settings.timezone,
        chosen=chosen,
        trends=trends,
        shown_at=web.now(),
        store_away=away or trends_away,
    )


def _trends(
    web: Web, request: Request, station: Station, card: StationCard, hours: str, chosen: str
) -> tuple[tuple[Trend, ...], bool]:
    screen = web.painter.screen(request)
    text = screen.text
    formats = screen.formats
    keys = [one.key for group in card.equipment for one in _charted(group, chosen, formats)]
    series = [Series(station.id, key) for key in keys]
    every = timedelta(seconds=RANGES[hours])
    counters = station_counters(station, formats.quantities)
    found, away = _ranges(web, series, timedelta(hours=int(hours)), every, counters)
    gauges = {key: buckets for key, buckets in found.items() if key not in counters}
    points = {point.key: point for point in station.points}
    columns = (text("lowest"), text("mean"), text("highest"))
    trends = tuple(
        trend
        for one in card.equipment
        for trend in (
            *trends_of(one, points, gauges, formats, columns),
            *counted_trends(one, counters, found, formats),
        )
    )
    return trends, away


def _charted(one: EquipmentReadings, chosen: str, formats: Formats) -> Sequence[PointReading]:
    if chosen:
        return one.readings if one.id == chosen else ()
    if not one.name:
        return one.readings
    return [reading for reading in one.key_figures if not formats.states(reading.quantity)]


def _ranges(
    web: Web, series: list[Series], span: timedelta, every: timedelta, counters: Container[str]
) -> tuple[Mapping[str, list[Bucket]], bool]:
    end = web.now()
    # A start that is a multiple of the step keeps each interval the same from look to look.
    start = from_micros(to_micros(end - span) // (every // MICROSECOND) * (every // MICROSECOND))
    store = web.parts.store
    try:
        return {
            # A counter's first interval is counted from the one before.
            one.metric: store.range(
                one, start - every if one.metric in counters else start, end, every
            )
            for one in series
        }, False
    except StoreUnavailable:
        return {one.metric: [] for one in series}, True
