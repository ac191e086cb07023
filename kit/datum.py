"""Geodetic datums of Chinese maps, and how each is converted to WGS-84. Pure.

- CGCS2000 is the national system. It and WGS-84 agree within a few centimetres (GB 22021-2008 and
  Cheng, Wen, Cheng & Wang, "CGCS 2000 and WGS 84: comparison", Acta Geodaetica et Cartographica
  Sinica 38, 2009): its positions are taken as they are.
- GCJ-02 is what Chinese web maps show: WGS-84 shifted by 100 to 700 m. The official formula was
never published. The one here was worked out from the maps and first appeared in the public
"eviltransform" (2010, ellipsoid of Krasovsky 1940). It agrees with Chinese web maps to a few
metres. The inverse is found by iteration, to 1e-9 degree (0.1 mm).

Outside the rectangle that the formula covers, GCJ-02 is WGS-84.
"""

from __future__ import annotations

from enum import StrEnum
from math import cos, pi, radians, sin, sqrt

from kit.geo import Position

_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_CLOSE = 1e-9
_MOST_ROUNDS = 30


class Datum(StrEnum):
    """The coordinate system of a position."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    CGCS2000 = "CGCS2000"


def to_wgs84(position: Position, datum: Datum) -> Position:
    """Convert a position to WGS-84; from GCJ-02 to 7 decimals, about a centimetre."""
    if datum is not Datum.GCJ02 or not _shifted(position):
        return position
    lat, lon = position.lat, position.lon
    for _ in range(_MOST_ROUNDS):
        there = wgs84_to_gcj02(Position(lat, lon))
        off_lat, off_lon = there.lat - position.lat, there.lon - position.lon
        lat, lon = lat - off_lat, lon - off_lon
        if max(abs(off_lat), abs(off_lon)) < _CLOSE:
            break
    return Position(round(lat, 7), round(lon, 7))


def wgs84_to_gcj02(position: Position) -> Position:
    """Return the place as Chinese web maps draw it."""
    if not _shifted(position):
        return position
    x, y = position.lon - 105.0, position.lat - 35.0
    north, east = _north(x, y), _east(x, y)
    sine = sin(radians(position.lat))
    magic = 1 - _ECCENTRICITY * sine * sine
    meridian = _AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic))
    parallel = _AXIS / sqrt(magic) * cos(radians(position.lat))
    return Position(
        position.lat + north * 180.0 / (meridian * pi),
        position.lon + east * 180.0 / (parallel * pi),
    )


def _shifted(position: Position) -> bool:
    return 72.004 <= position.lon <= 137.8347 and 0.8293 <= position.lat <= 55.8271


def _north(x: float, y: float) -> float:
    """Return the shift to the north in metres."""
    return (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
        + (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
        + (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
        + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    )  # fmt: skip


def _east(x: float, y: float) -> float:
    """Return the shift to the east in metres."""
    return (
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
        + (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
        + (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
        + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    )  # fmt: skip
