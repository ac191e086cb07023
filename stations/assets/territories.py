"""Territories: the area that a service office serves, as polygons in WGS-84. Pure.

The geometry is shapely's. It imports NumPy, so it is loaded when it is first needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kit.geo import Position

Ring = tuple[Position, ...]
"""A closed line; its first position is repeated at the end, as in GeoJSON."""

MOST_POSITIONS = 20_000
"""Most positions of one territory; a city's outline has some hundreds."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """One piece of ground: an outer ring, and holes that do not belong to it."""

    outer: Ring
    holes: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class Territory:
    """One or several polygons; none means that nobody has drawn the territory."""

    polygons: tuple[Polygon, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.polygons)

    def contains(self, position: Position) -> bool:
        """Whether a place lies in it, or on its border."""
        if not self.polygons:
            return False
        import shapely

        return bool(_shape(self).intersects(shapely.Point(position.lon, position.lat)))


UNDRAWN = Territory()
"""The territory of an office for which nobody has drawn one."""


def polygon_fault(polygon: Polygon) -> str | None:
    """Return what is wrong with a polygon, in one sentence with the place, or None."""
    for ring in (polygon.outer, *polygon.holes):
        if len(ring) < 4:
            return "a ring needs at least 4 positions, the last being the first again"
        if ring[0] != ring[-1]:
            return "a ring must end where it begins"
    import shapely

    shape = _polygon(polygon)
    # Such as "Self-intersection[120.6 31.3]": longitude first, as GeoJSON has it.
    return None if shape.is_valid else str(shapely.is_valid_reason(shape))


@lru_cache(maxsize=256)
def _shape(territory: Territory) -> Any:
    import shapely

    # A union, since polygons that touch or overlap make an invalid multipolygon, whose answers
    # can't be relied on.
    shape = shapely.union_all([_polygon(one) for one in territory.polygons])
    shapely.prepare(shape)
    return shape


def _polygon(polygon: Polygon) -> Any:
    import shapely

    return shapely.Polygon(_pairs(polygon.outer), [_pairs(hole) for hole in polygon.holes])


def _pairs(ring: Ring) -> list[tuple[float, float]]:
    return [(one.lon, one.lat) for one in ring]
