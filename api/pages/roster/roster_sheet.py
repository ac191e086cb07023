"""Reads a roster that is a spreadsheet (.xlsx): a heading row, then one shift a row."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from api.web.i18n import read_catalogue
from kit.actors import STAFF_POSTS
from kit.errors import FieldError, Invalid

MOST_BYTES = 4 * 1024 * 1024
FIRST_ROW = 2
"""The row of the sheet in which the first shift stands."""

COLUMNS = {
    "服务处": "office",
    "岗位": "post",
    "人员": "person",
    "电话": "phone",
    "开始时间": "begins_at",
    "结束时间": "ends_at",
    "呼叫次序": "turn",
}
"""The headings, in any order, and the field of a shift that stands below each."""


def read_sheet(content: bytes) -> list[dict[str, str]]:
    """Return the rows of the first sheet as fields of shifts, blank rows at the end left out.

    Raises ``Invalid`` for what is no spreadsheet, or has other headings.
    """
    # The library is loaded only when a spreadsheet is read.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if len(content) > MOST_BYTES:
        raise _unreadable(f"has more than {MOST_BYTES // 2**20} MB")
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError, EOFError) as error:
        raise _unreadable("is not a spreadsheet") from error
    headings = [str(value or "").strip() for value in rows[0]] if rows else []
    missing = [one for one in COLUMNS if one not in headings and COLUMNS[one] not in _OPTIONAL]
    if missing:
        raise _unreadable(f"lacks the headings {'、'.join(missing)}")
    found = [_row(headings, row) for row in rows[1:]]
    while found and not any(found[-1].values()):
        found.pop()
    return found


_OPTIONAL = {"office", "turn"}


def _row(headings: list[str], row: tuple[Any, ...]) -> dict[str, str]:
    values = {
        COLUMNS[name]: _text(v) for name, v in zip(headings, row, strict=False) if name in COLUMNS
    }
    values["post"] = _posts().get(values.get("post", ""), values.get("post", ""))
    return values


def _posts() -> dict[str, str]:
    """Return the posts by their Chinese words."""
    words = read_catalogue("zh").sentences
    return {words[f"post.{post}"]: str(post) for post in STAFF_POSTS}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets do not distinguish whole numbers, such as telephones
    return "" if value is None else str(value).strip()


def _unreadable(message: str) -> Invalid:
    return Invalid([FieldError("file", "roster_file", message, {"why": message})])
