"""Nobody at home, and a dead phone: what goes wrong, by the pages alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from dispatch.repair.by_link import customer_token
from dispatch.repair.reception import log_matter
from kit.actors import Post
from tests.browser.conftest import Enter
from tests.browser.site import Site
from tests.browser.test_repair_by_clicking import press, send_somebody, unfold
from tests.company.papers import call
from tests.company.people import holder_of

pytestmark = pytest.mark.needs("chromium")
R = Post


def call_in(site: Site) -> tuple[str, str]:
    """Log a call of just now; return the ticket's id and the customer's link."""
    desk = site.parts.desk
    said = call(received_at=desk.clock.now().isoformat())
    logged = log_matter(desk, said, holder_of(R.RECEPTIONIST).actor, "nobody-at-home")
    return logged.id, f"/t/{customer_token(desk, logged.id)}"


def typed(page: Page, *, hours: float = 0) -> str:
    """Return a time as a field of a form takes it, so many hours from the page's own now."""
    now = datetime.fromisoformat(page.evaluate("new Date().toISOString()")).astimezone()
    local = page.evaluate("-new Date().getTimezoneOffset()")
    offset = timedelta(minutes=local) - (now.utcoffset() or timedelta(0))
    return (now + offset + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_nobody_is_at_home_and_the_leader_enters_what_the_crew_tells(
    site: Site, enter: Enter
) -> None:
    leader = enter(R.TEAM_LEADER)
    ticket, link = call_in(site)
    board = f"/tickets/{ticket}"
    send_somebody(enter(R.MANAGER), leader, board)
    phone, customer = enter(R.TECHNICIAN, phone=True), enter(None, phone=True)
    phone.goto(f"/jobs/{ticket}")
    press(phone, "depart")
    press(phone, "arrive")

    form = unfold(phone, "customer_absent")
    form.locator("[name='attempts.0.at']").fill(typed(phone))
    form.get_by_label("门上留下的凭据").fill("到访通知单")
    form.get_by_label("再次上门时间").fill(typed(phone, hours=2))
    press(phone, "customer_absent")
    expect(phone.locator("main")).to_contain_text("无人在家: 到访通知单")

    leader.goto("/tickets")
    expect(leader.locator(f"#ticket-{ticket}")).to_contain_text("无人在家")
    customer.goto(link)
    expect(customer.locator("main")).to_contain_text("我们来过，家中无人")

    press(phone, "resume")
    leader.goto(board)
    expect(leader.locator("main")).to_contain_text("代维修人员补录")
    form = unfold(leader, "depart")
    form.get_by_label("由谁告知").fill("王师傅")
    form.get_by_label("实际发生时间").fill(typed(leader))
    form.get_by_label("补录原因").fill("手机没电")
    form.locator("button[type=submit]").click()
    leader.wait_for_url(re.compile("said=done"))
    expect(leader.locator("main")).to_contain_text("王师傅 告知")
