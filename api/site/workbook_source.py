"""Parses a site file that is a spreadsheet (.xlsx)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any
from zipfile import BadZipFile

from api.site.site import Path, SiteSource
from api.site.toml_source import beside
from api.site.workbook_columns import FLAG_WORDS, PARENTS, SHEETS, CellKind, Sheet, SheetColumn
from kit.errors import FieldError, Invalid

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 100_000


def open_workbook(file: FilePath, sheets: Sequence[Sheet] = SHEETS) -> SiteSource:
    """Return what the ``sheets`` of a spreadsheet hold; raise ``Invalid`` when it can't be read.

    What is wrong with single cells is kept in the source's ``faults``.
    """
    # The library is loaded only when a spreadsheet is read.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        if file.stat().st_size > MOST_BYTES:
            raise _unreadable(file.name, f"has more than {MOST_BYTES // 2**20} MB")
        book = load_workbook(file)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, EOFError) as error:
        raise _unreadable(file.name, f"is not a spreadsheet ({str(error)[:120]})") from error
    reader = _Reader(file.name)
    for sheet in sheets:
        if sheet.title in book.sheetnames:
            reader.read(sheet, book[sheet.title])
    book.close()
    if not reader.found:
        titles = "、".join(sheet.title for sheet in sheets)
        raise _unreadable(file.name, f"has none of the sheets {titles}")
    return SiteSource(
        file.name,
        reader.raw,
        reader.where,
        beside(file.parent),
        strict=False,
        faults=tuple(reader.faults),
    )


class _Reader:
    """Turns rows into the tables of a site file, and keeps the cell of every value."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.raw: dict[str, list[dict[str, Any]]] = {}
        self.faults: list[FieldError] = []
        self.found = False
        self._cells: dict[Path, str] = {}
        self._tables: dict[tuple[str, ...], tuple[dict[str, Any], Path]] = {}

    def where(self, path: Path) -> str:
        """Return the sheet and cell of a value, or of the row that should have had it."""
        while path and path not in self._cells:
            path = path[:-1]
        return f"{self.name}, {self._cells[path]}" if path else self.name

    def read(self, sheet: Sheet, page: Any) -> None:
        """Read every row of a sheet."""
        self.found = True
        for merged in page.merged_cells.ranges:
            self._fault(page, merged.coord, "cells are merged: split them")
        if page.max_row > MOST_ROWS:
            self._fault(page, f"A{page.max_row}", f"the sheet has more than {MOST_ROWS} rows")
            return
        rows = page.iter_rows()
        columns = self._headings(sheet, page, next(rows, ()))
        for row in rows:
            values = [
                (columns[cell.column], cell)
                for cell in row
                if cell.column in columns and cell.value not in (None, "")
            ]
            if values:
                self._row(sheet, page, columns, values, row[0].row)

    def _headings(self, sheet: Sheet, page: Any, row: Any) -> dict[int, SheetColumn]:
        known = {column.heading: column for column in sheet.columns}
        found: dict[int, SheetColumn] = {}
        for cell in row:
            heading = str(cell.value or "").strip()
            if heading in known and known[heading] not in found.values():
                found[cell.column] = known[heading]
            elif heading:
                message = f"{heading} is not a heading of this sheet, or appears twice"
                self._fault(page, cell.coordinate, message)
        return found

    def _row(
        self,
        sheet: Sheet,
        page: Any,
        columns: dict[int, SheetColumn],
        values: list[tuple[SheetColumn, Any]],
        row: int,
    ) -> None:
        table = {column.key: self._value(page, column, cell) for column, cell in values}
        owners = tuple(str(table.pop(key, "")).strip() for key in PARENTS.get(sheet.kind, ()))
        place = self._place(sheet, page, owners, row)
        if place is None:
            return
        tables, path = place
        path = (*path, len(tables))
        tables.append(table)
        self._cells[path] = f"{page.title}!A{row}"
        for number, column in columns.items():
            self._cells[(*path, column.key)] = f"{page.title}!{page.cell(row, number).coordinate}"
        if sheet.kind in ("station", "equipment"):
            ident = str(table.get("id", "")).strip()
            self._tables.setdefault((*owners, ident), (table, path))

    def _place(
        self, sheet: Sheet, page: Any, owners: tuple[str, ...], row: int
    ) -> tuple[list[dict[str, Any]], Path] | None:
        """Return the list that a row goes to, and its path; None when its owner is not there."""
        if not owners:
            return self.raw.setdefault(sheet.kind, []), (sheet.kind,)
        found = self._tables.get(owners)
        if found is None:
            kind = PARENTS[sheet.kind][-1]
            self._fault(page, f"A{row}", f"there is no {kind} {' / '.join(owners)!r} in this file")
            return None
        owner, path = found
        return owner.setdefault(sheet.kind, []), (*path, sheet.kind)

    def _value(self, page: Any, column: SheetColumn, cell: Any) -> Any:
        """Return the value of a cell for its column; what makes no sense there is a fault."""
        value = cell.value
        if cell.data_type == "f":
            self._fault(page, cell.coordinate, "is a formula: paste its value")
            return None
        if cell.data_type == "e":
            self._fault(page, cell.coordinate, f"is an error ({value})")
            return None
        if cell.is_date and column.cell is CellKind.DAY and isinstance(value, datetime):
            return value.date()
        if cell.is_date:
            self._fault(page, cell.coordinate, "is a date: format the cell as text")
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # spreadsheets do not distinguish whole numbers
        if column.cell is CellKind.FLAG:
            return FLAG_WORDS.get(str(value).strip(), value)
        if column.cell is CellKind.CHOICE:
            return column.words.get(str(value).strip(), str(value).strip())
        if column.cell is CellKind.NUMBER:
            return value
        return self._territory(page, cell, str(value)) if column.key == "territory" else str(value)

    def _territory(self, page: Any, cell: Any, text: str) -> Any:
        if not text.lstrip().startswith("{"):
            return {"file": text.strip()}
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            self._fault(page, cell.coordinate, f"is not GeoJSON ({str(error)[:120]})")
            return None

    def _fault(self, page: Any, cell: str, message: str) -> None:
        where = f"{self.name}, {page.title}!{cell}"
        self.faults.append(FieldError(where, "site_file", message))


def _unreadable(name: str, message: str) -> Invalid:
    return Invalid([FieldError(name, "site_file", message)])
