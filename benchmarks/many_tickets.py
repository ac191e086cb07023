"""A database of as many tickets as a company has after years, made of tickets that were lived."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import click
import msgspec
from sqlalchemy import insert, select

from dispatch.clocks.course import DeadlineKind
from dispatch.clocks.deadlines import DeadlineRow
from dispatch.repair.record_formats import to_ticket
from dispatch.repair.repair_tables import TicketCounterRow, TicketEventRow, TicketGramRow, TicketRow
from dispatch.repair.ticket import Ticket
from dispatch.repair.ticket_row import columns_of, grams
from dispatch.repair.tickets import ticket_number
from kit.db import Base, Database
from kit.ulid import ulid
from tests.api.company import Company

A_DAY = 250
"""Tickets a day: a million in eleven years."""
AT_ONCE = 2_000

_FAMILIES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静强磊洋艳勇军杰娟涛明超秀霞平刚桂英华玉兰红建国"
_ROADS = ("和平路", "人民路", "解放街", "建设路", "湖西街", "新华路", "东关街", "文化路")
_ESTATES = ("和平小区", "锦绣花园", "阳光家园", "湖畔新村", "惠民小区", "安居苑", "翠竹园")
_TROUBLES = (
    "厨房水管漏水",
    "全楼停水",
    "水压太低，四楼上不去水",
    "水表不走",
    "路边跑水",
    "自来水发黄",
)


def fill(company: Company, total: int, still_open: int) -> None:
    """Add tickets until there are ``total``, of which ``still_open`` are not archived.

    Each is a copy of one that went through the program's own steps, with the event that logged it
    and its last one; names, addresses and times are its own.
    """
    archived = company.log_call()
    company.walk(archived, "archive")
    waiting = company.walk(company.log_call(), "assign")
    chance = random.Random(1)  # noqa: S311 - made-up people, no secret
    models = [_bodies(company.parts.db, one["id"]) for one in (archived, waiting)]
    with click.progressbar(length=total, label=f"{total:,} tickets") as bar:
        batch: list[tuple[Ticket, list[dict[str, Any]]]] = []
        for n in range(total):
            body, events = models[n >= total - still_open]
            ticket = _another(body, n, total, company.clock.now(), chance)
            batch.append((ticket, [event | {"subject_id": ticket.id} for event in events]))
            if len(batch) == AT_ONCE:
                _write(company.parts.db, batch)
                bar.update(len(batch))
                batch = []
        _write(company.parts.db, batch)


def _bodies(db: Database, ticket_id: str) -> tuple[Any, list[dict[str, Any]]]:
    """Return a lived ticket's body, and the columns of its first and last event."""
    with db.read() as session:
        body = session.get_one(TicketRow, ticket_id).body
        events = session.scalars(
            select(TicketEventRow)
            .where(TicketEventRow.subject_id == ticket_id)
            .order_by(TicketEventRow.n)
        ).all()
        names = [a.key for a in TicketEventRow.__mapper__.column_attrs if a.key != "id"]
        ends = (events[0], events[-1])
        return body, [{name: getattr(row, name) for name in names} for row in ends]


def _another(body: Any, n: int, total: int, now: datetime, chance: random.Random) -> Ticket:
    """Return the ticket as it would be for another person, as long ago as its place says."""
    shift = timedelta(days=(total - n) / A_DAY)
    at = now - shift
    fresh = msgspec.to_builtins(to_ticket(body))
    fresh["id"] = ulid(at, chance.getrandbits(80))
    fresh["number"] = ticket_number(f"{at:%Y%m%d}", 1000 + n % A_DAY)
    told = fresh["intake"]
    told["name"] = chance.choice(_FAMILIES) + "".join(chance.sample(_GIVEN, 2))
    told["phone"] = f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09d}"
    told["address"] = (
        f"{chance.choice(_ROADS)}{chance.randrange(1, 400)}号{chance.choice(_ESTATES)}"
        f"{chance.randrange(1, 40)}栋{chance.randrange(1, 5)}单元{chance.randrange(101, 2700)}室"
    )
    told["content"] = chance.choice(_TROUBLES)
    return _moved(msgspec.convert(fresh, Ticket), shift)


def _moved(ticket: Ticket, shift: timedelta) -> Ticket:
    intake = replace(ticket.intake, received_at=ticket.intake.received_at - shift)
    promise = replace(
        ticket.promise,
        received_at=ticket.promise.received_at - shift,
        due_at=ticket.promise.due_at and ticket.promise.due_at - shift,
    )
    answer = replace(ticket.answer, start=ticket.answer.start and ticket.answer.start - shift)
    return replace(ticket, intake=intake, promise=promise, answer=answer)


def _write(db: Database, batch: list[tuple[Ticket, list[dict[str, Any]]]]) -> None:
    if not batch:
        return
    tickets = [ticket for ticket, _ in batch]
    rows = [dict(columns_of(one)) | {"body": msgspec.to_builtins(one)} for one in tickets]
    days = {one.number[2:10] for one in tickets}
    waiting = [
        {"ticket_id": one.id, "kind": DeadlineKind.ARRIVAL, "due_at": one.promise.due_at}
        for one in tickets
        if one.is_open
    ]
    with db.write() as session:
        known = set(session.scalars(select(TicketCounterRow.day)))
        parts = [{"gram": g, "ticket_id": one.id} for one in tickets for g in grams(one)]
        events = [event for _, taken in batch for event in taken]
        for table, found in _tables(rows, events, waiting, parts):
            if found:
                session.execute(insert(table), found)
        session.add_all(TicketCounterRow(day=day, last=A_DAY) for day in sorted(days - known))


def _tables(
    rows: list[dict[str, Any]],
    events: list[dict[str, Any]],
    waiting: list[dict[str, Any]],
    parts: list[dict[str, Any]],
) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    yield TicketRow, rows
    yield TicketEventRow, events
    yield DeadlineRow, waiting
    yield TicketGramRow, parts
