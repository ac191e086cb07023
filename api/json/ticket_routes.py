"""Tickets by JSON: the intake, the board, one ticket and its history."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.access.guard import GivenParts, allow
from api.compose.bootstrap import Parts
from api.json.common import CommandBody, Key, Page, PageSize, TicketReader, by, company_time
from api.json.step_routes import Told, example_of
from api.json.views import BoardView, EventsView, EventView, FaultView, TicketView
from dispatch import queries
from dispatch.archive import verify_ticket
from dispatch.commands import read_where
from dispatch.model import Channel, JobType, State, Ticket
from kit.actors import Actor
from kit.errors import NotFound
from kit.rights import may

_INTAKE = Told(
    "Intake",
    {
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
    },
)

Logger = Annotated[Actor, by(allow("intake.log"))]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])

    @made.post("", status_code=201, openapi_extra=example_of(_INTAKE))
    def log(actor: Logger, key: Key, body: CommandBody, parts: GivenParts) -> TicketView:
        """Take a letter, call, visit or staff report into the register (R-01), with its promise."""
        ticket = parts.dispatch.log_intake(body.data, actor, key, read_where(body.where))
        with parts.db.read() as session:
            try:
                shown = queries.get_ticket(session, actor, ticket.id)
            except NotFound:
                # A technician reports what is not their own job: they know what they have said.
                shown = ticket
        return TicketView.of(shown, actor, token=_token(parts, actor, shown))

    @made.get("")
    def board(
        actor: TicketReader,
        parts: GivenParts,
        state: Annotated[list[State] | None, Query()] = None,
        open_only: bool = False,
        overdue: bool = False,
        channel: Channel | None = None,
        job_type: JobType | None = None,
        station_id: Annotated[str | None, Query(max_length=64)] = None,
        received_from: datetime | None = None,
        received_until: datetime | None = None,
        q: Annotated[str, Query(max_length=100)] = "",
        sort: queries.Sort = queries.Sort.PRIORITY,
        descending: bool = False,
        page: Page = 1,
        page_size: PageSize = 50,
    ) -> BoardView:
        """Return one page of the tickets that you may see."""
        wanted = queries.TicketFilter(
            states=tuple(state or ()),
            open_only=open_only,
            overdue=overdue,
            channel=channel,
            job_type=job_type,
            station_id=station_id,
            received_from=company_time(parts, "received_from", received_from),
            received_until=company_time(parts, "received_until", received_until),
            text=q,
        )
        with parts.db.read() as session:
            found = queries.board(
                session,
                actor,
                parts.clock.now(),
                wanted,
                sort=sort,
                descending=descending,
                page=page,
                page_size=page_size,
            )
        return BoardView.model_validate(found)

    @made.get("/{ticket_id}")
    def ticket(ticket_id: str, actor: TicketReader, parts: GivenParts) -> TicketView:
        """Return one ticket, and what you can do to it now."""
        with parts.db.read() as session:
            shown = queries.get_ticket(session, actor, ticket_id)
        return TicketView.of(shown, actor, token=_token(parts, actor, shown))

    @made.get("/{ticket_id}/allowed")
    def allowed(ticket_id: str, actor: TicketReader, parts: GivenParts) -> list[str]:
        """Return what you can do to the ticket now."""
        with parts.db.read() as session:
            return TicketView.of(queries.get_ticket(session, actor, ticket_id), actor).allowed

    @made.get("/{ticket_id}/events")
    def events(ticket_id: str, actor: TicketReader, parts: GivenParts) -> EventsView:
        """Return every step taken, and whether the record is as it was written (R-39)."""
        with parts.db.read() as session:
            found = queries.ticket_events(session, actor, ticket_id)
            faults = verify_ticket(session, ticket_id)
        return EventsView(
            events=[EventView.of(event) for event in found],
            sound=not faults,
            faults=[FaultView.model_validate(fault) for fault in faults],
        )

    return made


def _token(parts: Parts, actor: Actor, ticket: Ticket) -> str | None:
    if not may(actor, "customer.hand_link") or ticket.own_facility:
        return None
    return parts.dispatch.customer_token(ticket.id)
