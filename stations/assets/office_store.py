"""Reading and keeping service offices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit.geo import Position
from stations.assets.asset_tables import ServiceOfficeRow
from stations.assets.offices import ServiceOffice, ServingOffice, main_office, office_for
from stations.assets.territories import Polygon, Ring, Territory


def entered_offices(session: Session) -> list[ServiceOffice]:
    """Return the offices that the company has entered, by id."""
    rows = session.scalars(select(ServiceOfficeRow).order_by(ServiceOfficeRow.id))
    return [_to_office(row) for row in rows]


def all_offices(session: Session, main: Position) -> list[ServiceOffice]:
    """Return the offices, by id; if none is entered, the one at ``main``."""
    return entered_offices(session) or [main_office(main)]


def office_names(session: Session, main: Position) -> dict[str, str]:
    """Return the names of the offices by id; ``main`` as for ``all_offices``."""
    return {one.id: one.name for one in all_offices(session, main)}


def serving_office(
    session: Session, position: Position, main: Position, named: str = ""
) -> ServingOffice:
    """Return the office that serves a place, from which the way to it counts (R-11).

    ``main`` is the position of the office while none is entered; ``named`` is the office that was
    entered with the place, '' for none.
    """
    return office_for(all_offices(session, main), position, named)


def save_office(session: Session, office: ServiceOffice) -> None:
    """Insert the office, or overwrite the one with its id; durable when the session commits."""
    session.merge(
        ServiceOfficeRow(
            id=office.id,
            name=office.name,
            name_en=office.name_en,
            lat=office.position.lat,
            lon=office.position.lon,
            territory=multipolygon(office.territory),
        )
    )
    session.flush()


def remove_office(session: Session, office_id: str) -> None:
    """Remove an office; durable when the session commits."""
    session.execute(delete(ServiceOfficeRow).where(ServiceOfficeRow.id == office_id))


def multipolygon(territory: Territory) -> list[list[list[list[float]]]]:
    """Return a territory as the coordinates of a GeoJSON MultiPolygon: longitude first."""
    return [
        [[[one.lon, one.lat] for one in ring] for ring in (polygon.outer, *polygon.holes)]
        for polygon in territory.polygons
    ]


def _to_office(row: ServiceOfficeRow) -> ServiceOffice:
    territory = Territory(tuple(_polygon(rings) for rings in row.territory))
    return ServiceOffice(row.id, row.name, row.name_en, Position(row.lat, row.lon), territory)


def _polygon(rings: list[Any]) -> Polygon:
    outer, *holes = (_ring(ring) for ring in rings)
    return Polygon(outer, tuple(holes))


def _ring(ring: list[list[float]]) -> Ring:
    return tuple(Position(lat, lon) for lon, lat in ring)
