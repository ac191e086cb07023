"""A small water company with its whole program, driven as a browser would: pages and forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx

from api.access.guard import COOKIE
from api.access.sessions import Limits, csrf_of, open_session
from api.compose.app import create_app
from api.compose.bootstrap import build, built
from api.operations.schema import METADATA
from api.parts.parts import Parts
from api.parts.settings import Settings
from dispatch.repair.by_link import customer_token
from kit.actors import Post
from kit.clock import ManualClock
from kit.instants import to_micros
from telemetry.alarms.alarm_tables import AlarmRow
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from telemetry.ingest.ingest_tables import IngestStatusRow, QuarantineRow
from telemetry.readings import Reading
from tests.company import ground
from tests.company.papers import TICKED
from tests.company.people import hire, holder_of
from tests.company.serving import serving

DRAWN = "[[[10,10],[80,60],[120,20]],[[30,70],[90,72]]]"
"""A name as a finger draws it."""
CALL = {
    "channel": "call",
    "name": "王小明",
    "phone": "13800001234",
    "place_id": "和平小区",
    "address": "和平路 3 号 2 单元 501",
    "job_type": "burst",
    "content": "厨房水管跑水",
    "explained": "已告知到达时间",
}


class Page(HTMLParser):
    """A page as its elements: what a test asks about it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._inside: list[str] = []
        self.words: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append((self._inside[-1] if self._inside else "", data.strip()))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    def value_of(self, name: str) -> str:
        return next(a.get("value", "") for a in self.all("input") if a.get("name") == name)


@dataclass
class Office:
    """The program with its people; ``go`` and ``send`` are one person's browser."""

    parts: Parts
    clock: ManualClock
    browser: httpx.Client
    _tokens: dict[Post, str] = field(default_factory=dict)

    def token(self, post: Post) -> str:
        if post not in self._tokens:
            with self.parts.db.write() as session:
                user = holder_of(post)
                limits = Limits.of(self.parts.settings)
                self._tokens[post] = open_session(
                    session, user.id, limits, self.clock.now(), address="", agent=""
                )
        return self._tokens[post]

    def be(self, post: Post | None) -> None:
        self.browser.cookies.delete(COOKIE)
        if post is not None:
            self.browser.cookies.set(COOKIE, self.token(post))

    def go(self, post: Post | None, path: str) -> httpx.Response:
        self.be(post)
        return self.browser.get(path)

    def send(
        self, post: Post | None, path: str, form: dict[str, str | list[str]] | dict[str, str]
    ) -> httpx.Response:
        self.be(post)
        csrf = csrf_of(self.token(post), post) if post else ""
        return self.browser.post(path, data={"csrf_token": csrf, **form}, follow_redirects=False)

    def key(self, post: Post | None, path: str) -> str:
        return Page(self.go(post, path).text).value_of("idempotency_key")

    def take_call(self, **changed: str) -> str:
        """Log a call by the page; return the ticket's id."""
        key = self.key(Post.RECEPTIONIST, "/intake")
        answer = self.send(
            Post.RECEPTIONIST, "/intake", {**CALL, "idempotency_key": key, **changed}
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rsplit("/", 1)[1]

    def step(
        self, post: Post, ticket: str, command: str, **form: str | list[str]
    ) -> httpx.Response:
        base = "jobs" if post is Post.TECHNICIAN else "tickets"
        key = f"{command}-{len(self._tokens)}-{self.clock.now().timestamp()}"
        self.clock.advance(timedelta(seconds=30))
        path = f"/{base}/{ticket}/{command}"
        return self.send(post, path, {"idempotency_key": key, **form})

    def crew(self) -> dict[str, str | list[str]]:
        """Return the form of the team leader who ticks the first technician."""
        return {"technicians.0.id": holder_of(Post.TECHNICIAN).id}

    def work_until_done(self, ticket: str) -> None:
        """Take every step of the repair up to the customer's signature."""
        crew = Post.TECHNICIAN
        steps: tuple[tuple[Post, str, dict[str, str | list[str]]], ...] = (
            (Post.MANAGER, "issue", {"task": "修复厨房水管"}),
            (Post.TEAM_LEADER, "assign", self.crew()),
            (crew, "depart", {}),
            (crew, "arrive", {"where_lat": "31.3", "where_lon": "120.6", "where_note": "±5 m"}),
            (crew, "quote_fee", {"lines.0.item": "PPR 管", "lines.0.amount_yuan": "35.50"}),
            (crew, "consent", {
                "quote": "1", "customer_present": "on", "signer_name": "王小明",
                "relation": "self", "strokes": DRAWN,
            }),
            (crew, "start_work", {}),
            (crew, "report_flow_test", {"passed": "true", "pressure_mpa": "0.31"}),
            (crew, "finish_work", {
                "work_done_well": "on", "site_cleared": "on", **TICKED,
                "materials.0.name": "PPR 管", "materials.0.quantity": "2", "materials.0.unit": "米",
            }),
        )  # fmt: skip
        for post, command, form in steps:
            answer = self.step(post, ticket, command, **form)
            assert answer.status_code == 303, (command, answer.text)

    def customer_path(self, ticket: str) -> str:
        return f"/t/{customer_token(self.parts.desk, ticket)}"

    def customer_signs(self, ticket: str) -> httpx.Response:
        at = self.clock.now().astimezone(self.parts.settings.zone).strftime("%Y-%m-%dT%H:%M")
        form = {
            "idempotency_key": "the-customer-signs",
            "completed_at": at,
            "satisfied": "true",
            "opinion": "来得快,修得好",
            "strokes": DRAWN,
        }
        return self.send(None, f"{self.customer_path(ticket)}/customer_sign", form)


def settle(folder: Path, clock: ManualClock) -> None:
    """Make the company's records in a folder that each test gets a copy of."""
    parts = build(Settings(data_dir=folder), clock, writes_points=True)
    METADATA.create_all(parts.db.engine)
    _settle(parts)
    parts.close()


@contextmanager
def open_office(folder: Path, clock: ManualClock) -> Iterator[Office]:
    """Serve the program on a free port of loopback while the block runs."""
    with (
        built(Settings(data_dir=folder), clock, writes_points=True) as parts,
        serving(create_app(parts)) as base,
        httpx.Client(base_url=base, follow_redirects=True, timeout=60) as browser,
    ):
        yield Office(parts, clock, browser)


def _settle(parts: Parts) -> None:
    now = parts.clock.now()
    rule = AlarmRule(
        "pump-01-pressure-low", "pump-01", AlarmKind.LOW, "pressure", limit=0.2,
        severity=Severity.CRITICAL, needs_hands=True,
    )  # fmt: skip
    with parts.db.write() as session:
        hire(session, now)
        ground.settle(session, now)
        save_rule(session, rule, now)
        session.add(AlarmRow(
            id="alarm-1", station_id="pump-01", rule_id=rule.id, metric="pressure", kind="low",
            severity="critical", needs_hands=True, value=0.15, limit=0.2, unit="MPa",
            occurrences=1, raised_at=now,
        ))  # fmt: skip
        session.add(QuarantineRow(
            id="q1", reason="undecodable", station_id="pump-01", topic="sanlai/v1/pump-01/data",
            detail="", boot="", seq=None, size=12, sha256="0" * 64,
            payload=b"<script>\x00\xff", times=1, first_at=now, last_at=now,
        ))  # fmt: skip
        session.add(IngestStatusRow(
            name="ingest", started_at=now, heartbeat_at=now, listening_since=now,
            broker_connected=True, store_reachable=False, spool_batches=1, spool_readings=9,
            spool_bytes=100, spool_full=False, waiting=0, messages=1000, readings=1000,
            points=2000, duplicates=3, quarantined=1, trouble="",
        ))  # fmt: skip
    start = to_micros(now - timedelta(minutes=30))
    parts.store.write(
        [
            Reading("pump-01", "b", n, start + n * 10_000_000, {"pressure": 0.3, "current": 24.0})
            for n in range(1, 100)
        ]
    )


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
