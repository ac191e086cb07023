"""Reading and keeping residential areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, or_, select
from sqlalchemy.orm import Session

from kit.db import upsert
from kit.geo import Position
from stations.assets.areas import ResidentialArea
from stations.assets.asset_tables import ResidentialAreaRow
from stations.assets.station import Zone

_AT_ONCE = 500
"""Ids in one statement: SQLite takes only some thousands of parameters."""


def save_area(session: Session, area: ResidentialArea) -> None:
    """Insert the area, or overwrite the one with its id; durable when the session commits."""
    session.merge(ResidentialAreaRow(**_columns(area)))
    session.flush()


def save_areas(session: Session, areas: Sequence[ResidentialArea]) -> None:
    """Insert or overwrite many areas at once; durable when the session commits."""
    upsert(session, ResidentialAreaRow, [_columns(area) for area in areas])
    session.expire_all()


def remove_areas(session: Session, area_ids: Sequence[str]) -> None:
    """Remove areas; durable when the session commits. Tickets keep what they recorded of them."""
    for start in range(0, len(area_ids), _AT_ONCE):
        some = area_ids[start : start + _AT_ONCE]
        session.execute(delete(ResidentialAreaRow).where(ResidentialAreaRow.id.in_(some)))


def all_areas(session: Session) -> list[ResidentialArea]:
    """Return every residential area, by id."""
    # Columns, not objects: the session would hold fifty thousand of them.
    columns = ResidentialAreaRow.__table__.columns
    rows = session.execute(select(*columns).order_by(columns["id"]))
    return [_to_area(row) for row in rows]


def find_area(session: Session, named: str) -> ResidentialArea | None:
    """Return the area with this id, or the only one of this name or English name; else None."""
    row = session.get(ResidentialAreaRow, named)
    if row is not None:
        return _to_area(row)
    names = or_(ResidentialAreaRow.name == named, ResidentialAreaRow.name_en == named)
    rows = session.scalars(select(ResidentialAreaRow).where(names).limit(2)).all()
    return _to_area(rows[0]) if len(rows) == 1 else None


def find_areas(session: Session, text: str = "", *, limit: int = 50) -> list[ResidentialArea]:
    """Return areas whose name, English name, pinyin initials or id contain the text, by name."""
    columns = (
        ResidentialAreaRow.name,
        ResidentialAreaRow.name_en,
        ResidentialAreaRow.pinyin,
        ResidentialAreaRow.id,
    )
    statement = select(ResidentialAreaRow).order_by(columns[0], columns[3]).limit(limit)
    if text.strip():
        needle = text.strip().lower()
        statement = statement.where(
            or_(*(func.lower(column).contains(needle, autoescape=True) for column in columns))
        )
    return [_to_area(row) for row in session.scalars(statement)]


def _columns(area: ResidentialArea) -> dict[str, Any]:
    return {
        "id": area.id,
        "name": area.name,
        "name_en": area.name_en,
        "pinyin": area.pinyin.lower(),
        "zone": area.zone,
        "lat": area.position.lat,
        "lon": area.position.lon,
        "road_km": area.road_km,
        "office_id": area.office_id,
    }


def _to_area(row: ResidentialAreaRow | Row[Any]) -> ResidentialArea:
    return ResidentialArea(
        row.id,
        row.name,
        row.name_en,
        row.pinyin,
        Zone(row.zone),
        Position(row.lat, row.lon),
        row.road_km,
        row.office_id,
    )
