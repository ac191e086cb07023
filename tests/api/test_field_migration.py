"""A database of version 0.1 with stations in it gets offices, equipment and points."""

from sqlalchemy import inspect, text

from api.operations.migrate import upgrade
from kit.db import Database
from kit.geo import Position
from stations.assets.area_store import find_area
from stations.assets.bare_keys import BARE_KEYS, bare_points
from stations.assets.office_store import all_offices, entered_offices
from stations.assets.offices import MAIN_OFFICE
from stations.assets.station_store import get_station

HERE = Position(31.3, 120.6)


def fill(database: Database, station_id: str, metrics: list[str]) -> None:
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO station (id, name, name_en, address, zone, lat, lon, road_km,"
                " changed_at) VALUES (:id, '东关泵站', '', '东关街', 'city', 31.3, 120.6, 5.2, 0)"
            ),
            {"id": station_id},
        )
        for place, metric in enumerate(metrics):
            session.execute(
                text("INSERT INTO sensor (station_id, metric, place) VALUES (:id, :metric, :at)"),
                {"id": station_id, "metric": metric, "at": place},
            )


def test_sensors_become_points_of_the_equipment_that_they_belong_to(
    old_database: Database,
) -> None:
    mixed = ["current", "pressure", "level", "pump_state", "inlet_pressure", "flow"]
    fill(old_database, "pump-01", mixed)
    fill(old_database, "pump-02", sorted(BARE_KEYS))
    fill(old_database, "pump-03", [])
    upgrade(old_database)
    with old_database.read() as session:
        for station_id, keys in (("pump-01", mixed), ("pump-02", sorted(BARE_KEYS))):
            found = get_station(session, station_id)
            assert (found.equipment, found.points) == bare_points(*keys)
            assert found.office_id == ""
        assert get_station(session, "pump-03").points == ()
    assert "sensor" not in inspect(old_database.engine).get_table_names()


def test_areas_stay_and_the_office_of_the_settings_serves_them(old_database: Database) -> None:
    with old_database.write() as session:
        session.execute(
            text(
                "INSERT INTO place (id, name, name_en, pinyin, zone, lat, lon, road_km)"
                " VALUES ('rml', '人民路小区', '', 'rmlxq', 'city', 31.3, 120.6, 3.2)"
            )
        )
    upgrade(old_database)
    with old_database.read() as session:
        area = find_area(session, "rml")
        assert area is not None
        assert (area.name, area.road_km, area.office_id) == ("人民路小区", 3.2, "")
        assert entered_offices(session) == []
        (main,) = all_offices(session, HERE)
    assert (main.id, main.position) == (MAIN_OFFICE, HERE)
