"""The archive: finished tickets, and the verification of their record (R-39)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.web.listing import PAGE_SIZE, Listing
from api.web.page import Web, page_number
from dispatch.repair.search import Order, Sort, TicketFilter, count_signed_ways, find_tickets
from dispatch.repair.sheets import SignedWay
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.verify import verify_archive
from kit.actors import Actor
from kit.rights import may


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """What is finished; when it was ``checked`` just now, every fault of the record."""

    list: Listing
    tickets: tuple[Ticket, ...]
    checked: bool
    ways: tuple[tuple[SignedWay, int], ...]
    faults: tuple[str, ...]
    sheets: bool


Reader = Annotated[Actor, Depends(allow("archive.see"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/archive")
    def archive(request: Request, actor: Reader) -> Response:
        number = page_number(request.query_params.get("page", ""))
        now = web.now()
        checked = request.query_params.get("verify") == "yes"
        order = Order(Sort.NUMBER, descending=True, page=number, page_size=PAGE_SIZE)
        with web.parts.db.read() as session:
            found = find_tickets(session, actor, now, TicketFilter((State.ARCHIVED,)), order)
            # Reads every ticket there is, so only when somebody asks for it.
            wrong = verify_archive(session) if checked else []
            ways = count_signed_ways(session) if checked else {}
        page = ArchivePage(
            list=Listing("/archive", {}, "", number, found.total),
            tickets=found.tickets,
            checked=checked,
            ways=tuple((way, ways.get(way, 0)) for way in SignedWay) if checked else (),
            faults=tuple(f"{fault.subject_id} #{fault.n}: {fault.message}" for fault in wrong[:50]),
            sheets=may(actor, "sheets.print"),
        )
        return web.draw(request, "archive/archive.html", page, actor)

    return router
