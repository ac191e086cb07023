"""The pages of a life beside the repair's, shown by a leave: list, form, sheet, refusals."""

from __future__ import annotations

from datetime import timedelta

from kit.actors import Post
from tests.company.people import PEOPLE
from tests.web.clerks import Office, Page, text_of

T, L = Post.TECHNICIAN, Post.TEAM_LEADER
LEAVE = {
    "kind": "leave",
    "stand_in": PEOPLE["li"].id,
    "begins_at": "2026-11-24T08:00",
    "ends_at": "2026-11-25T18:00",
    "reason": "家中有事",
}


def ask(office: Office, **changed: str) -> str:
    """Ask for a leave by the page; return the address of its sheet."""
    key = office.key(T, "/leaves/new")
    answer = office.send(T, "/leaves", {**LEAVE, "idempotency_key": key, **changed})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_a_leave_is_asked_for_approved_and_found_in_the_list(office: Office) -> None:
    sheet = ask(office)
    buttons = office.go(L, sheet).text
    assert f'action="{sheet}/approve_leave"' in buttons
    assert f'action="{sheet}/take_over_post"' not in buttons
    done = office.send(L, f"{sheet}/approve_leave", {"idempotency_key": "ok", "note": "同意"})
    assert done.status_code == 303
    shown = text_of(office.go(L, sheet).text)
    for words in ("已批准", "王师傅", "李师傅", "2026-11-24 08:00", "同意", "记录完整"):
        assert words in shown, words
    assert "已批准" in text_of(office.go(L, "/leaves?state=approved").text)
    assert sheet not in office.go(L, "/leaves?state=returned").text


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(office: Office) -> None:
    key = office.key(T, "/leaves/new")
    typed = {**LEAVE, "ends_at": "2026-11-23T18:00", "stand_in": "", "idempotency_key": key}
    answer = office.send(T, "/leaves", typed)
    assert answer.status_code == 422
    assert "必须晚于开始时间" in answer.text
    page = Page(answer.text)
    assert page.value_of("begins_at") == "2026-11-24T08:00"
    assert "家中有事" in answer.text
    assert page.value_of("idempotency_key") == key


def test_the_second_press_makes_no_second_leave(office: Office) -> None:
    key = office.key(T, "/leaves/new")
    first, second = (office.send(T, "/leaves", {**LEAVE, "idempotency_key": key}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]


def test_a_step_that_came_too_late_says_so_and_keeps_the_words(office: Office) -> None:
    sheet = ask(office)
    office.send(L, f"{sheet}/refuse_leave", {"idempotency_key": "no", "note": "当日人手不足"})
    late = office.send(L, f"{sheet}/approve_leave", {"idempotency_key": "late", "note": "我同意"})
    assert late.status_code == 409
    assert "我同意" in late.text
    assert "未能办理" in late.text


def test_nobody_approves_their_own_and_strangers_see_nothing(office: Office) -> None:
    key = office.key(L, "/leaves/new")
    own = {**LEAVE, "stand_in": PEOPLE["chen"].id, "idempotency_key": key}
    assert office.send(L, "/leaves", own).status_code == 422
    sheet = ask(office)
    assert office.go(Post.OPERATOR, sheet).status_code == 404
    assert sheet not in office.go(Post.OPERATOR, "/leaves").text
    own_try = office.send(T, f"{sheet}/approve_leave", {"idempotency_key": "own", "note": ""})
    assert own_try.status_code == 403


def test_a_leave_is_not_asked_for_after_it_began(office: Office) -> None:
    key = office.key(T, "/leaves/new")
    office.clock.advance(timedelta(days=1))
    office._tokens.clear()
    answer = office.send(T, "/leaves", {**LEAVE, "idempotency_key": key})
    assert "请假须事先申请" in answer.text
