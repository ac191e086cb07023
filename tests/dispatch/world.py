"""A small water company to test with: its people, its places, and one call's way through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.clocks.limits import CaseType
from dispatch.clocks.office_time import office_time
from dispatch.repair.alarm_tickets import open_from_alarm, report_return
from dispatch.repair.desk import RepairDesk
from dispatch.repair.matter import AlarmFacts
from dispatch.repair.reception import log_matter
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Ticket, customer_of
from dispatch.repair.work import kind_of
from dispatch.repair.workmanship_file import load_workmanship
from dispatch.rule_file import load_rule_book
from kit.actors import Actor, Post
from kit.clock import Clock, ManualClock
from kit.db import Database
from tests.company import ground, papers
from tests.company.people import PEOPLE, holder_of

START, OFFICE, STATION = ground.START, ground.SERVICE_OFFICE, ground.STATION
STROKES = papers.STROKES
RULE_BOOK = load_rule_book()
WORKMANSHIP = load_workmanship()
RULES = RULE_BOOK.on(START.date())
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE_TIME = office_time(RULES, ZONE.key)

RECEPTIONIST = holder_of(Post.RECEPTIONIST).actor
MANAGER = holder_of(Post.MANAGER).actor
LEADER = holder_of(Post.TEAM_LEADER).actor
TECHNICIAN = PEOPLE["wang"].actor
OTHER_TECHNICIAN = PEOPLE["li"].actor
DIRECTOR = holder_of(Post.DIRECTOR).actor
OPERATOR = holder_of(Post.OPERATOR).actor
ADMIN = holder_of(Post.ADMIN).actor
CREW = (TECHNICIAN, OTHER_TECHNICIAN)
STAFF = (RECEPTIONIST, MANAGER, LEADER, TECHNICIAN, OTHER_TECHNICIAN, DIRECTOR, OPERATOR, ADMIN)


def call(**changes: Any) -> dict[str, Any]:
    """Return what a caller says who states the distance, and names no area."""
    said = papers.call(distance_km="3.2", zone="city")
    del said["place_id"]
    return said | changes


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


def all_checked(ticket: Ticket) -> list[dict[str, Any]]:
    """Confirm every item of good work that this ticket's kind of work has."""
    items = WORKMANSHIP.checklist(kind_of(ticket, WORKMANSHIP))
    return [{"item": item.id, "done": True} for item in items]


def told(at: datetime, **changes: Any) -> dict[str, Any]:
    """Say what the leader says who enters a step of the crew afterwards."""
    said: dict[str, Any] = {
        "informant": "王师傅",
        "happened_at": at.isoformat(),
        "told_why": "手机没电",
    }
    return said | changes


def make_desk(db: Database, clock: Clock, **changes: Any) -> RepairDesk:
    """Put a repair desk on a database; its technicians are those of the tests."""
    given: dict[str, Any] = {
        "db": db,
        "clock": clock,
        "rule_book": RULE_BOOK,
        "workmanship": WORKMANSHIP,
        "zone": ZONE,
        "service_office": OFFICE,
        "link_secret": b"only-for-these-tests",
        "technicians": lambda _session, _now: {one.id: one.name for one in CREW},
    }
    return RepairDesk(**(given | changes))


def due_of(ticket: Ticket) -> datetime:
    """Return the promised time of arrival, which this ticket has."""
    assert ticket.promise.due_at is not None
    return ticket.promise.due_at


def what_went_wrong(now: str, later: str) -> dict[str, dict[str, Any]]:
    """Say what the steps for what goes wrong need, with times as they are typed."""
    return {
        "classify_work": {"work_kind": "pump", "reason": "管道完好,电机烧毁"},
        "customer_absent": {
            "attempts": [{"at": now, "way": "call", "number": "13812345678"}],
            "left_at_door": "已贴到访通知单",
            "resume_by": later,
        },
        "await_part": {"part": "DN200 软接头", "resume_by": later},
        "no_access": {"obstruction": "道路积水", "resume_by": later},
        "customer_defers": {"reason": "要上班", "resume_by": later, "customer_present": True},
        "no_fault_found": {"checked": "各接口干燥,水表静止", "measured_mpa": 0.28},
        "transfer": {
            "unit": "和平物业",
            "accepted_by": "张经理",
            "number": "0350-3021100",
            "accepted_at": now,
            "reason": "表后管道归物业",
        },
        "waive": {
            "attempts": [{"at": now, "way": "call", "number": "13812345678"}] * 3,
            "reason": "三次电话无人接听",
        },
        "record_unsigned": {"why": "left", "account": "用户外出,称晚上从链接签字"},
        "call_back": {
            "attempts": [{"at": now, "way": "call", "number": "13812345678"}],
            "answered": True,
            "words": "已修好",
            "satisfied": True,
        },
        "take_up_again": {"reason": "用户来电,仍在漏水"},
        "send_back": {"reason": "接口仍渗水"},
        "withdraw": {"reason": "用户来电撤回"},
    }


class World:
    """A repair desk on a real database, with a clock that the test moves."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = ManualClock(START)
        self._keys, self._ids = count(1), count(1)
        self.desk = self.start(db)
        with db.write() as session:
            ground.settle(session, START)

    def start(self, db: Database) -> RepairDesk:
        """Put dispatch on a database, as the program does when it is started.

        Ids are counted, not random, so that a failing test can be repeated exactly.
        """
        return make_desk(db, self.clock, bits=lambda _bits: next(self._ids))

    def key(self) -> str:
        return f"key-{next(self._keys)}"

    def log(self, **changes: Any) -> Ticket:
        return log_matter(self.desk, call(**changes), RECEPTIONIST, self.key())

    def alarm(self, key: str = "alarm:1", **changes: Any) -> Ticket:
        return open_from_alarm(self.desk, key, STATION, facts(**changes))

    def returned(self, ticket: Ticket) -> Ticket:
        """Tell the ticket that its telemetry, as last heard of, is back to normal now."""
        assert ticket.alarm_since
        now = self.clock.now()
        return report_return(self.desk, ticket.id, ticket.alarm_since, now)

    def do(self, ticket: Ticket, command: str, actor: Actor | None = None, **data: Any) -> Ticket:
        """Take a step with data that is right unless ``data`` says otherwise; a minute passes."""
        self.clock.advance(timedelta(minutes=1))
        who = actor or usual_actor(ticket, command)
        given = self.usual_data(ticket, command) | data
        return take_step(self.desk, ticket.id, command, given, who, self.key())

    def usual_data(self, ticket: Ticket, command: str) -> dict[str, Any]:
        now = self.clock.now().isoformat()
        ordinary = ticket.answer.case_type is CaseType.IMMEDIATE
        later = (self.clock.now() + timedelta(hours=2)).isoformat()
        known: dict[str, dict[str, Any]] = {
            "assign": {"technicians": [{"id": TECHNICIAN.id, "name": TECHNICIAN.name}]},
            "quote_fee": {"lines": [{"item": "换阀门", "amount_fen": 3500}]},
            "consent": {
                "quote": ticket.fee.quote.n if ticket.fee.quote else 1,
                "customer_present": True,
                **papers.SIGNED,
            },
            "state_arrival": {
                "arrive_by": (self.clock.now() + timedelta(hours=2)).isoformat(),
                "reason": "路程不明,已问队长",
            },
            "correct_facility": {
                "facility": "customer" if ticket.own_facility else "company",
                "reason": "漏点在表前",
            },
            "decline": {"reason": "自己修", "customer_present": True},
            "report_flow_test": {"passed": True, "pressure_mpa": 0.28},
            "finish_work": {
                "work_done_well": True,
                "site_cleared": True,
                "checks": all_checked(ticket),
                "materials": [{"name": "DN15 阀门", "quantity": 1, "unit": "个"}],
            },
            "customer_sign": {
                "completed_at": now,
                "opinion": "满意",
                "satisfied": True,
                **papers.SIGNED,
            },
            "classify": {
                "case_type": CaseType.PROMISED if ordinary else CaseType.IMMEDIATE,
                "reason": "须开挖路面",
            },
        }
        return (known | what_went_wrong(now, later)).get(command, {})

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
        return OPERATOR if ticket.own_facility else customer_of(ticket)
    return {
        "issue": MANAGER,
        "state_arrival": RECEPTIONIST,
        "assign": LEADER,
        "leader_sign": LEADER,
        "send_back": LEADER,
        "director_sign": DIRECTOR,
        "archive": RECEPTIONIST,
        "withdraw": RECEPTIONIST,
        "classify": RECEPTIONIST,
        "transfer": MANAGER,
        "waive": RECEPTIONIST,
        "call_back": RECEPTIONIST,
        "take_up_again": LEADER,
    }.get(command, TECHNICIAN)
