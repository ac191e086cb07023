"""What stands in the field by JSON: stations, their readings, alarms, and how the ingest does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.access.guard import GivenParts, allow
from api.json.request_parts import Key, Page, PageSize, by, company_time
from api.json.views import View
from api.parts.parts import Parts
from kit.actors import Actor
from kit.errors import FieldError, Invalid
from kit.idempotency import run_once
from kit.instants import from_micros
from stations.assets.points import PointFormat
from stations.assets.quantities import Quantities
from stations.assets.station import Station, Zone
from stations.assets.station_store import all_stations, get_station
from telemetry.alarms import desk
from telemetry.alarms.alarm_search import AlarmSort, get_alarm, list_alarms
from telemetry.alarms.rules import AlarmKind, Severity
from telemetry.ingest.liveness import StationStatus, ingest_statuses, station_statuses
from telemetry.ingest.quarantine_search import QuarantineSort, list_quarantine, quarantine_counts
from telemetry.readings import Point, Series

MOST_BUCKETS = 2000
"""Points of one trend: more than a screen has columns."""
_USUAL_BUCKETS = 300

StationWatcher = Annotated[Actor, by(allow("stations.see"))]
AlarmWatcher = Annotated[Actor, by(allow("alarms.see"))]


class LastValue(View):
    """The newest value of one sensor; without ``value``, none was ever received."""

    metric: str
    unit: str
    decimals: int
    time: datetime | None
    age_s: float | None
    value: float | None


class LinkView(View):
    """How a station's link does; counters are for good, ``missing`` is the open gaps."""

    online: bool | None
    last_seen_at: datetime | None
    last_reading_at: datetime | None
    messages: int
    duplicates: int
    missing: int
    late: int
    quarantined: int


class StationView(View):
    """One pump station: where it is, how its link does, what it last said."""

    id: str
    name: str
    name_en: str
    address: str
    zone: Zone
    lat: float
    lon: float
    road_km: float
    link: LinkView | None
    values: list[LastValue]


class BucketView(View):
    """What lay within one interval that begins at ``time``."""

    time: datetime
    minimum: float
    mean: float
    maximum: float
    last: float
    samples: int


class SeriesView(View):
    """One trend: buckets of ``every_s`` seconds in ``[start, end)``; empty ones are left out."""

    station_id: str
    metric: str
    unit: str
    start: datetime
    end: datetime
    every_s: float
    buckets: list[BucketView]


class AlarmView(View):
    """One alarm as it stands."""

    id: str
    station_id: str
    rule_id: str
    metric: str
    kind: str
    severity: str
    needs_hands: bool
    value: float
    limit: float
    unit: str
    occurrences: int
    raised_at: datetime
    returned_at: datetime | None
    acked_at: datetime | None
    acked_by_name: str | None
    closed_at: datetime | None
    ticket_ref: str | None


class AlarmsView(View):
    """One page of alarms; ``total`` counts all that the filter lets through."""

    rows: list[AlarmView]
    total: int
    page: int
    page_size: int


class RefusedView(View):
    """One refused message, without its payload's bytes."""

    id: str
    reason: str
    station_id: str
    topic: str
    detail: str
    boot: str
    seq: int | None
    size: int
    sha256: str
    times: int
    first_at: datetime
    last_at: datetime


class ReasonCount(View):
    """How often a reason was met at a station."""

    station_id: str
    reason: str
    times: int
    last_at: datetime


class QuarantineView(View):
    """What was refused: the counters for good, and one page of the messages that are kept."""

    counts: list[ReasonCount]
    total: int
    page: int
    page_size: int
    messages: list[RefusedView]


class IngestView(View):
    """How one ingest process does; counters start with the process."""

    name: str
    started_at: datetime
    heartbeat_at: datetime
    listening_since: datetime | None
    broker_connected: bool
    store_reachable: bool
    spool_batches: int
    spool_readings: int
    spool_bytes: int
    spool_full: bool
    waiting: int
    messages: int
    readings: int
    points: int
    duplicates: int
    quarantined: int
    trouble: str = Field(description="What is wrong now, in one sentence; empty: nothing.")


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])

    @made.get("/stations")
    def stations(_actor: StationWatcher, parts: GivenParts) -> list[StationView]:
        """Return every station with its newest values and their age."""
        with parts.db.read() as session:
            found, links = all_stations(session), station_statuses(session)
        return _with_values(parts, found, links)

    @made.get("/stations/{station_id}")
    def station(station_id: str, _actor: StationWatcher, parts: GivenParts) -> StationView:
        """Return one station with its newest values and their age."""
        with parts.db.read() as session:
            found, links = get_station(session, station_id), station_statuses(session)
        return _with_values(parts, [found], links)[0]

    @made.get("/stations/{station_id}/series")
    def series(
        station_id: str,
        _actor: StationWatcher,
        parts: GivenParts,
        metric: Annotated[str, Query(max_length=32)],
        start: datetime | None = None,
        end: datetime | None = None,
        every_s: Annotated[float | None, Query(ge=1, le=31 * 86_400, allow_inf_nan=False)] = None,
    ) -> SeriesView:
        """Return a trend: the last hour unless said otherwise, in at most 2000 buckets."""
        with parts.db.read() as session:
            found = get_station(session, station_id)
        form = _format(found, parts.quantities, metric)
        until = company_time(parts, "end", end) or parts.clock.now()
        since = company_time(parts, "start", start) or until - timedelta(hours=1)
        every = _every(since, until, every_s)
        buckets = parts.store.range(Series(station_id, metric), since, until, every)
        return SeriesView(
            station_id=station_id,
            metric=metric,
            unit=form.unit,
            start=since,
            end=until,
            every_s=every.total_seconds(),
            buckets=[
                BucketView(
                    time=from_micros(one.time_us),
                    minimum=one.minimum,
                    mean=one.mean,
                    maximum=one.maximum,
                    last=one.last,
                    samples=one.samples,
                )
                for one in buckets
            ],
        )

    @made.get("/alarms")
    def alarms(
        _actor: AlarmWatcher,
        parts: GivenParts,
        open_only: bool = True,
        station_id: Annotated[str | None, Query(max_length=64)] = None,
        severity: Severity | None = None,
        kind: AlarmKind | None = None,
        sort: AlarmSort = AlarmSort.RAISED,
        descending: bool = True,
        page: Page = 1,
        page_size: PageSize = 50,
    ) -> AlarmsView:
        """Return one page of the alarms, newest first unless said otherwise."""
        with parts.db.read() as session:
            found = list_alarms(
                session,
                open_only=open_only,
                station_id=station_id,
                severity=severity,
                kind=kind,
                sort=sort,
                descending=descending,
                page=page,
                page_size=page_size,
            )
        rows = [AlarmView.model_validate(alarm) for alarm in found.rows]
        return AlarmsView(rows=rows, total=found.total, page=page, page_size=page_size)

    @made.post("/alarms/{alarm_id}/acknowledge")
    def acknowledge(
        alarm_id: str,
        actor: Annotated[Actor, by(allow("alarms.acknowledge"))],
        key: Key,
        parts: GivenParts,
    ) -> AlarmView:
        """Record that you have seen the alarm; the first to do so stays in the record."""
        now = parts.clock.now()
        with parts.db.write() as session:

            def do() -> str:
                return desk.acknowledge(session, alarm_id, actor, now).id

            request = ["acknowledge", alarm_id]
            run_once(session, key=key, actor_id=actor.id, request=request, now=now, do=do)
            return AlarmView.model_validate(get_alarm(session, alarm_id))

    @made.get("/quarantine")
    def quarantine(
        _actor: Annotated[Actor, by(allow("quarantine.see"))],
        parts: GivenParts,
        station_id: Annotated[str | None, Query(max_length=64)] = None,
        reason: Annotated[str | None, Query(max_length=32)] = None,
        sort: QuarantineSort = QuarantineSort.LAST,
        descending: bool = True,
        page: Page = 1,
        page_size: PageSize = 50,
    ) -> QuarantineView:
        """Return what was refused on the way in, and why: all counters, one page of messages."""
        with parts.db.read() as session:
            counts = quarantine_counts(session, station_id)
            found = list_quarantine(
                session,
                station_id=station_id,
                reason=reason,
                sort=sort,
                descending=descending,
                page=page,
                page_size=page_size,
            )
        return QuarantineView(
            total=found.total,
            page=page,
            page_size=page_size,
            counts=[ReasonCount.model_validate(one) for one in counts],
            messages=[RefusedView.model_validate(one) for one in found.rows],
        )

    @made.get("/ingest")
    def ingest(
        _actor: Annotated[Actor, by(allow("ingest.see"))], parts: GivenParts
    ) -> list[IngestView]:
        """Return how each ingest does."""
        with parts.db.read() as session:
            return [IngestView.model_validate(one) for one in ingest_statuses(session)]

    return made


def _with_values(
    parts: Parts, found: list[Station], links: dict[str, StationStatus]
) -> list[StationView]:
    wanted = [Series(one.id, point.key) for one in found for point in one.points]
    newest = parts.store.last(wanted)
    now = parts.clock.now()
    return [
        StationView(
            id=one.id,
            name=one.name,
            name_en=one.name_en,
            address=one.address,
            zone=one.zone,
            lat=one.position.lat,
            lon=one.position.lon,
            road_km=one.road_km,
            link=LinkView.model_validate(links[one.id]) if one.id in links else None,
            values=[
                _last_value(form, newest.get(Series(one.id, form.key)), now)
                for form in one.formats(parts.quantities).values()
            ],
        )
        for one in found
    ]


def _last_value(form: PointFormat, point: Point | None, now: datetime) -> LastValue:
    time = from_micros(point.time_us) if point else None
    return LastValue(
        metric=form.key,
        unit=form.unit,
        decimals=form.decimals,
        time=time,
        age_s=(now - time).total_seconds() if time else None,
        value=point.value if point else None,
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
