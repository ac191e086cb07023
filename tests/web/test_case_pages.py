"""The pages of a case: opened, handed over, a notice that is printed, and what waits for whom."""

from __future__ import annotations

from kit.actors import Post
from tests.company.people import PEOPLE
from tests.web.clerks import Office, Page, text_of

R, L, T, M = Post.RECEPTIONIST, Post.TEAM_LEADER, Post.TECHNICIAN, Post.MANAGER
MATTER = {
    "channel": "visit",
    "about": "change_of_name",
    "name": "李秀英",
    "phone": "13812345678",
    "address": "",
    "content": "办过户",
    "kind": "promised",
    "units": "",
}


def opened(office: Office) -> str:
    """Open a case by the page; return the address of its sheet."""
    key = office.key(R, "/cases/new")
    answer = office.send(R, "/cases", {**MATTER, "idempotency_key": key})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def press(office: Office, post: Post, sheet: str, step: str, **form: str) -> None:
    answer = office.send(post, f"{sheet}/{step}", {"idempotency_key": step + sheet, **form})
    assert answer.status_code == 303, answer.text


def test_a_case_is_handed_over_and_accepted_and_each_sees_what_waits_for_them(
    office: Office,
) -> None:
    sheet = opened(office)
    buttons = office.go(R, sheet).text
    for step in ("answer_case", "hand_over_case", "notify_missing", "refuse_case"):
        assert f'action="{sheet}/{step}"' in buttons, step
    assert "take_charge" not in buttons
    press(office, R, sheet, "hand_over_case", receiver=PEOPLE["wang"].id, reason="属维修业务")
    told = text_of(office.go(R, sheet).text)
    for words in ("移交给", "王师傅", "前接收", "刘接待", "R-03", "办结期限", "R-06", "三天"):
        assert words in told, words
    assert sheet in office.go(M, "/cases?view=unaccepted").text
    assert sheet in office.go(T, "/cases?view=mine").text
    press(office, T, sheet, "accept_case", note="")
    assert sheet not in office.go(M, "/cases?view=unaccepted").text
    assert f'action="{sheet}/answer_case"' in office.go(T, sheet).text
    assert "已接收" in text_of(office.go(R, sheet).text)


def test_a_notice_is_made_of_what_is_missing_and_a_second_one_is_marked(office: Office) -> None:
    sheet = opened(office)
    empty = office.send(R, f"{sheet}/notify_missing", {"idempotency_key": "e", "more": ""})
    assert empty.status_code == 422
    assert "通知书须列明所缺内容" in empty.text
    press(office, R, sheet, "notify_missing", **{"papers.2.id": "title", "more": "租赁合同"})
    number = text_of(office.go(R, sheet).text).split("-B1")[0].split()[-1]
    assert "暂停计时：等用户补办" in text_of(office.go(R, sheet).text)
    printed = text_of(office.go(R, f"{sheet}/notices/{number}-B1").text)
    for words in ("补办通知书", f"{number}-B1", "李秀英", "用水过户", "房屋权属证明", "租赁合同"):
        assert words in printed, words
    assert "未一次性告知" not in printed
    again = {"idempotency_key": "second", "more": "委托书"}
    assert office.send(R, f"{sheet}/notify_missing", again).status_code == 303
    assert "未一次性告知：委托书" in text_of(office.go(R, sheet).text)
    assert "未一次性告知 1 次" in text_of(office.go(L, "/cases?view=faulty").text)
    assert office.go(R, f"{sheet}/notices/{number}-B9").status_code == 404


def test_a_refusal_is_printed_and_every_form_of_the_sheet_can_be_drawn(office: Office) -> None:
    sheet = opened(office)
    assert f'action="{sheet}/take_charge"' in office.go(L, sheet).text
    press(office, R, sheet, "ask_leader", question="能否受理", contact="")
    assert f'action="{sheet}/instruct_case"' in office.go(L, sheet).text
    press(office, L, sheet, "instruct_case", instruction="不予受理")
    press(office, R, sheet, "classify_case", kind="joint", units="抄收科", reason="须核对")
    press(office, R, sheet, "refuse_case", reason="房屋已拆迁", basis="拆迁公告")
    shown = office.go(R, sheet).text
    link = next(a["href"] for a in Page(shown).all("a") if "-T1" in a.get("href", ""))
    printed = text_of(office.go(R, link).text)
    for words in ("不予受理通知书", "房屋已拆迁", "拆迁公告"):
        assert words in printed, words
    assert "退回件" in text_of(shown)
    assert office.go(Post.OPERATOR, link).status_code == 404


def test_a_view_that_does_not_exist_is_said_to_be_none(office: Office) -> None:
    assert office.go(R, "/cases?view=everything").status_code == 422
