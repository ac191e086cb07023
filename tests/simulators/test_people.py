"""The demo's stories can be told to their end by the rules of dispatch, and only once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import func, select

from api.site.read_site import parse_areas
from dispatch.repair.desk import RepairDesk
from dispatch.repair.reception import log_matter
from dispatch.repair.repair_tables import TicketRow
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Ticket
from dispatch.repair.tickets import load
from dispatch.repair.workmanship_file import load_workmanship
from dispatch.rule_file import load_rule_book
from kit.actors import Actor, Post
from kit.clock import SystemClock
from kit.db import Database
from kit.geo import Position
from simulators.people import Cast, NoLogIn, Refused, read, read_stories, tell
from stations.assets.area_store import save_areas

POSTS = {
    "receptionist": Post.RECEPTIONIST,
    "manager": Post.MANAGER,
    "leader": Post.TEAM_LEADER,
    "technician1": Post.TECHNICIAN,
    "technician2": Post.TECHNICIAN,
    "director": Post.DIRECTOR,
}


class AtTheDesk:
    """Somebody who gives the same commands without HTTP, straight to dispatch."""

    def __init__(self, database: Database, desk: RepairDesk, login: str) -> None:
        self._database, self._desk = database, desk
        self._actor = Actor(login, login, POSTS[login])

    def get(self, path: str) -> Any:
        if path == "/me":
            return {"id": self._actor.id, "name": self._actor.name}
        with self._database.read() as session:
            arrived_at = load(session, path.split("/")[2]).crew.arrived_at
        assert arrived_at is not None
        return {"arrived_at": arrived_at.isoformat()}

    def do(self, path: str, body: Mapping[str, Any], key: str) -> Any:
        body = json.loads(json.dumps(body))
        parts = path.strip("/").split("/")
        if len(parts) == 1:
            ticket = log_matter(self._desk, body["data"], self._actor, key)
        else:
            command = parts[2].replace("-", "_")
            ticket = take_step(self._desk, parts[1], command, body["data"], self._actor, key)
        return {"id": ticket.id}


@pytest.fixture
def desk(database: Database) -> Mapping[str, AtTheDesk]:
    text = resources.files("api.demo").joinpath("data", "places.toml").read_text(encoding="utf-8")
    with database.write() as session:
        save_areas(session, parse_areas(text, "places.toml"))
    made = RepairDesk(
        db=database,
        clock=SystemClock(),
        rule_book=load_rule_book(),
        workmanship=load_workmanship(),
        zone=ZoneInfo("Asia/Shanghai"),
        service_office=Position(31.2990, 120.5853),
        link_secret=b"a secret of the tests alone",
        technicians=lambda _session, _now: {login: login for login in POSTS},
    )
    return {login: AtTheDesk(database, made, login) for login in POSTS}


def all_tickets(database: Database) -> dict[str, Ticket]:
    with database.read() as session:
        return {
            ticket_id: load(session, ticket_id)
            for ticket_id in session.scalars(select(TicketRow.id))
        }


def test_the_stories_leave_tickets_all_along_the_chain(
    database: Database, desk: Mapping[str, AtTheDesk]
) -> None:
    for story in read_stories():
        tell(story, desk)
    assert sorted(str(ticket.state) for ticket in all_tickets(database).values()) == sorted(
        (
            *("logged", "issued", "assigned", "en_route", "on_site"),
            *("working", "customer_signed", "archived"),
        )
    )


def test_a_second_telling_adds_nothing(database: Database, desk: Mapping[str, AtTheDesk]) -> None:
    first_ids = [tell(story, desk) for story in read_stories()]
    first = all_tickets(database)
    again_ids = [tell(story, desk) for story in read_stories()]
    assert again_ids == first_ids
    assert all_tickets(database) == first
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(TicketRow)) == len(first_ids)


def test_a_step_that_is_refused_ends_the_story_with_the_answer() -> None:
    request = httpx.Request("POST", "http://demo/api/v1/tickets")
    answer = httpx.Response(409, text="not now", request=request)
    with pytest.raises(Refused, match="POST /api/v1/tickets: 409 not now"):
        read(answer)


def test_a_log_in_that_is_not_in_the_file_is_named() -> None:
    cast = Cast("http://demo", {})
    with pytest.raises(NoLogIn, match="'manager'"):
        cast["manager"]
    cast.close()
