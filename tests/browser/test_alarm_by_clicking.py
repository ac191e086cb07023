"""One alarm from a sensor to the archive, by the pages alone: at desks and on a phone."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from dispatch.repair.ticket import State
from dispatch.repair.tickets import load
from kit.actors import Post
from tests.browser.conftest import Enter
from tests.browser.site import Site, running_site
from tests.browser.test_repair_by_clicking import press, unfold
from tests.deployment.mqtt_client import Client
from tests.real_parts import Server

pytestmark = pytest.mark.needs("chromium", "mosquitto")
STATION = "pump-03"


class Field:
    """The station in the field: it says what its pressure is, once for each call."""

    def __init__(self, port: int) -> None:
        self._client = Client(port, None, None)
        self._boot = secrets.token_hex(4)
        self._seq = 0

    def says(self, pressure_mpa: float) -> None:
        self._seq += 1
        message = {
            "boot": self._boot,
            "seq": self._seq,
            "t": time.time_ns() // 1_000_000,
            "m": {"pressure": pressure_mpa},
        }
        self._client.publish(f"sanlai/v1/{STATION}/data", msgspec.json.encode(message))

    def leaves(self) -> None:
        self._client.close()


@pytest.fixture
def broker(start_mosquitto: Callable[..., Server]) -> Server:
    return start_mosquitto()


@pytest.fixture
def site(chromium: str, broker: Server, tmp_path: Path) -> Iterator[Site]:
    """Give a company of this test's own, which listens to stations."""
    with running_site(tmp_path / "var", mqtt_port=broker.port) as started:
        yield started


@pytest.fixture
def field(broker: Server) -> Iterator[Field]:
    station = Field(broker.port)
    yield station
    station.leaves()


def opened(page: Page, ticket: str) -> Page:
    page.goto(f"/tickets/{ticket}")
    return page


def test_one_alarm_goes_from_the_sensor_to_the_archive_by_the_pages_alone(
    site: Site, field: Field, enter: Enter
) -> None:
    operator, leader = enter(Post.OPERATOR), enter(Post.TEAM_LEADER)
    ticket = alarm_until_ticket(operator, field)
    press(opened(enter(Post.MANAGER), ticket), "issue")
    opened(leader, ticket).get_by_label("王师傅").check()
    press(leader, "assign")
    repair(enter(Post.TECHNICIAN, phone=True), ticket)
    sign_as_operator(opened(operator, ticket))

    expect(opened(leader, ticket).locator("#do-leader_sign")).to_have_count(0)
    expect(leader.locator("main")).to_contain_text("恢复正常")  # why the button is not there
    field.says(0.31)
    expect(leader.locator("#do-leader_sign")).to_be_visible()  # the page learns of it by itself
    press(leader, "leader_sign")
    press(opened(enter(Post.DIRECTOR), ticket), "director_sign")
    reception = enter(Post.RECEPTIONIST)
    press(opened(reception, ticket), "archive")
    reception.goto("/archive?verify=yes")
    expect(reception.locator("main")).to_contain_text("档案完整")

    with site.parts.db.read() as session:
        kept = load(session, ticket)
    assert kept.state is State.ARCHIVED
    assert kept.intake.station_id == STATION
    assert re.fullmatch(r"WX\d{8}-0001", kept.number)


def alarm_until_ticket(operator: Page, field: Field) -> str:
    """Let the pressure fall before the operator's eyes; return the ticket that it opens."""
    card = operator.locator(f"#station-{STATION}")
    field.says(0.31)
    expect(card).to_contain_text("0.310")
    field.says(0.11)
    expect(card).to_contain_text("报警")
    to_ticket = operator.get_by_role("link", name="任务单", exact=False).and_(
        operator.locator("[id^=alarm-] a")
    )
    expect(to_ticket).to_be_visible()
    return (to_ticket.get_attribute("href") or "").rsplit("/", 1)[1]


def repair(phone: Page, ticket: str) -> None:
    """Go there and mend it: the company bills nobody, and the technician does not sign."""
    phone.goto(f"/jobs/{ticket}")
    press(phone, "depart")
    press(phone, "arrive")
    expect(phone.locator("#do-quote_fee")).to_have_count(0)
    press(phone, "start_work")
    form = unfold(phone, "report_flow_test")
    form.get_by_label("是", exact=True).check()
    form.get_by_label("压力").fill("0.30")
    press(phone, "report_flow_test")
    form = unfold(phone, "finish_work")
    form.get_by_label("活干好").check()
    form.get_by_label("工完").check()
    for item in form.locator('input[name$=".done"]').all():
        item.check()
    press(phone, "finish_work")
    expect(phone.locator("#do-customer_sign")).to_have_count(0)


def sign_as_operator(page: Page) -> None:
    form = unfold(page, "customer_sign")
    form.get_by_label("满意", exact=True).check()
    form.get_by_label("意见").fill("运行正常")
    draw_with_a_mouse(page, page.locator("#customer_sign-strokes"))
    press(page, "customer_sign")


def draw_with_a_mouse(page: Page, pad: Locator) -> None:
    """Hold the button and draw a wave on the pad."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for n in range(1, 15):
        page.mouse.move(box["x"] + 30 + 12 * n, box["y"] + 60 + (25 if n % 2 else -25))
    page.mouse.up()
