"""Trends by JSON."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.access.guard import GivenParts
from api.json.request_parts import company_time
from api.json.station_routes import StationWatcher
from api.json.views import View
from kit.errors import FieldError, Invalid
from kit.instants import from_micros
from stations.assets.points import PointFormat
from stations.assets.quantities import Quantities
from stations.assets.station import Station
from stations.assets.station_store import get_station
from telemetry.derived.counters import Count, Increase, counter_of, increases_of
from telemetry.readings import Bucket, Series

MOST_BUCKETS = 2000
"""Points of one trend: more than a screen has columns."""
_USUAL_BUCKETS = 300


class SeriesQuery(BaseModel):
    """Which point, over which range, in which steps; ``metric`` is the point's key."""

    model_config = ConfigDict(extra="ignore")

    metric: Annotated[str, Query(max_length=32)]
    start: datetime | None = None
    end: datetime | None = None
    every_s: Annotated[float | None, Query(ge=1, le=31 * 86_400, allow_inf_nan=False)] = None


class BucketView(View):
    """What lay within one interval that begins at ``time``; ``quality`` is the worst in it.

    Of a counter, ``increase`` is what it counted since the interval before, and ``count`` says how:
    steady, rolled_over, reset (counted from 0), or jumped or stray (nothing is counted).
    """

    time: datetime
    minimum: float
    mean: float
    maximum: float
    last: float
    samples: int
    quality: str
    increase: float | None
    count: Count | None


class SeriesView(View):
    """One trend: buckets of ``every_s`` seconds in ``[start, end)``; empty ones are left out."""

    station_id: str
    metric: str
    unit: str
    start: datetime
    end: datetime
    every_s: float
    buckets: list[BucketView]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])
    made.get("/stations/{station_id}/series")(series)
    return made


def series(
    station_id: str,
    _actor: StationWatcher,
    parts: GivenParts,
    query: Annotated[SeriesQuery, Query()],
) -> SeriesView:
    """Return a trend: the last hour unless said otherwise, in at most 2000 buckets."""
    with parts.db.read() as session:
        found = get_station(session, station_id)
    form = _format(found, parts.quantities, query.metric)
    until = company_time(parts, "end", query.end) or parts.clock.now()
    since = company_time(parts, "start", query.start) or until - timedelta(hours=1)
    every = _every(since, until, query.every_s)
    one, counter = Series(station_id, query.metric), counter_of(form)
    buckets = parts.store.range(one, since, until, every)
    counted = {}
    if counter:
        # The interval before the first is what the first is counted from.
        before = parts.store.range(one, since - every, since, every)
        counted = increases_of([*before[:1], *buckets], counter)
    return SeriesView(
        station_id=station_id,
        metric=query.metric,
        unit=form.unit,
        start=since,
        end=until,
        every_s=every.total_seconds(),
        buckets=[_view(one, counted.get(one.time_us)) for one in buckets],
    )


def _view(one: Bucket, counted: Increase | None) -> BucketView:
    return BucketView(
        time=from_micros(one.time_us),
        minimum=one.minimum,
        mean=one.mean,
        maximum=one.maximum,
        last=one.last,
        samples=one.samples,
        quality=one.quality.name.lower(),
        increase=counted.amount if counted else None,
        count=counted.how if counted else None,
    )


def _format(station: Station, quantities: Quantities, key: str) -> PointFormat:
    formats = station.formats(quantities)
    if key in formats:
        return formats[key]
    known = list(formats)
    message = f"{station.id} has no such measuring point; it has {', '.join(known)}"
    raise Invalid([FieldError("metric", "unknown_metric", message, {"known": known})])


def _every(start: datetime, end: datetime, every_s: float | None) -> timedelta:
    if end <= start:
        raise Invalid([FieldError("end", "end_before_start", "must lie after start")])
    span = (end - start).total_seconds()
    every = every_s or max(1.0, span / _USUAL_BUCKETS)
    if span / every > MOST_BUCKETS:
        least = span / MOST_BUCKETS
        message = f"gives more than {MOST_BUCKETS} buckets: take at least {least:.0f} s"
        raise Invalid([FieldError("every_s", "too_many_buckets", message, {"least": least})])
    return timedelta(seconds=round(every))
