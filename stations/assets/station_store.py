"""Reading and keeping stations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, delete, func, insert, select, type_coerce
from sqlalchemy.orm import Session

from kit.errors import NotFound
from kit.geo import Position
from stations.assets.asset_tables import EquipmentRow, MeasuringPointRow, StationRow
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.station import Station, Zone


def all_stations(session: Session) -> list[Station]:
    """Return every station, by id."""
    rows = session.scalars(select(StationRow).order_by(StationRow.id)).all()
    equipment, points = _equipment(session), _points(session)
    return [_to_station(row, equipment[row.id], points[row.id]) for row in rows]


def get_station(session: Session, station_id: str) -> Station:
    """Return one station; raise ``NotFound``."""
    station = find_station(session, station_id)
    if station is None:
        raise NotFound("station_not_found", f"there is no station {station_id!r}", id=station_id)
    return station


def find_station(session: Session, station_id: str) -> Station | None:
    """Return one station, or None when there is none of this id."""
    row = session.get(StationRow, station_id)
    if row is None:
        return None
    equipment, points = _equipment(session, station_id), _points(session, station_id)
    return _to_station(row, equipment[station_id], points[station_id])


def save_station(session: Session, station: Station, now: datetime) -> None:
    """Insert the station, or overwrite the one with its id; durable when the session commits."""
    row = session.get(StationRow, station.id) or StationRow(id=station.id)
    row.name, row.name_en, row.address = station.name, station.name_en, station.address
    row.zone, row.road_km, row.office_id = station.zone, station.road_km, station.office_id
    row.lat, row.lon = station.position.lat, station.position.lon
    row.changed_at = now
    session.add(row)
    session.flush()
    _clear(session, station.id)
    equipment = [
        {"station_id": station.id, "place": place} | asdict(one)
        for place, one in enumerate(station.equipment)
    ]
    points = [
        {"station_id": station.id, "place": place} | asdict(one)
        for place, one in enumerate(station.points)
    ]
    if equipment:
        session.execute(insert(EquipmentRow), equipment)
    if points:
        session.execute(insert(MeasuringPointRow), points)


def remove_station(session: Session, station_id: str) -> None:
    """Remove a station with its equipment and points; durable when the session commits.

    Its readings, alarms and tickets stay, as a record.
    """
    _clear(session, station_id)
    session.execute(delete(StationRow).where(StationRow.id == station_id))


def _clear(session: Session, station_id: str) -> None:
    for table in (MeasuringPointRow, EquipmentRow):
        session.execute(delete(table).where(table.station_id == station_id))


def _equipment(session: Session, station_id: str = "") -> dict[str, list[Equipment]]:
    found: dict[str, list[Equipment]] = defaultdict(list)
    statement = select(EquipmentRow).order_by(EquipmentRow.station_id, EquipmentRow.place)
    for row in session.scalars(_of(statement, EquipmentRow, station_id)):
        one = Equipment(row.id, EquipmentKind(row.kind), row.name, row.name_en)
        found[row.station_id].append(one)
    return found


def _points(session: Session, station_id: str = "") -> dict[str, list[MeasuringPoint]]:
    found: dict[str, list[MeasuringPoint]] = defaultdict(list)
    table = MeasuringPointRow
    statement = select(table).order_by(table.station_id, table.place)
    for row in session.scalars(_of(statement, table, station_id)):
        found[row.station_id].append(_to_point(row))
    return found


def _of(statement: Select[Any], table: Any, station_id: str) -> Select[Any]:
    return statement.where(table.station_id == station_id) if station_id else statement


def _to_point(row: MeasuringPointRow) -> MeasuringPoint:
    return MeasuringPoint(
        key=row.key,
        equipment_id=row.equipment_id,
        quantity=row.quantity,
        phase=row.phase,
        position=row.position,
        unit=row.unit,
        scale=row.scale,
        offset=row.offset,
        lowest=row.lowest,
        highest=row.highest,
        decimals=row.decimals,
        roll_over=row.roll_over,
    )


def _to_station(
    row: StationRow, equipment: Sequence[Equipment], points: Sequence[MeasuringPoint]
) -> Station:
    return Station(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        address=row.address,
        zone=Zone(row.zone),
        position=Position(row.lat, row.lon),
        road_km=row.road_km,
        equipment=tuple(equipment),
        points=tuple(points),
        office_id=row.office_id,
    )


def stations_stamp(session: Session) -> tuple[object, ...]:
    """Return a stamp that differs after any change of stations and points."""
    changed = type_coerce(StationRow.changed_at, BigInteger)
    # The mean, too: if the clock was set back, a station just saved is not the newest.
    stations = session.execute(select(func.count(), func.max(changed), func.avg(changed))).one()
    points = session.scalar(select(func.count()).select_from(MeasuringPointRow))
    return (*stations, points)
