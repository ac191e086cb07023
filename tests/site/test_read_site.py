import pytest

from kit.datum import Datum, to_wgs84
from kit.errors import Invalid
from kit.geo import Position
from stations.assets.equipment import EquipmentKind
from tests.site.town import TOWN, faults, line, read


def test_a_town_is_read() -> None:
    site = read(TOWN)
    east, west = site.offices
    assert east.territory.contains(Position(31.3, 120.7))
    assert not west.territory
    assert [(one.id, one.pinyin, one.office_id) for one in site.areas] == [
        ("rml", "rmlxq", "east"), ("xincun", "", ""),
    ]  # fmt: skip
    (entry,) = site.stations
    assert [one.kind for one in entry.station.equipment] == [
        EquipmentKind.ZONE, EquipmentKind.PUMP, EquipmentKind.METER,
    ]  # fmt: skip
    assert [(p.key, p.quantity, p.equipment_id) for p in entry.station.points] == [
        ("pressure", "pressure", "zone-low"),
        ("zone.low.flow", "flow", "zone-low"),
        ("p1.current.l1", "current", "p1"),
        ("p1.inlet", "inlet_pressure", "p1"),
        ("meter.1.volume", "volume", "meter-1"),
    ]
    assert [rule.id for rule in entry.rules] == [
        "booster-2:pressure:low", "booster-2:station:silent",
    ]  # fmt: skip


def test_positions_in_another_datum_come_out_in_wgs84() -> None:
    site = read(TOWN.replace('"WGS-84"', '"GCJ-02"'))
    gcj02 = Position(31.304, 120.619)
    assert site.areas[0].position == to_wgs84(gcj02, Datum.GCJ02) != gcj02
    corner = site.offices[0].territory.polygons[0].outer[0]
    assert corner == to_wgs84(Position(31.2, 120.6), Datum.GCJ02)
    assert read(TOWN.replace('"WGS-84"', '"CGCS2000"')) == read(TOWN)


def test_one_territory_may_be_in_a_datum_of_its_own() -> None:
    text = TOWN.replace('type = "Polygon"', 'type = "Polygon"\n  datum = "GCJ-02"')
    site = read(text)
    corner = site.offices[0].territory.polygons[0].outer[0]
    assert corner == to_wgs84(Position(31.2, 120.6), Datum.GCJ02)
    assert site.areas[0].position == Position(31.304, 120.619)


@pytest.mark.parametrize("text", ["\ufeff" + TOWN, TOWN.replace("\n", "\r\n")])
def test_what_windows_does_to_a_file_does_no_harm(text: str) -> None:
    assert read(text.removeprefix("\ufeff")) == read(TOWN)
    broken = text.removeprefix("\ufeff").replace('kind = "meter"', 'kind = "metre"')
    (fault,) = faults(broken)
    assert fault.startswith(f"site.toml:{line(broken, 'metre')}: station booster-2, equipment")


@pytest.mark.parametrize(
    ("before", "after", "at", "said"),
    [
        ('datum = "WGS-84"', "", "", "datum: is needed, above the first table"),
        ('"WGS-84"', '"wgs84"', "datum", "datum: must be one of WGS-84, GCJ-02, CGCS2000"),
        ('id = "west"', 'id = "West"', 'id = "West"', "office West: id: takes 2 to 32"),
        ('id = "west"', 'id = "east"', 'id = "east"\nname = "城西', "id: east is entered twice"),
        ("lat = 31.304\nlon = 120.619", "lat = 120.619\nlon = 31.304", "lat = 120.619",
         "lat: (120.619, 31.304) is not on the globe: are latitude and longitude swapped?"),
        ("[120.8, 31.2],", "[31.2, 120.8],", "[31.2, 120.8]", "swapped? (longitude first)"),
        ("[120.8, 31.2], [120.8, 31.4]", "[120.8, 31.4], [120.8, 31.2]", "coordinates",
         "is not a polygon: Self-intersection["),
        ("[120.6, 31.4], [120.6, 31.2]]", "[120.6, 31.4]]", "coordinates", "must end where"),
        ("[120.8, 31.2]", '[120.8, "31.2"]', '"31.2"', "is not a pair of longitude and latitude"),
        ("[120.8, 31.2]", "[120.8, nan]", "nan", "a position needs finite numbers"),
        ('type = "Polygon"', 'type = "Point"', "Point", "type: must be one of Polygon, Multi"),
        ('type = "Polygon"', 'file = "east.geojson"', "coordinates", "coordinates: is not known"),
        ('office = "east"\n\n[[area]]', 'office = "south"\n\n[[area]]', '"south"',
         "area rml: office: there is no office 'south'"),
        ('id = "xincun"', 'id = "rml"', 'id = "rml"\nname = "新村"', "id: rml is entered twice"),
        ("road_km = 3.2", "road_km = 0", "road_km = 0", "road_km: is not above 0"),
        ("road_km = 3.2", 'road_km = "3.2"', 'road_km = "3.2"', "road_km: is not a number"),
        ("road_km = 3.2", "road_km = inf", "road_km = inf", "road_km: is not a number"),
        ('name = "新村"', 'name = "新\\u202e村"', "\\u202e", "invalid characters"),
        ('zone = "suburb"', 'zone = "moon"', "moon", "zone: must be one of city, suburb"),
        ('pinyin = "RMLXQ"', "pinjin = 1", "pinjin", "pinjin: is not known"),
        ('kind = "meter"', 'kind = "metre"', "metre", "equipment meter-1: kind: must be one of"),
        ('id = "meter-1"', 'id = "p1"', 'id = "p1"\n  kind = "meter"', "id: p1 is entered twice"),
        ('id = "meter-1"', 'id = "Meter 1"', "Meter 1", "id: takes 1 to 31"),
        ('id = "meter-1"', "", "meter", "id: is needed"),
        ('key = "p1.inlet"', 'key = "pressure"', 'key = "pressure"\n    quantity',
         "point pressure: key: pressure is entered twice"),
        ('key = "p1.inlet"', 'key = "P1.Inlet"', "P1.Inlet", "key: takes 1 to 32"),
        ('quantity = "current"', 'quantity = "curent"', "curent",
         "point p1.current.l1: quantity: 'curent' is none of pressure, inlet_pressure"),
        ('unit = "L/s"', 'unit = "A"', '"A"', "unit: 'A' can't be converted to m3/h (flow)"),
        ("highest = 800", "highest = 99999", "99999", "highest: 99999 is outside of"),
        ("scale = 10", "scale = 0", "scale = 0", "scale: must not be 0"),
        ("scale = 10", "decimals = 1.5", "decimals = 1.5", "decimals: must be a whole number"),
        ("roll_over = 999999", "roll_over = -1", "roll_over", "roll_over: is not above 0"),
        ('phase = "l1"', 'phase = "a"', 'phase = "a"', "phase: must be one of l1"),
        ('point = "pressure"', 'point = "level"', '"level"', "station has no point 'level'"),
        ('point = "pressure"', 'point = "pressure"\n  metric = "pressure"', "metric", "old word"),
        ('unit = "MPa"', 'unit = "bar"', '"bar"', "alarm 1: unit: pressure is in MPa, not bar"),
        ("limit = 0.2", "", "[[station.alarm]]", "limit: is needed"),
        ("needs_hands = true", 'needs_hands = "true"', "needs_hands", "must be yes or no"),
        ("after_s = 60", "after_s = 0", "[[station.alarm]]\n  kind", "must be more than 0"),
        ("[[area]]", "[[aera]]", "aera", "aera: is not known"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(before: str, after: str, at: str, said: str) -> None:
    assert before in TOWN
    text = TOWN.replace(before, after, 1)
    found = [one for one in faults(text) if said in one]
    assert found, faults(text)
    if before.startswith(("limit", "after_s")):
        # What is missing, or wrong as a whole, is told at its table.
        assert found[0].startswith("site.toml:")
    elif after == "" and before.startswith("id"):
        assert found[0].startswith(f"site.toml:{line(TOWN, before) - 1}:")
    elif at:
        assert found[0].startswith(f"site.toml:{line(text, at)}"), found


def test_every_fault_is_told_at_once_and_none_for_a_stand_in() -> None:
    text = TOWN.replace("lat = 31.31\n", "lat = 131.31\n").replace('zone = "suburb"', "")
    text = text.replace('kind = "meter"', 'kind = "metre"').replace("limit = 0.2", "limit = '0.2'")
    assert [one.split(": ", 2)[1:] for one in faults(text)] == [
        ["office east", "lat: (131.31, 120.63) is not on the globe"],
        ["area xincun", "zone: is needed"],
        ["station booster-2, equipment meter-1",
         "kind: must be one of " + ", ".join(EquipmentKind)],
        ["station booster-2, alarm 1", "limit: is not a number"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TOWN + "[[station", f"site.toml:{TOWN.count(chr(10)) + 1}: "),
        (TOWN.replace("lon = 120.55", "lon = "), f"site.toml:{line(TOWN, 'lon = 120.55')}: "),
        ("a = " + "[" * 5000, "is nested too deep"),
        (TOWN.replace('id = "west"', 'id = "west"\nid = "south"'), "Cannot overwrite a value"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, said: str) -> None:
    assert said in faults(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        'datum = "WGS-84"\noffice = 3',
        'datum = "WGS-84"\narea = [3, "x"]',
        'datum = "WGS-84"\nstation = [[1]]',
        'datum = ["WGS-84"]',
        TOWN.replace("point = [{ key", "point = {x = 1}\nxpoint = [{ key"),
        TOWN.replace("[office.territory]", "[office.other]"),
        TOWN.replace('name = "新村"', "name = 1979-05-27"),
        TOWN.replace('id = "west"', "id = {a = 1}"),
        TOWN.replace("coordinates = [", "coordinates = [3,"),
    ],
)
def test_values_of_the_wrong_shape_are_faults_and_no_crash(text: str) -> None:
    for fault in faults(text):
        assert fault.startswith("site.toml:")


def test_an_office_that_is_entered_already_may_be_named() -> None:
    text = TOWN[: TOWN.index("[[office]]")] + TOWN[TOWN.index("[[area]]") :]
    assert read(text, ("east",)).areas[0].office_id == "east"
    assert "there is no office 'east'" in faults(text)[0]


def test_an_id_of_an_alarm_belongs_to_one_station() -> None:
    station = TOWN[TOWN.index("[[station]]") :].replace("booster-2", "booster-3")
    text = TOWN.replace('kind = "silent"', 'kind = "silent"\n  id = "x"') + station.replace(
        'kind = "silent"', 'kind = "silent"\n  id = "x"'
    )
    assert "the id x of an alarm of booster-3 is taken by booster-2" in faults(text)[0]
    with pytest.raises(Invalid):
        read(text)
