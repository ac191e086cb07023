"""The lists in the database: what is entered, a file checked against it and loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from api.price_lists.list_columns import LIST_SHEETS
from api.price_lists.price_lists import Entered, PriceLists, compare_lists
from api.price_lists.read_lists import read_lists
from api.site.site import SiteSource
from api.site.site_changes import KindChanges
from api.site.toml_source import open_toml
from api.site.workbook_export import write_sheet
from api.site.workbook_source import open_workbook
from dispatch.fees.fee_store import all_fees, enter_fees
from dispatch.materials.material_store import (
    all_materials,
    all_prices,
    enter_materials,
    moved_codes,
)
from dispatch.money import yuan


def open_lists(file: Path) -> SiteSource:
    """Return what a file of lists holds; raise ``Invalid`` when it can't be read."""
    if file.suffix.lower() == ".xlsx":
        return open_workbook(file, LIST_SHEETS)
    return open_toml(file)


def entered_lists(session: Session) -> PriceLists:
    """Return every list as it is entered."""
    return PriceLists(
        {one.code: one for one in all_materials(session)},
        {(one.code, one.since): one for one in all_prices(session)},
        {(one.code, one.since): one for one in all_fees(session)},
    )


def check_lists(
    session: Session, source: SiteSource, today: date
) -> tuple[PriceLists, tuple[KindChanges, ...]]:
    """Return what a file says and would change; raise ``Invalid`` with every fault in it."""
    old = entered_lists(session)
    new = read_lists(source, Entered(old, frozenset(moved_codes(session)), today))
    return new, compare_lists(old, new)


def load_lists(session: Session, source: SiteSource, today: date) -> tuple[KindChanges, ...]:
    """Enter what a file says, durable when the session commits; raise as ``check_lists`` does."""
    new, changes = check_lists(session, source, today)
    enter_materials(session, list(new.materials.values()), list(new.prices.values()))
    enter_fees(session, list(new.fees.values()))
    return changes


def write_lists(lists: PriceLists, file: Path) -> None:
    """Write the lists as the spreadsheet that reads back as the same lists."""
    # The library is loaded only when a spreadsheet is written.
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    rows: dict[str, list[dict[str, Any]]] = {
        "material": [
            {"code": one.code, "name": one.name, "unit": one.unit, "decimals": one.decimals}
            for one in lists.materials.values()
        ],
        "material_price": [
            {"code": one.code, "amount_yuan": yuan(one.price_fen), "since": str(one.since)}
            for one in lists.prices.values()
        ],
        "fee": [
            {
                "code": one.code,
                "item": one.item,
                "unit": one.unit,
                "amount_yuan": yuan(one.price_fen),
                "since": str(one.since),
            }
            for one in lists.fees.values()
        ],
    }
    for sheet in LIST_SHEETS:
        write_sheet(sheet, book.create_sheet(sheet.title), rows[sheet.kind])
    book.save(file)
