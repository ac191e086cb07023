"""A small water company on a real web server: its people log in by HTTP, its clock is ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from api.access.sessions import Limits, open_session
from api.compose.app import create_app
from api.compose.bootstrap import build
from api.parts.parts import Parts
from api.parts.settings import Settings
from dispatch.repair.context import Workflow
from dispatch.repair.workflow import REPAIR
from kit.clock import ManualClock
from tests.company.ground import START, settle
from tests.company.papers import FINISHED, SIGNED, call
from tests.company.people import PEOPLE, hire
from tests.company.serving import serving


class Person:
    """Somebody who asks the program by HTTP, with a new idempotency key for each command."""

    _keys = count(1)

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(f"/api/v1{path}", params=query)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        key = more.pop("key", None) or f"key-{next(self._keys)}"
        body = {"data": data or {}} | more
        return self.http.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": key})

    def step(self, ticket: dict[str, Any], command: str, **data: Any) -> httpx.Response:
        return self.post(f"/tickets/{ticket['id']}/{command.replace('_', '-')}", data)


class Company:
    """The parts, the people, and the address of the running server."""

    def __init__(self, parts: Parts, clock: ManualClock, app: FastAPI, url: str) -> None:
        self.parts, self.clock, self.app, self.url = parts, clock, app, url
        self._people: dict[str, Person] = {}

    def anyone(self) -> Person:
        return self._people.setdefault("", Person(self.url))

    def as_(self, login: str) -> Person:
        """Return this person, logged in."""
        if login not in self._people:
            self._people[login] = Person(self.url, self.token_of(login))
        return self._people[login]

    def token_of(self, login: str) -> str:
        """Log this person in; return the token of the log-in."""
        with self.parts.db.write() as session:
            limits = Limits(timedelta(days=365), timedelta(days=365))
            return open_session(
                session, PEOPLE[login].id, limits, self.clock.now(), address="", agent=""
            )

    def forget(self, login: str) -> None:
        """Let the person log in anew when they are next asked for."""
        self._people.pop(login).http.close()

    def forget_all(self) -> None:
        """Let everybody log in anew when they are next asked for."""
        for login in list(self._people):
            self.forget(login)

    def pass_minutes(self, minutes: float) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def log_call(self, **changes: Any) -> dict[str, Any]:
        answer = self.as_("liu").post("/tickets", call(**changes))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def walk(self, ticket: dict[str, Any], until: str) -> dict[str, Any]:
        """Take the usual steps of the chain up to and with this command, a minute apart."""
        for command, login, data in self.usual_steps():
            self.pass_minutes(1)
            answer = self.as_(login).step(ticket, command, **data)
            assert answer.status_code == 200, f"{command}: {answer.text}"
            if command == until:
                done: dict[str, Any] = answer.json()
                return done
        raise AssertionError(f"no step {until}")

    def usual_steps(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            ("issue", "ma", {}),
            ("assign", "chen", {"technicians": [{"id": "u-wang"}]}),
            ("depart", "wang", {}),
            ("arrive", "wang", {}),
            ("quote_fee", "wang", {"lines": [{"item": "换阀门", "amount_fen": 3500}]}),
            ("consent", "wang", {"quote": 1, "customer_present": True, **SIGNED}),
            ("start_work", "wang", {}),
            ("report_flow_test", "wang", {"passed": True, "pressure_mpa": 0.28}),
            (
                "finish_work",
                "wang",
                FINISHED,
            ),
            (
                "customer_sign",
                "wang",
                {
                    "completed_at": "2026-11-23T14:14",
                    "opinion": "修得好",
                    "satisfied": True,
                    **SIGNED,
                },
            ),
            ("leader_sign", "chen", {}),
            ("director_sign", "zhao", {}),
            ("archive", "liu", {}),
        ]

    def close(self) -> None:
        for person in self._people.values():
            person.http.close()


@contextmanager
def open_company(
    folder: Path,
    database_url: str,
    start: datetime = START,
    workflow: Workflow = REPAIR,
    **settings: Any,
) -> Iterator[Company]:
    """Give a company whose web server runs, on a database that has every table."""
    clock = ManualClock(start)
    chosen = Settings(data_dir=folder / "data", database_url=database_url, **settings)
    parts = build(chosen, clock, writes_points=True, workflow=workflow)
    with parts.db.write() as session:
        settle(session, clock.now())
        hire(session, clock.now())
    app = create_app(parts)
    try:
        with serving(app) as url:
            company = Company(parts, clock, app, url)
            try:
                yield company
            finally:
                company.close()
    finally:
        parts.close()
