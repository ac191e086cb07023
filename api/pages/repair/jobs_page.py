"""The technician's pages, for a phone: my jobs, and one job with its steps in order."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair.repair_context import JobsPage
from api.pages.repair.step_forms import Refused, give, ticket_page
from api.pages.repair.ticket_line import line_of_row
from api.web.page import Typed, Web
from api.web.render import see_other
from dispatch import queries
from kit.actors import Actor

Technician = Annotated[Actor, Depends(allow("tickets.see_jobs"))]
LIVE = "/api/v1/live/board"


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/jobs")
    def jobs(request: Request, actor: Technician) -> Response:
        now = web.now()
        with web.parts.db.read() as session:
            rows = queries.technician_jobs(session, actor, now)
        page = JobsPage([line_of_row(row, now) for row in rows], now)
        return web.draw(request, "jobs.html", page, actor, live=LIVE, narrow=True)

    @router.get("/jobs/{ticket_id}")
    def job(ticket_id: str, request: Request, actor: Technician) -> Response:
        page = ticket_page(web, request, actor, ticket_id, f"/jobs/{ticket_id}")
        return web.draw(request, "job.html", page, actor, live=LIVE, narrow=True)

    @router.post("/jobs/{ticket_id}/{command}")
    def act(
        ticket_id: str, command: str, request: Request, actor: Technician, typed: Typed
    ) -> Response:
        done = give(web, request, actor, ticket_id, command, typed)
        if isinstance(done, Refused):
            page = ticket_page(web, request, actor, ticket_id, f"/jobs/{ticket_id}", done)
            return web.draw(
                request,
                "job.html",
                page,
                actor,
                status=done.status,
                live=LIVE,
                narrow=True,
                path=page.base,
            )
        return see_other(f"/jobs/{ticket_id}?said=done")

    return router
