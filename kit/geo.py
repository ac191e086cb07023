"""Positions on the earth, WGS-84. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth in km (IUGG)."""


@dataclass(frozen=True, slots=True)
class Position:
    """Latitude and longitude in degrees, WGS-84; raises ``ValueError`` outside the globe."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (isfinite(self.lat) and isfinite(self.lon)):
            raise ValueError("a position needs finite numbers")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"({self.lat}, {self.lon}) is not on the globe")


def great_circle_km(a: Position, b: Position) -> float:
    """Return the great-circle distance in km (haversine formula)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = (
        sin((lat_b - lat_a) / 2) ** 2
        + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))
