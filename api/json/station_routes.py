"""Stations by JSON: their equipment, what they measure, and their newest values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter

from api.access.guard import GivenParts, allow
from api.json.request_parts import by
from api.json.views import View
from api.parts.parts import Parts
from kit.actors import Actor
from kit.instants import from_micros
from stations.assets.equipment import EquipmentKind
from stations.assets.point_names import point_name
from stations.assets.points import MeasuringPoint, PointFormat
from stations.assets.quantities import Quantities
from stations.assets.station import Station, Zone
from stations.assets.station_store import all_stations, get_station
from telemetry.ingest.liveness import StationStatus, station_statuses
from telemetry.readings import Point, Series

StationWatcher = Annotated[Actor, by(allow("stations.see"))]


class LastValue(View):
    """A measuring point and its newest value; without ``value``, none was ever received.

    ``metric`` is the point's key, ``equipment`` the id of what it belongs to. ``quality`` is
    good, late, hand_entered, substituted, clock_doubtful, or out_of_range for a value that this
    instrument can't have measured. What its quantity can't be at all goes to quarantine instead.
    """

    metric: str
    name: str
    name_en: str
    equipment: str
    quantity: str
    phase: str
    position: str
    unit: str
    decimals: int
    time: datetime | None
    age_s: float | None
    value: float | None
    quality: str | None


class EquipmentView(View):
    """One piece of equipment of a station."""

    id: str
    kind: EquipmentKind
    name: str
    name_en: str


class LinkView(View):
    """The state of a station's link; counters are never reset, ``missing`` is the open gaps."""

    online: bool | None
    last_seen_at: datetime | None
    last_reading_at: datetime | None
    messages: int
    duplicates: int
    missing: int
    late: int
    quarantined: int


class StationView(View):
    """One pump station: where it is, what it has, its link, its newest values."""

    id: str
    name: str
    name_en: str
    address: str
    zone: Zone
    lat: float
    lon: float
    road_km: float
    equipment: list[EquipmentView]
    link: LinkView | None
    values: list[LastValue]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])
    made.get("/stations")(stations)
    made.get("/stations/{station_id}")(station)
    return made


def stations(_actor: StationWatcher, parts: GivenParts) -> list[StationView]:
    """Return every station with its newest values and their age."""
    with parts.db.read() as session:
        found, links = all_stations(session), station_statuses(session)
    return _with_values(parts, found, links)


def station(station_id: str, _actor: StationWatcher, parts: GivenParts) -> StationView:
    """Return one station with its newest values and their age."""
    with parts.db.read() as session:
        found, links = get_station(session, station_id), station_statuses(session)
    return _with_values(parts, [found], links)[0]


def _with_values(
    parts: Parts, found: Sequence[Station], links: Mapping[str, StationStatus]
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
            equipment=[EquipmentView.model_validate(owner) for owner in one.equipment],
            link=LinkView.model_validate(links[one.id]) if one.id in links else None,
            values=_values(one, parts.quantities, newest, now),
        )
        for one in found
    ]


def _values(
    station: Station, quantities: Quantities, newest: Mapping[Series, Point], now: datetime
) -> list[LastValue]:
    formats = station.formats(quantities)
    return [
        _last_value(
            point,
            formats[point.key],
            (point_name(station, point, quantities), point_name(station, point, quantities, "en")),
            newest.get(Series(station.id, point.key)),
            now,
        )
        for point in station.points
        if point.key in formats
    ]


def _last_value(
    point: MeasuringPoint,
    form: PointFormat,
    names: tuple[str, str],
    last: Point | None,
    now: datetime,
) -> LastValue:
    time = from_micros(last.time_us) if last else None
    return LastValue(
        metric=point.key,
        name=names[0],
        name_en=names[1],
        equipment=point.equipment_id,
        quantity=point.quantity,
        phase=point.phase,
        position=point.position,
        unit=form.unit,
        decimals=form.decimals,
        time=time,
        age_s=(now - time).total_seconds() if time else None,
        value=last.value if last else None,
        quality=last.quality.name.lower() if last else None,
    )
