"""Reading and keeping stations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.errors import NotFound
from kit.geo import Position
from stations.assets.asset_tables import SensorRow, StationRow
from stations.assets.station import Sensor, Station, Zone


def all_stations(session: Session) -> list[Station]:
    """Return every station, by id."""
    rows = session.scalars(select(StationRow).order_by(StationRow.id))
    return [_to_station(row) for row in rows]


def get_station(session: Session, station_id: str) -> Station:
    """Return one station; raise ``NotFound``."""
    row = session.get(StationRow, station_id)
    if row is None:
        raise NotFound("station_not_found", f"there is no station {station_id!r}", id=station_id)
    return _to_station(row)


def save_station(session: Session, station: Station, now: datetime) -> None:
    """Insert the station, or overwrite the one with its id; durable when the session commits."""
    row = session.get(StationRow, station.id) or StationRow(id=station.id)
    row.name, row.name_en, row.address = station.name, station.name_en, station.address
    row.zone, row.road_km = station.zone, station.road_km
    row.lat, row.lon = station.position.lat, station.position.lon
    row.changed_at = now
    kept = {sensor.metric: sensor for sensor in row.sensors}
    row.sensors = [
        kept.get(sensor.metric, SensorRow(metric=sensor.metric)) for sensor in station.sensors
    ]
    for place, sensor_row in enumerate(row.sensors):
        sensor_row.place = place
    session.add(row)
    session.flush()


def _to_station(row: StationRow) -> Station:
    return Station(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        address=row.address,
        zone=Zone(row.zone),
        position=Position(row.lat, row.lon),
        road_km=row.road_km,
        sensors=tuple(Sensor(sensor.metric) for sensor in row.sensors),
    )
