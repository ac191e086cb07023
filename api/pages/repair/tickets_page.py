"""The ticket board, the register, one ticket, and its sheets of paper."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair.repair_context import SheetPage, TicketsPage
from api.pages.repair.step_forms import Refused, give, ticket_page
from api.pages.repair.ticket_line import line_of_row, line_of_ticket
from api.web.forms import Form
from api.web.listing import PAGE_SIZE, Listing
from api.web.page import Typed, Web, page_number
from api.web.render import see_other
from dispatch import queries
from dispatch.archive import verify_ticket
from dispatch.model import Channel, JobType, State
from dispatch.queries import Sort, TicketFilter
from kit.actors import Actor

Board = Annotated[Actor, Depends(allow("tickets.see_board"))]
Registrar = Annotated[Actor, Depends(allow("register.see"))]
Printer = Annotated[Actor, Depends(allow("sheets.print"))]

FILTERS = ("q", "state", "channel", "job_type", "only")
LIVE = "/api/v1/live/board"


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/tickets")
    def tickets(request: Request, actor: Board) -> Response:
        page = list_page(web, request, actor, "/tickets", register=False)
        return web.draw(request, "tickets.html", page, actor, live=LIVE)

    @router.get("/register")
    def register(request: Request, actor: Registrar) -> Response:
        page = list_page(web, request, actor, "/register", register=True)
        return web.draw(request, "tickets.html", page, actor, live=LIVE)

    @router.get("/tickets/{ticket_id}")
    def ticket(ticket_id: str, request: Request, actor: Board) -> Response:
        page = ticket_page(web, request, actor, ticket_id, f"/tickets/{ticket_id}")
        return web.draw(request, "ticket.html", page, actor, live=LIVE)

    @router.get("/tickets/{ticket_id}/print")
    def order(ticket_id: str, request: Request, actor: Printer) -> Response:
        return web.draw(request, "sheet.html", _sheet(web, actor, ticket_id, order=True), actor)

    @router.get("/tickets/{ticket_id}/intake-sheet")
    def sheet(ticket_id: str, request: Request, actor: Printer) -> Response:
        return web.draw(request, "sheet.html", _sheet(web, actor, ticket_id, order=False), actor)

    @router.post("/tickets/{ticket_id}/{command}")
    def act(ticket_id: str, command: str, request: Request, actor: Board, typed: Typed) -> Response:
        done = give(web, request, actor, ticket_id, command, typed)
        if isinstance(done, Refused):
            page = ticket_page(web, request, actor, ticket_id, f"/tickets/{ticket_id}", done)
            return web.draw(
                request, "ticket.html", page, actor, status=done.status, live=LIVE, path=page.base
            )
        return see_other(f"/tickets/{ticket_id}?said=done")

    return router


def list_page(
    web: Web, request: Request, actor: Actor, path: str, *, register: bool
) -> TicketsPage:
    """Return the board or the register, as its address asks for it."""
    asked = {name: request.query_params.get(name, "").strip()[:80] for name in FILTERS}
    wanted = TicketFilter(
        states=tuple(s for s in State if s == asked["state"]),
        open_only=asked["only"] == "open",
        overdue=asked["only"] == "overdue",
        channel=next((c for c in Channel if c == asked["channel"]), None),
        job_type=next((j for j in JobType if j == asked["job_type"]), None),
        text=asked["q"],
    )
    sort_text = request.query_params.get("sort", "")
    default = Sort.RECEIVED if register else Sort.PRIORITY
    sort = next((s for s in Sort if s == sort_text.removeprefix("-")), default)
    number = page_number(request.query_params.get("page", ""))
    now = web.now()
    with web.parts.db.read() as session:
        if register:
            down = sort_text != Sort.RECEIVED
            found = queries.intake_register(
                session, actor, now, wanted, descending=down, page=number, page_size=PAGE_SIZE
            )
            lines = [line_of_ticket(ticket, now) for ticket in found.tickets]
            total = found.total
        else:
            board = queries.board(
                session,
                actor,
                now,
                wanted,
                sort=sort,
                descending=sort_text.startswith("-"),
                page=number,
                page_size=PAGE_SIZE,
            )
            lines = [line_of_row(row, now) for row in board.rows]
            total = board.total
        overdue = queries.counts(session, actor, now).overdue
    return TicketsPage(
        list=Listing(path, asked, sort_text, number, total),
        filter=Form("filter", "", asked, fresh=False),
        tickets=lines,
        overdue=overdue,
        shown_at=now,
        register=register,
        states=tuple(s for s in State if s is not State.NEW),
        channels=tuple(Channel),
        job_types=tuple(JobType),
    )


def _sheet(web: Web, actor: Actor, ticket_id: str, *, order: bool) -> SheetPage:
    with web.parts.db.read() as session:
        ticket = queries.get_ticket(session, actor, ticket_id)
        sound = not verify_ticket(session, ticket_id)
    return SheetPage(ticket, order, web.now(), sound)
