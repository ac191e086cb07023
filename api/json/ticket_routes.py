"""Tickets by JSON: the intake, the board, one ticket and its history."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.access.guard import GivenParts, allow
from api.json.deadline_views import DeadlineView
from api.json.request_parts import CommandBody, Key, Page, PageSize, TicketReader, by, company_time
from api.json.step_routes import body_example
from api.json.ticket_views import BoardView, EventsView, TicketView, shown
from api.parts.parts import Parts
from dispatch.repair.by_link import customer_token
from dispatch.repair.masking import as_logged, knows_of, masked_ticket
from dispatch.repair.matter import Channel, JobType
from dispatch.repair.reading import get_ticket, read_record
from dispatch.repair.reception import log_matter
from dispatch.repair.search import Order, Sort, TicketFilter, find_tickets
from dispatch.repair.ticket import State, Ticket
from kit.actors import Actor
from kit.rights import may
from kit.where import read_where

_INTAKE = {
    "channel": "call",
    "received_at": "2026-11-23T14:05:00+08:00",
    "name": "王小明",
    "phone": "13812345678",
    "address": "和平小区3号楼2单元401",
    "place_id": "heping",
    "job_type": "leak",
    "content": "厨房水管漏水",
    "explained": "维修人员14:37前到达",
    "vulnerable": False,
    "facility": "customer",
    "up_to": "水表",
}

Logger = Annotated[Actor, by(allow("intake.log"))]


class BoardQuery(BaseModel):
    """Which tickets to list, and in which order."""

    model_config = ConfigDict(extra="ignore")

    state: list[State] = []
    open_only: bool = False
    overdue: bool = False
    unpromised: bool = False
    channel: Channel | None = None
    job_type: JobType | None = None
    station_id: Annotated[str | None, Query(max_length=64)] = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    q: Annotated[str, Query(max_length=100)] = ""
    sort: Sort = Sort.PRIORITY
    descending: bool = False
    page: Page = 1
    page_size: PageSize = 50


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])
    made.post("", status_code=201, openapi_extra=body_example(_INTAKE))(log)
    made.get("")(board)
    made.get("/{ticket_id}")(ticket)
    made.get("/{ticket_id}/allowed")(allowed)
    made.get("/{ticket_id}/events")(events)
    made.get("/{ticket_id}/deadlines")(deadlines)
    return made


def log(actor: Logger, key: Key, body: CommandBody, parts: GivenParts) -> TicketView:
    """Log a letter, call, visit or staff report in the register (R-01), with its promise."""
    logged = log_matter(parts.desk, body.data, actor, key, read_where(body.where))
    # A technician may report what is not their own job, and sees only what they reported.
    known = knows_of(actor, logged)
    return _view(parts, actor, masked_ticket(logged, actor) if known else as_logged(logged))


def board(
    actor: TicketReader, parts: GivenParts, asked: Annotated[BoardQuery, Query()]
) -> BoardView:
    """Return one page of the tickets that you may see."""
    wanted = TicketFilter(
        states=tuple(asked.state),
        open_only=asked.open_only,
        overdue=asked.overdue,
        unpromised=asked.unpromised,
        channel=asked.channel,
        job_type=asked.job_type,
        station_id=asked.station_id,
        received_from=company_time(parts, "received_from", asked.received_from),
        received_until=company_time(parts, "received_until", asked.received_until),
        text=asked.q,
    )
    order, now = Order(asked.sort, asked.descending, asked.page, asked.page_size), parts.clock.now()
    with parts.db.read() as session:
        return BoardView.of(find_tickets(session, actor, now, wanted, order), now)


def ticket(ticket_id: str, actor: TicketReader, parts: GivenParts) -> TicketView:
    """Return one ticket, and what you can do to it now."""
    with parts.db.read() as session:
        return _view(parts, actor, get_ticket(session, actor, ticket_id))


def allowed(ticket_id: str, actor: TicketReader, parts: GivenParts) -> list[str]:
    """Return what you can do to the ticket now."""
    with parts.db.read() as session:
        return _view(parts, actor, get_ticket(session, actor, ticket_id)).allowed


def deadlines(ticket_id: str, actor: TicketReader, parts: GivenParts) -> list[DeadlineView]:
    """Return what must be done by when, by which rule, and why, minute by minute."""
    with parts.db.read() as session:
        standings = get_ticket(session, actor, ticket_id).deadlines(parts.clock.now())
    return [DeadlineView.of(kind, standing) for kind, standing in standings.items()]


def events(ticket_id: str, actor: TicketReader, parts: GivenParts) -> EventsView:
    """Return every step taken, and whether the record is as it was written (R-39)."""
    with parts.db.read() as session:
        found = read_record(session, actor, ticket_id, parts.desk.workflow)
    return EventsView.of(found.events, found.faults)


def _view(parts: Parts, actor: Actor, masked: Ticket) -> TicketView:
    hands_link = may(actor, "customer.hand_link") and not masked.own_facility
    token = customer_token(parts.desk, masked.id) if hands_link else None
    seen = shown(masked, actor, parts.desk, parts.clock.now(), token)
    return TicketView.model_validate(seen)
