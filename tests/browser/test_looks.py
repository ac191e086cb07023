"""What a person sees at a glance: trends, what is overdue, and sheets of paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kit.actors import Post
from tests.browser.conftest import Enter
from tests.browser.site import Site

pytestmark = pytest.mark.needs("chromium")
R = Post


def test_pointing_at_one_trend_tells_the_value_of_each_with_its_unit(enter: Enter) -> None:
    operator = enter(R.OPERATOR)
    operator.goto("/stations/pump-01?hours=1")
    newest = operator.locator("#at-current").inner_text()
    operator.locator("#trend-pressure .u-over").hover(position={"x": 400, "y": 60})
    expect(operator.locator("#at-pressure")).to_contain_text(re.compile(r"0\.3\d\d MPa"))
    expect(operator.locator("#at-current")).to_contain_text(re.compile(r"2\d\.\d\d A"))
    expect(operator.locator("#at-current")).not_to_have_text(newest)


def test_an_overdue_ticket_is_told_at_the_top_of_the_console(site: Site, enter: Enter) -> None:
    late = site.promise_soon(-120)
    operator = enter(R.OPERATOR)
    operator.get_by_role("alert").get_by_role("link").click()
    expect(operator.locator(f"#ticket-{late.id}")).to_contain_text("已超时")


def test_each_sheet_of_paper_is_one_page(site: Site, enter: Enter) -> None:
    manager = enter(R.MANAGER)
    ticket = site.promise_soon(50)
    for sheet in ("print", "intake-sheet"):
        manager.goto(f"/tickets/{ticket.id}/{sheet}")
        pages = re.findall(rb"/Type\s*/Page\b", manager.pdf(prefer_css_page_size=True))
        assert len(pages) == 1, sheet


def test_whatever_has_the_focus_shows_it(enter: Enter) -> None:
    for post, path in ((R.OPERATOR, "/stations/pump-01"), (R.RECEPTIONIST, "/tickets")):
        page = enter(post)
        page.goto(path)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        for _ in range(14):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
