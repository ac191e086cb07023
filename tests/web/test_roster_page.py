"""The page of the duty roster: the week, who is on call, gaps, and a spreadsheet that comes in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import httpx
from openpyxl import Workbook

from api.access.sessions import csrf_of
from kit.actors import Post
from tests.web.clerks import Office, text_of

HEAD = ["岗位", "人员", "电话", "开始时间", "结束时间", "呼叫次序"]
NIGHT = ["维修人员", "王师傅", 13900000001, "2026-11-23 08:00", "2026-11-24 08:00", 1]


def workbook(*rows: list[Any]) -> bytes:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def upload(office: Office, content: bytes, key: str = "roster-1") -> httpx.Response:
    office.be(Post.TEAM_LEADER)
    csrf = csrf_of(office.token(Post.TEAM_LEADER), Post.TEAM_LEADER)
    data = {"csrf_token": csrf, "idempotency_key": key}
    return office.browser.post(
        "/roster/import", data=data, files={"file": ("排班.xlsx", content)}, follow_redirects=False
    )


def test_a_sheet_is_imported_once_and_shown(office: Office) -> None:
    empty = text_of(office.go(Post.OPERATOR, "/roster").text)
    assert "现在无人值班" in empty
    assert "导入值班表" not in empty
    for _ in range(2):
        answer = upload(office, workbook(HEAD, NIGHT))
        assert answer.status_code == 303, answer.text
    shown = text_of(office.go(Post.OPERATOR, "/roster").text)
    for words in ("王师傅", "13900000001", "空班时段", "今天", "2026-11-24 08:00"):
        assert words in shown, words
    later = text_of(office.go(Post.OPERATOR, "/roster?week=2026-12-07&office=nowhere").text)
    assert "2026-12-07" in later


def test_every_bad_row_is_named_and_nothing_comes_in(office: Office) -> None:
    bad = ["维修人员", "无此人", "", "2026-11-24 08:00", "2026-11-24 07:00", 1]
    answer = upload(office, workbook(HEAD, NIGHT, bad))
    assert answer.status_code == 422
    shown = text_of(answer.text)
    for words in ("第3行 人员", "第3行 电话", "第3行 结束时间"):
        assert words in shown, words
    assert "第2行" not in shown
    assert "现在无人值班" in text_of(office.go(Post.OPERATOR, "/roster").text)


def test_what_is_no_roster_is_refused(office: Office) -> None:
    assert upload(office, b"no spreadsheet").status_code == 422
    assert "岗位" in text_of(upload(office, workbook(["姓名"], ["王师傅"])).text)
    assert upload(office, workbook(HEAD)).status_code == 422
