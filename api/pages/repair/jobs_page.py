"""The technician's own jobs, on a phone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair.list_context import JobsPage, listed
from api.pages.repair.step_forms import give_step
from api.pages.repair.ticket_page import LIVE, ticket_page
from api.web.forms import RefusedForm
from api.web.page import Typed, Web
from api.web.render import see_other
from dispatch.repair.search import jobs_of
from kit.actors import Actor

Technician = Annotated[Actor, Depends(allow("tickets.see_jobs"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/jobs")
    def jobs(request: Request, actor: Technician) -> Response:
        now = web.now()
        with web.parts.db.read() as session:
            page = JobsPage(listed(jobs_of(session, actor, now), now), now)
        return web.draw(request, "repair/jobs.html", page, actor, live=LIVE, narrow=True)

    @router.get("/jobs/{ticket_id}")
    def job(ticket_id: str, request: Request, actor: Technician) -> Response:
        return _draw(web, request, actor, ticket_id)

    @router.post("/jobs/{ticket_id}/{step}")
    def act(
        ticket_id: str, step: str, request: Request, actor: Technician, typed: Typed
    ) -> Response:
        done = give_step(web, request, actor, ticket_id, step, typed)
        if isinstance(done, RefusedForm):
            return _draw(web, request, actor, ticket_id, done)
        return see_other(f"/jobs/{ticket_id}?said=done")

    return router


def _draw(
    web: Web, request: Request, actor: Actor, ticket_id: str, refused: RefusedForm | None = None
) -> Response:
    base = f"/jobs/{ticket_id}"
    page = ticket_page(web, request, actor, ticket_id, base, refused)
    status = refused.status if refused else 200
    return web.draw(
        request,
        "repair/job.html",
        page,
        actor,
        status=status,
        live=LIVE,
        narrow=True,
        path=base,
    )
