from datetime import UTC, datetime

import pytest

from kit.db import Database
from kit.errors import NotFound
from kit.geo import Position
from stations.assets.bare_keys import with_bare_points
from stations.assets.office_store import (
    all_offices,
    entered_offices,
    save_office,
    serving_office,
)
from stations.assets.offices import ServedBecause, ServiceOffice
from stations.assets.quantities import load_quantities
from stations.assets.station import Station, Zone
from stations.assets.station_store import all_stations, get_station, save_station
from stations.assets.territories import Polygon, Territory

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def station(*metrics: str, name: str = "东关泵站") -> Station:
    return with_bare_points(
        Station(
            id="pump-01",
            name=name,
            name_en="Dongguan",
            address="东关街1号",
            zone=Zone.CITY,
            position=Position(38.5, 112.7),
            road_km=2.4,
        ),
        *metrics,
    )


def test_a_station_comes_back_as_it_was_kept(database: Database) -> None:
    kept = station("pressure", "current", "voltage")
    with database.write() as session:
        save_station(session, kept, NOW)
    with database.read() as session:
        assert get_station(session, "pump-01") == kept
        assert all_stations(session) == [kept]


def test_saving_again_overwrites_name_and_sensors_and_their_order(database: Database) -> None:
    with database.write() as session:
        save_station(session, station("pressure", "current", "flow"), NOW)
    changed = station("flow", "level", "pressure", name="东关加压站")
    with database.write() as session:
        save_station(session, changed, NOW)
    with database.read() as session:
        assert get_station(session, "pump-01") == changed


def test_a_station_that_is_not_there_is_said_to_be_missing(database: Database) -> None:
    with database.read() as session, pytest.raises(NotFound):
        get_station(session, "pump-99")


def test_a_point_knows_its_unit_and_a_station_what_it_senses() -> None:
    kept = station("pressure")
    assert kept.formats(load_quantities())["pressure"].unit == "MPa"
    keys = {point.key for point in kept.points}
    assert "pressure" in keys
    assert "level" not in keys


def test_an_office_comes_back_with_its_territory_and_serves_its_places(database: Database) -> None:
    ring = tuple(
        Position(lat, lon)
        for lat, lon in ((31.2, 120.6), (31.2, 120.8), (31.4, 120.8), (31.4, 120.6), (31.2, 120.6))
    )
    hole = tuple(Position(lat, lon) for lat, lon in ((31.3, 120.7), (31.3, 120.72), (31.32, 120.7)))
    ground = Territory((Polygon(ring, ((*hole, hole[0]),)), Polygon(ring)))
    east = ServiceOffice("east", "城东服务处", "East", Position(31.3, 120.65), ground)
    west = ServiceOffice("west", "城西服务处", "", Position(31.3, 120.55))
    main = Position(31.0, 120.0)
    with database.write() as session:
        assert serving_office(session, Position(31.3, 120.7), main).office.position == main
        for office in (west, east):
            save_office(session, office)
    with database.read() as session:
        assert entered_offices(session) == all_offices(session, main) == [east, west]
        served = serving_office(session, Position(31.3, 120.61), main)
        assert (served.office.id, served.because) == ("east", ServedBecause.TERRITORY)
        assert serving_office(session, Position(31.3, 120.61), main, "west").office == west
