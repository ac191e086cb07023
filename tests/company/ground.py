"""Where the test company works: its service office, a station, a residential area, and its hour."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kit.geo import Position
from stations.assets.area_store import save_area
from stations.assets.areas import ResidentialArea
from stations.assets.bare_keys import with_bare_points
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station

START = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)  # 14:05 in the company's zone

SERVICE_OFFICE = Position(38.42, 112.73)

STATION = with_bare_points(
    Station(
        id="pump-01",
        name="东关泵站",
        name_en="Dongguan",
        address="东关街1号",
        zone=Zone.SUBURB,
        position=Position(38.5, 112.8),
        road_km=6.0,
    ),
    "pressure",
    "current",
)

AREA = ResidentialArea(
    "heping", "和平小区", "Heping", "hpxq", Zone.CITY, Position(38.43, 112.74), 3.2
)


def settle(session: Session, now: datetime) -> None:
    """Put the station and the area on record."""
    save_station(session, STATION, now)
    save_area(session, AREA)
