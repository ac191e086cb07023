"""One call from intake to archive, by the pages alone: at desks, and on two phones."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dispatch.repair.ticket import State
from dispatch.repair.tickets import load
from kit.actors import Post
from tests.browser.conftest import Enter
from tests.browser.site import Site

MOST_FIELDS = 12
"""So many fields about the facility a receptionist may have to pass over."""

pytestmark = pytest.mark.needs("chromium")
R = Post


def take_call_by_keyboard(desk: Page) -> tuple[str, str]:
    """Log a call without a mouse; return the ticket's id and the customer's link."""
    expect(desk.locator("#intake-name")).to_be_focused()
    keys = desk.keyboard
    for words in ("王小明", "13800001234", "和平小区", "和平路 3 号 2 单元 501"):
        keys.type(words)
        keys.press("Tab")
    expect(desk.locator("#promise")).to_contain_text("3.2 公里 × 10 分钟/公里")
    expect(desk.locator("#promise")).to_contain_text("R-11")
    keys.press("Tab")  # over the fold for a distance
    expect(desk.locator("#intake-job_type")).to_be_focused()
    keys.press("ArrowDown")  # the first kind of work: a burst
    for _field in range(MOST_FIELDS):  # whose facility it is stays the customer's
        keys.press("Tab")
        if desk.locator("#intake-content").evaluate("one => one === document.activeElement"):
            break
    keys.type("厨房水管跑水")
    keys.press("Tab")
    keys.type("已告知到达时间")
    keys.press("Control+Enter")
    desk.wait_for_url(re.compile(r"/intake/\w+$"))
    expect(desk.locator("main")).to_contain_text("人员将在")
    link = desk.input_value("#customer-link")
    return desk.url.rsplit("/", 1)[1], "/t/" + link.split("/t/")[1]


def press(page: Page, command: str) -> None:
    """Give a command by its form's own button, and wait until it is done."""
    fold = page.locator(f"#{command}-details")
    if fold.count() and not fold.evaluate("element => element.open"):
        fold.locator("summary").click()
    page.locator(f"form#{command} button[type=submit]").click()
    page.wait_for_url(re.compile(r"said=(done|customer_sign)"))


def unfold(page: Page, command: str) -> Locator:
    fold = page.locator(f"#{command}-details")
    if not fold.evaluate("element => element.open"):
        fold.locator("summary").click()
    return page.locator(f"form#{command}")


def draw_with_a_finger(page: Page, pad: Locator) -> None:
    """Touch the pad and draw a wave, as a finger on glass does."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    touch = page.context.new_cdp_session(page)
    points = [
        {"x": box["x"] + 30 + 12 * n, "y": box["y"] + 60 + (25 if n % 2 else -25)}
        for n in range(15)
    ]
    for n, point in enumerate(points):
        kind = "touchMove" if n else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_one_call_goes_from_intake_to_archive_by_the_pages_alone(site: Site, enter: Enter) -> None:
    reception, leader = enter(R.RECEPTIONIST), enter(R.TEAM_LEADER)
    ticket, link = take_call_by_keyboard(reception)
    board = f"/tickets/{ticket}"
    send_somebody(enter(R.MANAGER), leader, board)
    phone, customer = enter(R.TECHNICIAN, phone=True), enter(None, phone=True)
    go_there_and_quote(phone, ticket)
    agree(customer, link)
    # The technician's page learns of the consent by itself.
    expect(phone.locator("#do-start_work")).to_be_visible()
    work_and_finish(phone)
    sign_as_customer(customer, link)
    for page, command in ((leader, "leader_sign"), (enter(R.DIRECTOR), "director_sign")):
        page.goto(board)
        press(page, command)
    reception.goto(board)
    press(reception, "archive")

    reception.goto(f"{board}/print")
    expect(reception.locator(".sheet")).to_contain_text("维修任务单")
    expect(reception.locator(".sheet svg polyline")).to_have_count(1)
    reception.goto("/archive?verify=yes")
    expect(reception.locator("main")).to_contain_text("档案完整")
    with site.parts.db.read() as session:
        kept = load(session, ticket)
    assert kept.state is State.ARCHIVED
    assert kept.signatures.customer is not None
    assert len(kept.signatures.customer.signature.strokes[0]) >= 10


def send_somebody(manager: Page, leader: Page, board: str) -> None:
    manager.goto(board)
    press(manager, "issue")
    leader.goto(board)
    leader.get_by_label("王师傅").check()
    press(leader, "assign")


def go_there_and_quote(phone: Page, ticket: str) -> None:
    phone.goto("/jobs")
    phone.locator(f"#job-{ticket} a.button").click()
    press(phone, "depart")
    press(phone, "arrive")
    expect(phone.locator("#do-start_work")).to_have_count(0)  # no work before the consent
    form = unfold(phone, "quote_fee")
    form.get_by_label("项目").first.fill("PPR 水管 2 米")
    form.get_by_label("金额").first.fill("35.50")
    press(phone, "quote_fee")


def agree(customer: Page, link: str) -> None:
    customer.goto(link)
    expect(customer.locator("main")).to_contain_text("35.50 元")
    expect(customer.locator("main")).not_to_contain_text("13800001234")
    unfold(customer, "consent")
    draw_with_a_finger(customer, customer.locator("#consent-strokes"))
    press(customer, "consent")


def work_and_finish(phone: Page) -> None:
    press(phone, "start_work")
    form = unfold(phone, "report_flow_test")
    form.get_by_label("是", exact=True).check()
    form.get_by_label("压力").fill("0.31")
    press(phone, "report_flow_test")
    form = unfold(phone, "finish_work")
    form.get_by_label("活干好").check()
    form.get_by_label("工完").check()
    for item in form.locator('input[name$=".done"]').all():
        item.check()
    form.get_by_label("材料").fill("PPR 管")
    form.get_by_label("数量").fill("2")
    form.get_by_label("单位").fill("米")
    press(phone, "finish_work")


def sign_as_customer(customer: Page, link: str) -> None:
    customer.goto(link)
    form = unfold(customer, "customer_sign")
    form.get_by_label("满意", exact=True).check()
    form.get_by_label("意见").fill("来得快,修得好")
    draw_with_a_finger(customer, customer.locator("#customer_sign-strokes"))
    press(customer, "customer_sign")


def test_the_position_of_the_phone_is_kept_with_the_step(site: Site, enter: Enter) -> None:
    reception = enter(R.RECEPTIONIST)
    ticket, _ = take_call_by_keyboard(reception)
    manager, leader = enter(R.MANAGER), enter(R.TEAM_LEADER)
    manager.goto(f"/tickets/{ticket}")
    press(manager, "issue")
    leader.goto(f"/tickets/{ticket}")
    leader.get_by_label("王师傅").check()
    press(leader, "assign")
    phone = enter(R.TECHNICIAN, phone=True)
    phone.goto(f"/jobs/{ticket}")
    position = phone.locator("form#depart input[name=where_lat]")
    expect(position).to_have_value(re.compile(r"31\.304"))
    press(phone, "depart")
    leader.goto(f"/tickets/{ticket}")
    expect(leader.locator("main")).to_contain_text("31.30420, 120.61880")


def test_a_missed_arrival_shows_on_the_board_without_a_reload(site: Site, enter: Enter) -> None:
    manager = enter(R.MANAGER)
    soon = site.promise_soon(6)
    manager.goto("/tickets?sort=due")
    row = manager.locator(f"#ticket-{soon.id}")
    expect(row).to_contain_text("未到期")
    manager.evaluate("window.notReloaded = true")
    # The page learns of it from the scheduler's event, so it can't show it before its time.
    expect(row).to_contain_text("已超时")
    assert manager.evaluate("window.notReloaded")
    with site.parts.db.read() as session:
        assert load(session, soon.id).crew.missed_at is not None


def test_an_alarm_comes_up_on_the_console_is_acknowledged_by_keyboard_and_opens_a_ticket(
    site: Site, enter: Enter, pictures: Path
) -> None:
    operator = enter(R.OPERATOR)
    expect(operator.locator("#station-pump-01")).to_contain_text("MPa")
    site.raise_alarm("alarm-browser")
    row = operator.locator("#alarm-alarm-browser")
    expect(row).to_contain_text("越下限")
    expect(row.get_by_role("link", name="任务单")).to_be_visible()  # by the bridge
    expect(operator.locator("#station-pump-01")).to_contain_text("报警")
    if os.environ.get("SANLAI_TEST_PICTURES"):
        pictures.mkdir(parents=True, exist_ok=True)
        site.read_now()
        operator.reload()
        operator.screenshot(path=pictures / "console.png", full_page=True)
    operator.locator("#ack-alarm-browser").focus()
    operator.keyboard.press("Enter")
    expect(operator.locator("#alarm-alarm-browser")).to_contain_text("孙运转")


def test_focus_stays_where_it_was_when_the_page_is_fetched_anew(site: Site, enter: Enter) -> None:
    operator = enter(R.OPERATOR)
    operator.locator("#station-pump-02 a").focus()
    site.raise_alarm("alarm-focus")
    expect(operator.locator("#alarm-alarm-focus")).to_be_visible()
    expect(operator.locator("#station-pump-02 a")).to_be_focused()


def test_the_words_of_a_call_outlive_a_page_left_by_mistake(enter: Enter) -> None:
    desk = enter(R.RECEPTIONIST)
    desk.fill("#intake-name", "陈静")
    desk.fill("#intake-content", "水压低")
    desk.goto("/register")
    desk.goto("/intake")
    expect(desk.locator("#intake-name")).to_have_value("陈静")
    expect(desk.locator("#intake-content")).to_have_value("水压低")
    desk.get_by_role("button", name="退出").click()
    desk.wait_for_url(re.compile("logged_out"))
    assert desk.evaluate("sessionStorage.length") == 0


def test_the_trend_of_a_station_is_drawn_and_there_as_a_table(enter: Enter) -> None:
    operator = enter(R.OPERATOR)
    operator.goto("/stations/pump-01?hours=1")
    pressure = operator.locator("#trend-pressure")
    expect(pressure.locator("canvas")).to_be_visible()
    pressure.get_by_text("数据表").click()
    assert operator.locator("#table-pressure tbody tr").count() > 100


def test_no_page_is_wider_than_a_phone(enter: Enter) -> None:
    for post, paths in (
        (R.OPERATOR, ("/console", "/alarms", "/stations/pump-01")),
        (R.RECEPTIONIST, ("/intake", "/register")),
        (R.TECHNICIAN, ("/jobs",)),
    ):
        page = enter(post, phone=True)
        for path in paths:
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} is {wide} px too wide"
