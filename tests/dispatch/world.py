"""A small water company to test with: its people, its places, and one call's way through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from dispatch.handlers import Dispatch
from dispatch.model import AlarmFacts, Ticket, customer_actor
from dispatch.rules import load_rules
from kit.actors import Actor, Post
from kit.clock import ManualClock
from kit.db import Database
from kit.geo import Position
from stations.assets.area_store import save_area
from stations.assets.areas import ResidentialArea
from stations.assets.bare_keys import with_bare_points
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station

START = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)  # 14:05 in the company's zone
OFFICE = Position(38.42, 112.73)
RULES = load_rules()

RECEPTIONIST = Actor("u-rec", "刘接待", Post.RECEPTIONIST)
MANAGER = Actor("u-man", "马经理", Post.MANAGER)
LEADER = Actor("u-lea", "陈队长", Post.TEAM_LEADER)
TECHNICIAN = Actor("u-te1", "王师傅", Post.TECHNICIAN)
OTHER_TECHNICIAN = Actor("u-te2", "李师傅", Post.TECHNICIAN)
DIRECTOR = Actor("u-dir", "赵处长", Post.DIRECTOR)
OPERATOR = Actor("u-ope", "孙运转", Post.OPERATOR)
ADMIN = Actor("u-adm", "周管理", Post.ADMIN)
STAFF = (RECEPTIONIST, MANAGER, LEADER, TECHNICIAN, OTHER_TECHNICIAN, DIRECTOR, OPERATOR, ADMIN)

STROKES = [[[10, 10], [60, 40], [90, 15]], [[20, 50], [80, 55]]]

STATION = with_bare_points(
    Station(
        id="pump-01",
        name="东关泵站",
        name_en="Dongguan",
        address="东关街1号",
        zone=Zone.SUBURB,
        position=Position(38.5, 112.8),
        road_km=6.0,
    ),
    "pressure",
)
PLACE = ResidentialArea(
    "heping", "和平小区", "Heping", "hpxq", Zone.CITY, Position(38.43, 112.74), 3.2
)


def call(**changes: Any) -> dict[str, Any]:
    return {
        "channel": "call",
        "received_at": "2026-11-23T14:05",
        "name": "王小明",
        "phone": "13812345678",
        "address": "和平小区3号楼2单元401",
        "distance_km": "3.2",
        "zone": "city",
        "job_type": "leak",
        "content": "厨房水管漏水",
        "explained": "维修人员14:37前到达",
    } | changes


def facts(**changes: Any) -> AlarmFacts:
    values: dict[str, Any] = {
        "metric": "pressure",
        "kind": "low",
        "severity": "critical",
        "value": 0.11,
        "limit": 0.2,
        "unit": "MPa",
        "raised_at": START,
    }
    return AlarmFacts(**(values | changes))


class World:
    """Dispatch on a real database, with a clock that the test moves."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = ManualClock(START)
        self._keys, self._ids = count(1), count(1)
        self.dispatch = self.start(db)
        with db.write() as session:
            save_station(session, STATION, START)
            save_area(session, PLACE)

    def start(self, db: Database) -> Dispatch:
        """Put dispatch on a database, as the program does when it is started.

        Ids are counted, not drawn by lot: a test that fails can be run again as it was.
        """
        return Dispatch(
            db,
            self.clock,
            RULES,
            service_office=OFFICE,
            link_secret=b"only-for-these-tests",
            bits=lambda _bits: next(self._ids),
        )

    def key(self) -> str:
        return f"key-{next(self._keys)}"

    def log(self, **changes: Any) -> Ticket:
        return self.dispatch.log_intake(call(**changes), RECEPTIONIST, self.key())

    def alarm(self, key: str = "alarm:1", **changes: Any) -> Ticket:
        return self.dispatch.open_from_alarm(key, STATION, facts(**changes))

    def returned(self, ticket: Ticket) -> Ticket:
        """Tell the ticket that its telemetry, as last heard of, is back to normal now."""
        assert ticket.alarm_since
        now = self.clock.now()
        return self.dispatch.telemetry_returned(ticket.id, ticket.alarm_since, now)

    def do(self, ticket: Ticket, command: str, actor: Actor | None = None, **data: Any) -> Ticket:
        """Take a step with data that is right unless ``data`` says otherwise; a minute passes."""
        self.clock.advance(timedelta(minutes=1))
        who = actor or usual_actor(ticket, command)
        given = self.usual_data(ticket, command) | data
        return self.dispatch.act(ticket.id, command, given, who, self.key())

    def usual_data(self, ticket: Ticket, command: str) -> dict[str, Any]:
        now = self.clock.now().isoformat()
        known: dict[str, dict[str, Any]] = {
            "assign": {"technicians": [{"id": TECHNICIAN.id, "name": TECHNICIAN.name}]},
            "quote_fee": {"lines": [{"item": "换阀门", "amount_fen": 3500}]},
            "consent": {"quote": ticket.quote.n if ticket.quote else 1, "customer_present": True},
            "decline": {"reason": "自己修", "customer_present": True},
            "report_flow_test": {"passed": True, "pressure_mpa": 0.28},
            "finish_work": {
                "work_done_well": True,
                "site_cleared": True,
                "materials": [{"name": "DN15 阀门", "quantity": 1, "unit": "个"}],
            },
            "customer_sign": {
                "completed_at": now,
                "opinion": "满意",
                "satisfied": True,
                "strokes": STROKES,
            },
            "send_back": {"reason": "接口仍渗水"},
            "withdraw": {"reason": "用户来电撤回"},
        }
        return known.get(command, {})

    def walk(self, ticket: Ticket, commands: Iterable[str]) -> Ticket:
        for command in commands:
            ticket = self.do(ticket, command)
        return ticket


TO_SITE = ("issue", "assign", "depart", "arrive")
TO_WORK = (*TO_SITE, "quote_fee", "consent", "start_work")
TO_DONE = (*TO_WORK, "report_flow_test", "finish_work")
TO_ARCHIVE = (*TO_DONE, "customer_sign", "leader_sign", "director_sign", "archive")
STATION_TO_DONE = (*TO_SITE, "start_work", "report_flow_test", "finish_work")


def usual_actor(ticket: Ticket, command: str) -> Actor:
    if command in ("consent", "decline", "customer_sign"):
        return OPERATOR if ticket.own_facility else customer_actor(ticket)
    return {
        "issue": MANAGER,
        "assign": LEADER,
        "leader_sign": LEADER,
        "send_back": LEADER,
        "director_sign": DIRECTOR,
        "archive": RECEPTIONIST,
        "withdraw": RECEPTIONIST,
    }.get(command, TECHNICIAN)
