"""Somebody with two posts: the switch works by keyboard, each tab stays as it was drawn."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from api.accounts.held_posts import change_posts
from kit.actors import Post
from tests.browser.conftest import Enter
from tests.browser.site import Site
from tests.company.people import holder_of

pytestmark = pytest.mark.needs("chromium")


def test_a_person_with_two_posts_switches_and_the_other_tab_stays(site: Site, enter: Enter) -> None:
    with site.parts.db.write() as session:
        person = holder_of(Post.COMPLAINTS_OFFICER)
        change_posts(session, person.id, [Post.COMPLAINTS_OFFICER, Post.INSPECTOR])
    board = enter(Post.COMPLAINTS_OFFICER)
    board.goto("/tickets")
    other = board.context.new_page()
    other.goto("/archive")
    other.get_by_label("当前岗位").press("ArrowDown")
    other.keyboard.press("Tab")
    other.keyboard.press("Enter")
    other.wait_for_url("**/console")
    expect(other.locator(".top__who")).to_contain_text("检查员")
    new = site.promise_soon(100)
    expect(board.locator(f"#ticket-{new.id}")).to_be_visible()
    expect(board.locator(".top__who > span")).to_contain_text("投诉受理员")
