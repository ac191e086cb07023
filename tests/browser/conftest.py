from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kit.actors import Post
from tests.browser.site import Site, running_site
from tests.company.people import PASSWORD, holder_of
from tests.real_parts import DEADLINE_S

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""Chromium as root, and without the calls home that a closed network refuses."""

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "geolocation": {"latitude": 31.3042, "longitude": 120.6188, "accuracy": 8},
    "permissions": ["geolocation"],
}

Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Give Debian's Chromium, without a screen."""
    expect.set_options(timeout=DEADLINE_S * 1000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a running company of the test run's own."""
    with running_site(tmp_path_factory.mktemp("site") / "var") as started:
        yield started


@pytest.fixture
def enter(browser: Browser, site: Site) -> Iterator[Enter]:
    """Give a function that opens one person's browser, at a desk or on a phone.

    The test fails on anything that a page wrote to its console as an error: a script that broke,
    or something that the Content-Security-Policy refused.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(post: Post | None, *, phone: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.url, locale="zh-CN", timezone_id="Asia/Shanghai",
            **(PHONE if phone else DESKTOP),
        )  # fmt: skip
        context.set_default_timeout(DEADLINE_S * 1000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if message.type == "error"
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        if post is not None:
            page.goto("/login")
            page.fill("#login-login", holder_of(post).login)
            page.fill("#login-password", PASSWORD)
            page.press("#login-password", "Enter")
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def pictures() -> Path:
    """Folder of the documentation's pictures."""
    return Path(__file__).resolve().parents[2] / "docs" / "images"
