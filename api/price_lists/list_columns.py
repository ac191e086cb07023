"""The sheets and columns of the lists as a spreadsheet. Pure."""

from __future__ import annotations

from api.site.workbook_columns import CellKind, Sheet, SheetColumn

_SINCE = SheetColumn("起用日期", "since", CellKind.DAY, "自这一天起执行，如 2026-12-01")
_PRICE = SheetColumn("单价", "amount_yuan", CellKind.NUMBER, "元，至多两位小数")
_UNIT = SheetColumn("单位", "unit")

LIST_SHEETS = (
    Sheet(
        "材料",
        "material",
        (
            SheetColumn("编号", "code", note="字母、数字和连字符；编号不变"),
            SheetColumn("名称", "name"),
            _UNIT,
            SheetColumn("小数位", "decimals", CellKind.NUMBER, "数量的小数位，0 至 3；不填为 0"),
        ),
    ),
    Sheet(
        "材料价格",
        "material_price",
        (SheetColumn("编号", "code", note="材料编号"), _PRICE, _SINCE),
    ),
    Sheet(
        "收费标准",
        "fee",
        (
            SheetColumn("编号", "code", note="字母、数字和连字符；编号不变"),
            SheetColumn("收费项目", "item"),
            _UNIT,
            _PRICE,
            _SINCE,
        ),
    ),
)
"""Every sheet that is read; others are for the reader."""
