"""What is exported reads back as the same site: whatever was entered."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from api.site.read_alarms import default_id
from api.site.read_site import read_site
from api.site.site import Site, StationEntry
from api.site.site_changes import compare
from api.site.site_export import to_tables, to_toml
from api.site.toml_source import toml_source
from api.site.workbook_export import write_workbook
from api.site.workbook_source import open_workbook
from kit.geo import Position
from stations.assets.areas import ResidentialArea
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.offices import ServiceOffice
from stations.assets.points import PHASES, MeasuringPoint
from stations.assets.quantities import QuantityKind
from stations.assets.station import Station, Zone
from stations.assets.territories import Polygon, Territory
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from tests.site.town import QUANTITIES, TOWN, read

name = st.text("泵站 abcÄ\"'\\#[]=.", min_size=1, max_size=20).map(str.strip).filter(bool)
ident = st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True)
key = st.from_regex(r"[a-z][a-z0-9_]{0,5}(\.[a-z0-9][a-z0-9_-]{0,5}){0,2}", fullmatch=True)
position = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
number = st.floats(-1e9, 1e9, allow_nan=False)


@st.composite
def boxes(draw: st.DrawFn) -> Territory:
    polygons = []
    for west in draw(st.lists(st.integers(0, 40), unique=True, max_size=3)):
        south, size = draw(st.floats(-80, 70)), draw(st.floats(0.01, 0.9))
        corners = ((0, 0), (0, size), (size, size), (size, 0), (0, 0))
        ring = tuple(Position(south + y, 4 * west + x) for y, x in corners)
        polygons.append(Polygon(ring))
    return Territory(tuple(polygons))


@st.composite
def points(draw: st.DrawFn, equipment_id: str, point_key: str) -> MeasuringPoint:
    quantity = draw(st.sampled_from(sorted(QUANTITIES)))
    kind = QUANTITIES[quantity].kind
    state = kind is QuantityKind.STATE
    return MeasuringPoint(
        key=point_key,
        equipment_id=equipment_id,
        quantity=quantity,
        phase=draw(st.sampled_from(("", *PHASES))),
        position=draw(st.sampled_from(("", "inlet", "出口"))),
        unit="" if quantity != "pressure" else draw(st.sampled_from(("", "bar", "kgf/cm2"))),
        scale=1.0 if state else draw(number.filter(bool)),
        offset=0.0 if state else draw(number),
        lowest=draw(st.sampled_from((None, QUANTITIES[quantity].lowest))),
        highest=draw(st.sampled_from((None, QUANTITIES[quantity].highest))),
        decimals=draw(st.sampled_from((None, 0, QUANTITIES[quantity].decimals))),
        roll_over=draw(st.sampled_from((None, 9999.0))) if kind is QuantityKind.COUNTER else None,
    )


@st.composite
def entries(draw: st.DrawFn, station_id: str, offices: list[str]) -> StationEntry:
    named = draw(st.lists(ident, unique=True, min_size=1, max_size=3))
    equipment = tuple(
        Equipment(one, draw(st.sampled_from(EquipmentKind)), draw(name), draw(st.just("") | name))
        for one in named
    )
    keys = draw(st.lists(key, unique=True, min_size=1, max_size=5))
    owners = sorted(draw(st.sampled_from(range(len(named)))) for _ in keys)
    found = tuple(draw(points(named[owner], one)) for owner, one in zip(owners, keys, strict=True))
    silent = AlarmRule(
        draw(st.just(default_id(station_id, "", AlarmKind.SILENT)) | st.just(f"{station_id}/x")),
        station_id, AlarmKind.SILENT, after_s=draw(st.floats(1, 1e6)),
        severity=draw(st.sampled_from(Severity)), latch=draw(st.booleans()),
    )  # fmt: skip
    station = Station(
        station_id, draw(name), draw(name), draw(name), draw(st.sampled_from(Zone)),
        draw(position), draw(st.floats(0.1, 500)), equipment, found,
        draw(st.sampled_from(["", *offices])),
    )  # fmt: skip
    return StationEntry(station, (silent,) if draw(st.booleans()) else ())


@st.composite
def sites(draw: st.DrawFn) -> Site:
    offices = draw(st.lists(ident, unique=True, max_size=3))
    return Site(
        offices=tuple(
            ServiceOffice(one, draw(name), draw(name), draw(position), draw(boxes()))
            for one in offices
        ),
        areas=tuple(
            ResidentialArea(
                one, draw(name), draw(st.just("") | name), draw(st.sampled_from(("", "rmlxq"))),
                draw(st.sampled_from(Zone)), draw(position),
                draw(st.none() | st.floats(0.1, 500)), draw(st.sampled_from(["", *offices])),
            )
            for one in draw(st.lists(name, unique=True, max_size=3))
        ),
        stations=tuple(
            draw(entries(one, offices)) for one in draw(st.lists(ident, unique=True, max_size=2))
        ),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(sites())
def test_what_is_exported_reads_back_as_the_same_site(site: Site) -> None:
    text = to_toml(site, QUANTITIES)
    back = read_site(toml_source(text, "site.toml"), QUANTITIES)
    assert back == site
    assert not compare(site, back, prune=True).any


@settings(max_examples=10, deadline=None)
@given(sites())
def test_a_spreadsheet_reads_back_as_the_same_site(site: Site) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "site.xlsx"
        write_workbook(site, QUANTITIES, file)
        assert read_site(open_workbook(file), QUANTITIES) == site


def test_the_towns_export_is_the_town() -> None:
    site = read(TOWN)
    assert read(to_toml(site, QUANTITIES)) == site
    json.dumps(to_tables(site, QUANTITIES))  # plain data, and nothing else
