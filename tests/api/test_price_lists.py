"""Materials, prices and fees by file: every bad row with its reason, and all of it or nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from api.price_lists.list_store import entered_lists, load_lists, open_lists, write_lists
from dispatch.fees.fee_store import fee_in_force, fees_in_force
from dispatch.materials.booking import MovedBy, book
from dispatch.materials.ledger import Movement, Place, PlaceKind
from dispatch.materials.material_store import price_on
from kit.db import Database
from kit.errors import Invalid
from kit.step import Stamp
from tests.dispatch.world import MANAGER, START

TODAY = date(2026, 11, 23)
LISTS = """
material = [
  {code = "FM-20", name = "DN20 阀门", unit = "个"},
  {code = "PPR-20", name = "PPR 管 DN20", unit = "米", decimals = 2},
]
material_price = [
  {code = "FM-20", amount_yuan = "35.00", since = 2026-01-01},
  {code = "FM-20", amount_yuan = 38.5, since = 2026-12-01},
]
fee = [
  {code = "RG-01", item = "人工", unit = "小时", amount_yuan = "45.00", since = 2026-01-01},
  {code = "RG-01", item = "人工", unit = "小时", amount_yuan = "50.00", since = 2026-12-01},
]
"""


def load(db: Database, file: Path, today: date = TODAY) -> list[str]:
    source = open_lists(file)
    with db.write() as session:
        return [str(one) for one in load_lists(session, source, today)]


def written(folder: Path, text: str) -> Path:
    file = folder / "lists.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(db: Database, file: Path, today: date = TODAY) -> list[str]:
    with pytest.raises(Invalid) as caught:
        load(db, file, today)
    return [f"{one.field}: {one.message}" for one in caught.value.errors]


def test_a_price_counts_from_its_day(database: Database, tmp_path: Path) -> None:
    told = load(database, written(tmp_path, LISTS))
    assert told[0].startswith("material: 2 added, 0 changed")
    with database.read() as session:
        assert price_on(session, "FM-20", date(2025, 12, 31)) is None
        assert price_on(session, "FM-20", TODAY) == 3500
        assert price_on(session, "FM-20", date(2026, 12, 1)) == 3850
        assert fee_in_force(session, "RG-01", date(2025, 12, 31)) is None
        assert [one.price_fen for one in fees_in_force(session, TODAY)] == [4500]
        assert [one.price_fen for one in fees_in_force(session, date(2027, 1, 1))] == [5000]


def test_what_is_exported_loads_as_the_same(database: Database, tmp_path: Path) -> None:
    load(database, written(tmp_path, LISTS))
    with database.read() as session:
        write_lists(entered_lists(session), tmp_path / "lists.xlsx")
    for told in load(database, tmp_path / "lists.xlsx"):
        assert "0 added, 0 changed" in told


def test_every_bad_row_is_told_with_its_cell_and_nothing_is_loaded(
    database: Database, tmp_path: Path
) -> None:
    book_ = Workbook()
    page = book_.worksheets[0]
    page.title = "材料"
    for row in (
        ("编号", "名称", "单位", "小数位"),
        ("FM-20", "DN20 阀门", "个", None),
        ("FM-20", "DN25 阀门", "个", None),
        ("甲", "软管", "根", None),
        ("PPR-20", "PPR 管", "米", 9),
    ):
        page.append(row)
    fees = book_.create_sheet("收费标准")
    for line in (
        ("编号", "收费项目", "单位", "单价", "起用日期"),
        ("RG-01", "人工", "小时", 45.555, date(2026, 1, 1)),
        ("RG-02", "开挖", "米", "一百", "明天"),
        ("RG-03", "", "次", 10, None),
    ):
        fees.append(line)
    book_.save(tmp_path / "bad.xlsx")
    told = faults(database, tmp_path / "bad.xlsx")
    for words in (
        "材料!A3: code: is entered twice",
        "材料!A4: code: takes letters, digits and -",
        "材料!D5: decimals: is more than 3",
        "收费标准!D2: amount_yuan: is not an amount in yuan",
        "收费标准!D3: amount_yuan: is not an amount in yuan",
        "收费标准!E3: since: is not a day",
        "收费标准!B4: item: is needed",
        "收费标准!E4: since: is needed",
    ):
        assert any(words in one for one in told), (words, told)
    assert len(told) == 8
    with database.read() as session:
        assert entered_lists(session).materials == {}


def test_a_price_that_was_in_force_is_not_rewritten(database: Database, tmp_path: Path) -> None:
    load(database, written(tmp_path, LISTS))
    file = written(tmp_path, LISTS.replace('"45.00"', '"46.00"'))
    [told] = faults(database, file)
    assert "lists.toml" in told
    assert "give it a new day" in told
    later = written(tmp_path, LISTS.replace('"50.00"', '"52.00"'))
    assert "fee: 0 added, 1 changed" in load(database, later)[2]
    again = written(tmp_path, LISTS.replace('"50.00"', '"53.00"'))
    assert "give it a new day" in faults(database, again, date(2026, 12, 1))[0]


def test_a_unit_stays_once_anything_has_moved(database: Database, tmp_path: Path) -> None:
    load(database, written(tmp_path, LISTS))
    other = written(tmp_path, LISTS.replace('unit = "个"', 'unit = "只"'))
    load(database, other)
    with database.write() as session:
        one = Movement("FM-20", Decimal(1), Place(PlaceKind.SUPPLIER), Place(PlaceKind.STORE))
        book(session, [one], MovedBy("test", "1"), Stamp(MANAGER, START))
    assert "take a new code" in faults(database, written(tmp_path, LISTS))[0]


def test_a_price_of_no_material_is_refused(database: Database, tmp_path: Path) -> None:
    text = 'material_price = [{code = "X-1", amount_yuan = "1", since = 2026-01-01}]'
    assert "there is no material 'X-1'" in faults(database, written(tmp_path, text))[0]
