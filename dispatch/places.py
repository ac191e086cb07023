"""Residential areas: where they lie, and how far by road from the service office."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dispatch.model import Distance
from dispatch.rules import DispatchRules
from dispatch.tables import PlaceRow
from kit.errors import NotFound
from kit.geo import Position, great_circle_km
from stations.assets.station import Zone


@dataclass(frozen=True, slots=True)
class Place:
    """One residential area, its position in WGS-84.

    ``road_km`` is the way from the service office by road in km, None while nobody measured it.
    """

    id: str
    name: str
    name_en: str
    pinyin: str
    zone: Zone
    position: Position
    road_km: float | None = None


def distance_to(place: Place, office: Position, rules: DispatchRules) -> Distance:
    """Return the way to a place: by road if measured, else great circle times the usual detour."""
    if place.road_km is not None:
        return Distance(place.road_km, "place_road", place.name)
    km = great_circle_km(office, place.position) * rules.road_detour.value
    # To 100 m, as a person would say it, and never nothing.
    return Distance(max(round(km, 1), 0.1), "place_estimate", place.name, rules.road_detour)


def save_place(session: Session, place: Place) -> None:
    """Insert the place, or overwrite the one with its id; durable when the session commits."""
    session.merge(
        PlaceRow(
            id=place.id,
            name=place.name,
            name_en=place.name_en,
            pinyin=place.pinyin.lower(),
            zone=place.zone,
            lat=place.position.lat,
            lon=place.position.lon,
            road_km=place.road_km,
        )
    )
    session.flush()


def get_place(session: Session, place_id: str) -> Place:
    """Return one place; raise ``NotFound``."""
    row = session.get(PlaceRow, place_id)
    if row is None:
        raise NotFound("place_not_found", f"there is no place {place_id!r}", id=place_id)
    return _to_place(row)


def find_places(session: Session, text: str = "", *, limit: int = 50) -> list[Place]:
    """Return places whose name, English name, pinyin initials or id contain the text, by name."""
    statement = select(PlaceRow).order_by(PlaceRow.name, PlaceRow.id).limit(limit)
    if text.strip():
        needle = text.strip().lower()
        columns = (PlaceRow.name, PlaceRow.name_en, PlaceRow.pinyin, PlaceRow.id)
        statement = statement.where(
            or_(*(func.lower(column).contains(needle, autoescape=True) for column in columns))
        )
    return [_to_place(row) for row in session.scalars(statement)]


def _to_place(row: PlaceRow) -> Place:
    return Place(
        row.id,
        row.name,
        row.name_en,
        row.pinyin,
        Zone(row.zone),
        Position(row.lat, row.lon),
        row.road_km,
    )
