"""The archive: what is finished for good, and whether the record of it is whole (R-39)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair.repair_context import ArchivePage
from api.pages.repair.ticket_line import line_of_row
from api.web.listing import PAGE_SIZE, Listing
from api.web.page import Web, page_number
from dispatch import queries
from dispatch.archive import verify_archive
from dispatch.model import State
from dispatch.queries import Sort, TicketFilter
from kit.actors import Actor
from kit.rights import may

Reader = Annotated[Actor, Depends(allow("archive.see"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/archive")
    def archive(request: Request, actor: Reader) -> Response:
        number = page_number(request.query_params.get("page", ""))
        now = web.now()
        checked = request.query_params.get("verify") == "yes"
        with web.parts.db.read() as session:
            found = queries.board(
                session,
                actor,
                now,
                TicketFilter(states=(State.ARCHIVED,)),
                sort=Sort.NUMBER,
                descending=True,
                page=number,
                page_size=PAGE_SIZE,
            )
            # Reads every ticket there is, so only when somebody asks for it.
            wrong = verify_archive(session) if checked else []
        page = ArchivePage(
            list=Listing("/archive", {}, "", number, found.total),
            tickets=[line_of_row(row, now) for row in found.rows],
            checked=checked,
            faults=tuple(f"{fault.ticket_id} #{fault.n}: {fault.message}" for fault in wrong[:50]),
            sheets=may(actor, "sheets.print"),
        )
        return web.draw(request, "archive.html", page, actor)

    return router
