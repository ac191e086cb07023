import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from api.site.read_site import read_site
from api.site.site import Site
from api.site.site_changes import compare
from api.site.workbook_columns import SHEETS
from api.site.workbook_export import write_workbook
from api.site.workbook_source import open_workbook
from kit.datum import Datum, to_wgs84
from kit.errors import Invalid
from kit.geo import Position
from stations.assets.areas import ResidentialArea
from stations.assets.station import Zone
from tests.site.town import QUANTITIES, TOWN, read


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Give the town as a spreadsheet."""
    write_workbook(read(TOWN), QUANTITIES, tmp_path / "town.xlsx")
    return tmp_path / "town.xlsx"


def read_book(file: Path) -> Site:
    return read_site(open_workbook(file), QUANTITIES)


def change(file: Path, sheet: str, heading: str, row: int, value: Any) -> str:
    """Write into one cell; return its coordinate."""
    book = load_workbook(file)
    page = book[sheet]
    column = next(cell.column for cell in page[1] if cell.value == heading)
    page.cell(row, column).value = value
    book.save(file)
    return str(page.cell(row, column).coordinate)


def faults(file: Path) -> list[str]:
    with pytest.raises(Invalid) as caught:
        read_book(file)
    return [f"{one.field}: {one.message}" for one in caught.value.errors]


def test_a_spreadsheet_reads_back_as_the_same_site(town: Path) -> None:
    assert read_book(town) == read(TOWN)
    assert not compare(read(TOWN), read_book(town), prune=True).any


def test_the_form_is_empty_and_has_every_sheet_and_heading(tmp_path: Path) -> None:
    write_workbook(Site(), QUANTITIES, tmp_path / "form.xlsx")
    assert read_book(tmp_path / "form.xlsx") == Site()
    book = load_workbook(tmp_path / "form.xlsx")
    for sheet in SHEETS:
        assert [cell.value for cell in book[sheet.title][1]] == [c.heading for c in sheet.columns]
    assert book["测量量"]["A2"].value == "pressure"


def test_rows_in_codes_and_numbers_as_text_are_understood(town: Path) -> None:
    change(town, "小区", "区域", 2, "suburb")
    change(town, "小区", "道路里程", 2, "３.2 ")
    change(town, "小区", "坐标系", 2, "GCJ-02")
    change(town, "报警", "需现场处理", 2, "否")
    site = read_book(town)
    assert (site.areas[0].zone, site.areas[0].road_km) == (Zone.SUBURB, 3.2)
    assert site.areas[0].position == to_wgs84(Position(31.304, 120.619), Datum.GCJ02)
    assert not site.stations[0].rules[0].needs_hands


def test_an_id_that_is_a_number_is_text(town: Path) -> None:
    for row, value in ((2, 101), (3, 102.0)):
        change(town, "小区", "编号", row, value)
    assert [area.id for area in read_book(town).areas] == ["101", "102"]


@pytest.mark.parametrize(
    ("sheet", "heading", "row", "value", "said"),
    [
        ("小区", "纬度", 2, "=31+0.3", "is a formula: paste its value"),
        ("小区", "纬度", 2, date(2026, 1, 1), "is a date: format the cell as text"),
        ("小区", "名称", 2, date(2026, 1, 1), "is a date: format the cell as text"),
        ("小区", "纬度", 2, "#REF!", "is an error (#REF!)"),
        ("小区", "纬度", 2, "三十一", "lat: is not a number"),
        ("小区", "纬度", 2, None, "lat: is needed"),
        ("小区", "纬度", 2, True, "lat: is not a number"),
        ("小区", "坐标系", 2, None, "datum: is needed"),
        ("小区", "坐标系", 2, "北京54", "datum: must be one of WGS-84"),
        ("小区", "区域", 3, "乡下", "zone: must be one of city, suburb"),
        ("小区", "服务处", 3, "south", "office: there is no office 'south'"),
        ("小区", "编号", 3, "rml", "id: rml is entered twice"),
        ("服务处", "服务范围", 3, "{3", "is not GeoJSON"),
        ("服务处", "服务范围", 3, "west.geojson", "file: west.geojson can't be read"),
        ("泵站", "地址", 2, "东关街\n12号", "address: has invalid characters"),
        ("设备", "类型", 2, "水表箱", "kind: must be one of pump"),
        ("测点", "测量量", 3, "水深", "quantity: '水深' is none of"),
        ("测点", "单位", 2, "A", "unit: 'A' can't be converted to MPa"),
        ("测点", "小数位", 2, 1.5, "decimals: must be a whole number"),
        ("报警", "测点", 2, "level", "point: the station has no point 'level'"),
        ("报警", "锁存", 2, "也许", "latch: must be yes or no"),
        ("报警", "限值", 2, None, "limit: is needed"),
    ],
)
def test_a_fault_is_told_with_its_sheet_and_cell(
    town: Path, sheet: str, heading: str, row: int, value: Any, said: str
) -> None:
    cell = change(town, sheet, heading, row, value)
    (fault,) = faults(town)
    assert fault.startswith(f"town.xlsx, {sheet}!{cell}")
    assert said in fault


def test_a_row_without_its_owner_and_merged_cells_are_told(town: Path) -> None:
    change(town, "测点", "设备", 3, "p9")
    assert faults(town) == [
        "town.xlsx, 测点!A3: there is no equipment 'booster-2 / p9' in this file"
    ]
    book = load_workbook(town)
    book["小区"].merge_cells("B2:B3")
    book.save(town)
    assert "town.xlsx, 小区!B2:B3: cells are merged: split them" in faults(town)


def test_a_heading_that_is_not_known_is_told(town: Path) -> None:
    book = load_workbook(town)
    book["小区"]["A1"] = "编码"
    book.save(town)
    said = faults(town)
    assert said[0] == "town.xlsx, 小区!A1: 编码 is not a heading of this sheet, or appears twice"
    assert "town.xlsx, 小区!A2: id: is needed" in said


def test_a_name_that_looks_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    area = ResidentialArea("a", "=HYPERLINK(1)", "@x", "", Zone.CITY, Position(31.3, 120.6))
    write_workbook(Site(areas=(area,)), QUANTITIES, tmp_path / "a.xlsx")
    assert read_book(tmp_path / "a.xlsx").areas == (area,)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04 torn", json.dumps({}).encode()])
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(data)
    assert "is not a spreadsheet" in faults(file)[0]


def test_a_spreadsheet_of_something_else_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.save(tmp_path / "x.xlsx")
    assert "has none of the sheets 服务处" in faults(tmp_path / "x.xlsx")[0]
