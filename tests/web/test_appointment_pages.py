"""The pages of appointments: booking while the caller speaks, the day, paper, the own page."""

from __future__ import annotations

import re

from kit.actors import Post
from tests.web.clerks import Office, Page, text_of

R, L, T = Post.RECEPTIONIST, Post.TEAM_LEADER, Post.TECHNICIAN
ASKED = {
    "matter": "meter",
    "name": "王小明",
    "phone": "13800001234",
    "place_id": "和平小区",
    "address": "和平路3号",
    "content": "水表走字快",
}


def offer(office: Office, **changed: str) -> None:
    form = {"crew": "一班", "weekday": "2", "begins": "09:00", "minutes": "60", "capacity": "1"}
    key = office.key(L, "/slots")
    answer = office.send(L, "/slots", {**form, "idempotency_key": key, **changed})
    assert answer.status_code == 303, answer.text


def slots_in(html: str) -> list[str]:
    return re.findall(r'<option value="([^"]+@[^"]+)"', html)


def book(office: Office) -> str:
    """Book the first free slot by the form; return the address of the sheet."""
    form = office.go(R, "/appointments/new").text
    said = {"slot": slots_in(form)[0], "idempotency_key": Page(form).value_of("idempotency_key")}
    answer = office.send(R, "/appointments", {**ASKED, **said})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def own_page(office: Office, sheet: str) -> str:
    link = re.search(r'href="http[^"]+(/own/[^"]+)"', office.go(R, f"{sheet}/link").text)
    assert link
    return link[1]


def test_who_comes_second_to_the_last_place_is_told_and_offered_the_next(office: Office) -> None:
    offer(office)
    offer(office, weekday="3")
    form = office.go(R, "/appointments/new").text
    assert "11-24 周二 09:00 一班 (余 1)" in text_of(form)
    full, free = slots_in(form)[:2]
    book(office)
    said = {"slot": full, "idempotency_key": Page(form).value_of("idempotency_key")}
    answer = office.send(R, "/appointments", {**ASKED, **said, "name": "李大娘"})
    assert answer.status_code == 409
    assert "该时段刚刚约满，可改约：11-25 09:00" in text_of(answer.text)
    assert "李大娘" in answer.text
    assert full not in slots_in(answer.text)
    assert free in slots_in(answer.text)


def test_a_deadline_is_shown_with_its_number_source_and_quote(office: Office) -> None:
    offer(office)
    sheet = book(office)
    for page in (office.go(R, sheet), office.go(R, f"{sheet}/print")):
        shown = text_of(page.text)
        for words in ("2026-11-24 09:00", "2026-11-24 07:00", "提前2小时告知", "003 篇3 第五条"):
            assert words in shown, words


def test_the_days_list_shows_the_technician_only_their_own(office: Office) -> None:
    offer(office)
    sheet = book(office)
    assert "王小明" in office.go(L, "/day?day=2026-11-24").text
    assert "王小明" not in office.go(L, "/day?day=2026-11-25").text
    assert "王小明" not in office.go(T, "/day?day=2026-11-24").text
    form = {"idempotency_key": "send", "visited_by": "u-wang"}
    assert office.send(L, f"{sheet}/send_technician", form).status_code == 303
    shown = office.go(T, "/day?day=2026-11-24").text
    assert "王小明" in shown
    assert f'href="{sheet}"' in shown
    assert office.go(L, "/day?day=9999-99-99").status_code == 200


def test_a_slot_that_is_overbooked_is_marked(office: Office) -> None:
    offer(office, capacity="2")
    for _ in range(2):
        book(office)
    offer(office, capacity="1")
    assert "超约 1" in text_of(office.go(L, "/day?day=2026-11-24").text)
    assert slots_in(office.go(R, "/appointments/new").text)[0].endswith("@2026-12-01")


def test_the_customer_moves_and_cancels_on_his_own_page(office: Office) -> None:
    offer(office)
    sheet = book(office)
    page = own_page(office, sheet)
    shown = office.go(None, page)
    assert "2026-11-24 09:00" in text_of(shown.text)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "send_technician" not in shown.text
    moved = {"idempotency_key": "m", "arrangement": "1", "slot": slots_in(shown.text)[0]}
    assert office.send(None, f"{page}/move_appointment", moved).status_code == 303
    assert "2026-12-01 09:00" in text_of(office.go(None, page).text)
    other_tab = {**moved, "idempotency_key": "second tab"}
    refused = office.send(None, f"{page}/move_appointment", other_tab)
    assert refused.status_code == 422
    assert "约定时间已改" in refused.text
    gone = office.send(None, f"{page}/cancel_appointment", {"idempotency_key": "c"})
    assert gone.status_code == 303
    assert "已取消" in text_of(office.go(R, sheet).text)
    too_late = office.send(None, f"{page}/move_appointment", {**moved, "idempotency_key": "l"})
    assert too_late.status_code == 409
    assert office.send(None, f"{page}/send_technician", moved).status_code == 404
    assert office.go(None, page[:-2]).status_code == 404


def test_a_service_at_home_is_registered_printed_and_answered(office: Office) -> None:
    offer(office)
    key = office.key(R, "/home-services/new")
    answer = office.send(
        R, "/home-services", {**ASKED, "ground": "old", "wished": "上午", "idempotency_key": key}
    )
    assert answer.status_code == 303, answer.text
    sheet = answer.headers["location"].partition("?")[0]
    paper = text_of(office.go(R, f"{sheet}/print").text)
    for words in ("上门服务登记表", "SM20261123-0001", "年老", "2026-11-24 14:05", "1个工作日内"):
        assert words in paper, words
    slot = slots_in(office.go(L, sheet).text)[0]
    agreed = {"idempotency_key": "yes", "slot": slot, "explained": "请备好身份证"}
    assert office.send(L, f"{sheet}/agree_home_service", agreed).status_code == 303
    shown = text_of(office.go(R, sheet).text)
    for words in ("已约定", "请备好身份证", "2026-11-24 01:00", "提前8小时告知", "003 篇2 第十条"):
        assert words in shown, words
