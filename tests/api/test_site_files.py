from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources

import pytest

from api.site.read_site import parse_areas, parse_stations
from api.site.site import Site, StationEntry
from api.site.site_store import load_site
from kit.db import Database
from kit.errors import Invalid
from stations.assets.area_store import all_areas
from stations.assets.quantities import load_quantities
from stations.assets.station_store import all_stations
from telemetry.alarms.rule_store import rules_of
from telemetry.alarms.rules import AlarmKind

NOW = datetime(2026, 11, 23, tzinfo=UTC)
QUANTITIES = load_quantities()

WHOLE = """
[[station]]
id = "pump-01"
name = "东关泵站"
name_en = "Dongguan"
address = "东关街12号"
zone = "city"
lat = 31.3
lon = 120.6
road_km = 5.2
sensors = ["pressure"]
  [[station.alarm]]
  metric = "pressure"
  kind = "low"
  limit = 0.2
  unit = "MPa"
  [[station.alarm]]
  kind = "silent"
  after_s = 60
"""


def stations_of(text: str, name: str) -> tuple[StationEntry, ...]:
    return parse_stations(text, name, QUANTITIES)


def faults(parse: Callable[[str, str], object], text: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse(text, "file.toml")
    return "\n".join(f"{fault.field} {fault.message}" for fault in caught.value.errors)


def demo_file(name: str) -> str:
    return resources.files("api.demo").joinpath("data", name).read_text(encoding="utf-8")


def test_the_demos_own_files_can_be_loaded_twice(database: Database) -> None:
    stations = stations_of(demo_file("stations.toml"), "stations.toml")
    places = parse_areas(demo_file("places.toml"), "places.toml")
    for _ in range(2):
        with database.write() as session:
            load_site(session, Site(areas=places, stations=stations), NOW)
    with database.read() as session:
        assert len(all_stations(session)) == len(stations)
        assert len(rules_of(session)) == sum(len(entry.rules) for entry in stations)
        assert len(all_areas(session)) == len(places)


def test_a_station_has_its_rules_with_ids_that_stay() -> None:
    (entry,) = stations_of(WHOLE, "file.toml")
    assert [rule.id for rule in entry.rules] == ["pump-01:pressure:low", "pump-01:station:silent"]
    assert entry.rules[1].kind is AlarmKind.SILENT


def test_a_rule_that_the_file_no_longer_has_is_removed(database: Database) -> None:
    fewer = WHOLE[: WHOLE.index('  [[station.alarm]]\n  kind = "silent"')]
    for text in (WHOLE, fewer):
        with database.write() as session:
            load_site(session, Site(stations=stations_of(text, "file.toml")), NOW)
    with database.read() as session:
        assert [rule.kind for rule in rules_of(session)] == [AlarmKind.LOW]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('zone = "city"', 'zone = "moon"', "zone must be one of city, suburb"),
        ("lat = 31.3", "lat = 131.3", "not on the globe"),
        ("road_km = 5.2", "road_km = 0", "road_km is not above 0"),
        ("road_km = 5.2", "road_km = nan", "road_km is not a number"),
        ("road_km = 5.2", "road_km = true", "road_km is not a number"),
        ('sensors = ["pressure"]', "sensors = []", "sensors"),
        ('sensors = ["pressure"]', 'sensors = ["pressur"]', "'pressur' is none of"),
        ('id = "pump-01"', 'id = "Pump/#"', "takes 2 to 32"),
        ('unit = "MPa"', 'unit = "bar"', "pressure is in MPa, not bar"),
        ('unit = "MPa"', "deadband = -1", "deadband must not be negative"),
        ('unit = "MPa"', "dead_band = 1", "dead_band is not known"),
        ('kind = "low"', 'kind = "lowish"', "kind"),
        ("after_s = 60", "", "after_s is needed"),
        ('address = "东关街12号"', "", "address is needed"),
        ("[[station]]", "[[pump]]", r"only [[station]] tables are expected"),
        ("[[station]]", "[[station", "file.toml"),
    ],
)
def test_a_fault_in_a_file_is_named_with_its_place(before: str, after: str, said: str) -> None:
    assert before in WHOLE
    assert said in faults(stations_of, WHOLE.replace(before, after, 1))


def test_every_fault_is_named_at_once() -> None:
    text = WHOLE.replace("lat = 31.3", "lat = 131.3").replace("limit = 0.2", "limit = '0.2'")
    said = faults(stations_of, text)
    assert "not on the globe" in said
    assert "limit is not a number" in said


def test_a_station_that_is_there_twice_is_refused() -> None:
    assert "pump-01 is entered twice" in faults(stations_of, WHOLE + WHOLE)


def test_a_place_without_a_way_by_road_is_taken() -> None:
    text = '[[place]]\nid="a"\nname="甲"\nzone="suburb"\nlat=31.2\nlon=120.6\n'
    (place,) = parse_areas(text, "file.toml")
    assert place.road_km is None
    assert "road_km is not above 0" in faults(parse_areas, text + "road_km=-1")
