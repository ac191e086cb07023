"""The ticket board and the register of intake."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair.list_context import TicketsPage, listed
from api.pages.repair.ticket_page import LIVE
from api.web.forms import Form
from api.web.listing import PAGE_SIZE, Listing, asked_for
from api.web.page import Web, page_number
from dispatch.repair.matter import Channel, JobType
from dispatch.repair.search import Order, Sort, TicketFilter, count_overdue, find_tickets
from dispatch.repair.ticket import State
from kit.actors import Actor

Board = Annotated[Actor, Depends(allow("tickets.see_board"))]
Registrar = Annotated[Actor, Depends(allow("register.see"))]
FILTERS = ("q", "state", "channel", "job_type", "only")


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/tickets")
    def tickets(request: Request, actor: Board) -> Response:
        page = _list_page(web, request, actor, register=False)
        return web.draw(request, "repair/tickets.html", page, actor, live=LIVE)

    @router.get("/register")
    def register(request: Request, actor: Registrar) -> Response:
        page = _list_page(web, request, actor, register=True)
        return web.draw(request, "repair/tickets.html", page, actor, live=LIVE)

    return router


def _list_page(web: Web, request: Request, actor: Actor, *, register: bool) -> TicketsPage:
    """Return the board or the register, as its address asks for it."""
    asked = asked_for(request, FILTERS)
    # The board is what there is to do; whoever looks for something looks everywhere.
    everything = register or asked["state"] or asked["q"]
    asked["only"] = asked["only"] or ("all" if everything else "open")
    sort_text = request.query_params.get("sort", "")
    by_receipt = register or asked["only"] == "all"
    order = _order(sort_text, request.query_params.get("page", ""), by_receipt=by_receipt)
    now = web.now()
    with web.parts.db.read() as session:
        found = find_tickets(session, actor, now, _wanted(asked), order)
        overdue = count_overdue(session, actor, now)
    path = "/register" if register else "/tickets"
    return TicketsPage(
        list=Listing(path, asked, sort_text, order.page, found.total),
        filter=Form("filter", "", asked, fresh=False),
        tickets=listed(found.tickets, now),
        overdue=overdue,
        shown_at=now,
        register=register,
        states=tuple(s for s in State if s is not State.NEW),
        channels=tuple(Channel),
        job_types=tuple(JobType),
        newest_only=found.newest_only,
    )


def _wanted(asked: dict[str, str]) -> TicketFilter:
    return TicketFilter(
        states=tuple(s for s in State if s == asked["state"]),
        open_only=asked["only"] == "open",
        overdue=asked["only"] == "overdue",
        channel=next((c for c in Channel if c == asked["channel"]), None),
        job_type=next((j for j in JobType if j == asked["job_type"]), None),
        text=asked["q"],
    )


def _order(sort_text: str, page: str, *, by_receipt: bool) -> Order:
    """Return the order that was asked for: usually that of service, or the latest receipt first."""
    default = Sort.RECEIVED if by_receipt else Sort.PRIORITY
    chosen = next((s for s in Sort if s == sort_text.removeprefix("-")), None)
    down = sort_text.startswith("-") if chosen else by_receipt
    return Order(chosen or default, down, page_number(page), PAGE_SIZE)
