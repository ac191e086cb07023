"""Writing a site as the spreadsheet that reads back as the same site; an empty one is a form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.site.site import Site
from api.site.site_export import to_tables
from api.site.workbook_columns import FLAG_WORDS, SHEETS, CellKind, Sheet, SheetColumn
from kit.datum import Datum
from kit.errors import FieldError, Invalid
from stations.assets.quantities import Quantities

LONGEST_CELL = 32_767
"""Most characters that a cell of a spreadsheet holds."""

LISTED_ROWS = 5_000
"""Rows in which a column of choices offers its words."""

_HELP = (
    "每张表一类内容，第一行是表头，不要改动。每行一项，空行不计。",
    "单元格内请填数值或文字：不要公式、不要合并单元格、不要日期格式。",
    "文件载入后，表中写明的泵站以本文件为准：文件中没有的设备、测点、报警将被删除。",
    "文件中没有提到的服务处、小区、泵站保持不变。",
    "检查：sanlai site check 文件名.xlsx    载入：sanlai site load 文件名.xlsx",
)


def write_workbook(site: Site, quantities: Quantities, file: Path) -> None:
    """Write the spreadsheet; raise ``Invalid`` when a territory has too many positions for it."""
    # The library is loaded only when a spreadsheet is written.
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet("说明")
    for number, sentence in enumerate(_HELP, start=1):
        page.cell(number, 1, sentence)
    page.column_dimensions["A"].width = 80
    rows = _rows(to_tables(site, quantities))
    for sheet in SHEETS:
        write_sheet(
            sheet, book.create_sheet(sheet.title), [row for kind, row in rows if kind == sheet.kind]
        )
    _write_quantities(book.create_sheet("测量量"), quantities)
    book.save(file)


def _rows(tables: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every row with the kind of its sheet."""
    datum = {"datum": str(Datum.WGS84)}
    found = [
        (kind, datum | row)
        for kind in ("office", "area", "station")
        for row in tables.get(kind, ())
    ]
    for station in tables.get("station", ()):
        found += _of_station(station)
    return found


def _of_station(station: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    owner = {"station": station["id"]}
    for equipment in station.get("equipment", ()):
        yield "equipment", owner | equipment
        for point in equipment.get("point", ()):
            yield "point", owner | {"equipment": equipment["id"]} | point
    for alarm in station.get("alarm", ()):
        yield "alarm", owner | alarm


def write_sheet(sheet: Sheet, page: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write one sheet: its headings with their notes, and a row for each mapping."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    for number, column in enumerate(sheet.columns, start=1):
        head = page.cell(1, number, column.heading)
        head.font = Font(bold=True)
        if column.note:
            head.comment = Comment(column.note, "Sanlai")
        page.column_dimensions[head.column_letter].width = 16
        _offer(page, head.column_letter, column)
    page.freeze_panes = "A2"
    for place, row in enumerate(rows, start=2):
        for number, column in enumerate(sheet.columns, start=1):
            if column.key in row:
                _put(page.cell(place, number), column, row[column.key])


def _put(cell: Any, column: SheetColumn, value: Any) -> None:
    if column.key == "territory":
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if len(value) > LONGEST_CELL:
            message = f"{cell.coordinate}: a territory is too long for a cell: export to .toml"
            raise Invalid([FieldError(message.split(":")[0], "site_file", message)])
    elif column.cell is CellKind.FLAG:
        value = next(word for word, meant in FLAG_WORDS.items() if meant == value)
    elif column.cell is CellKind.CHOICE:
        value = next((word for word, code in column.words.items() if code == value), value)
    elif isinstance(value, float) and float(f"{value:.16g}") != value:
        value = repr(value)  # spreadsheets keep 15 or 16 digits: as text it stays what it is
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a name that begins with = is not a formula
        cell.number_format = "@"


def _offer(page: Any, letter: str, column: SheetColumn) -> None:
    """Let a column of choices offer its words."""
    from openpyxl.worksheet.datavalidation import DataValidation

    words = FLAG_WORDS if column.cell is CellKind.FLAG else column.words
    if not words:
        return
    offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    offered.add(f"{letter}2:{letter}{LISTED_ROWS}")
    page.add_data_validation(offered)


def _write_quantities(page: Any, quantities: Quantities) -> None:
    """Write what can be measured, to be looked up; the sheet is not read."""
    for number, heading in enumerate(("测量量", "名称", "单位", "最小值", "最大值"), start=1):
        page.cell(1, number, heading)
    for place, one in enumerate(quantities.values(), start=2):
        for number, value in enumerate(
            (one.key, one.name, one.unit, one.lowest, one.highest), start=1
        ):
            page.cell(place, number, value)
