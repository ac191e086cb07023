"""The customer's own page of one ticket: no log-in, only the link that nobody can guess."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import maybe_actor, public, refuse_staff
from api.pages.repair.step_forms import give_step
from api.pages.repair.ticket_page import ticket_page
from api.web.forms import RefusedForm
from api.web.page import Typed, Web
from api.web.render import see_other
from dispatch.repair.by_link import id_by_token, ticket_by_token
from dispatch.repair.ticket import customer_id, customer_of
from kit.actors import Actor, Post
from kit.errors import NotFound

Anybody = Annotated[Actor | None, Depends(maybe_actor)]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/t/{token}", dependencies=[Depends(public)])
    def ticket(token: str, request: Request) -> Response:
        ticket_id = id_by_token(web.parts.desk, token)
        # Who only looks is nobody's name in the record, so the ticket need not be read for it.
        viewer = Actor(customer_id(ticket_id), "", Post.CUSTOMER)
        return _draw(web, request, token, viewer, ticket_id)

    @router.post("/t/{token}/{step}")
    def act(token: str, step: str, request: Request, typed: Typed, staff: Anybody) -> Response:
        refuse_staff(request, staff, step)
        actor, ticket_id = _open(web, token)
        if step not in web.parts.desk.workflow.steps_of(Post.CUSTOMER):
            raise NotFound("page_not_found", "there is no such page")
        done = give_step(web, request, actor, ticket_id, step, typed)
        if isinstance(done, RefusedForm):
            return _draw(web, request, token, actor, ticket_id, done)
        said = step if web.text(request).knows(f"said.{step}") else "done"
        return see_other(f"/t/{token}?said={said}")

    return router


def _open(web: Web, token: str) -> tuple[Actor, str]:
    with web.parts.db.read() as session:
        ticket = ticket_by_token(web.parts.desk, session, token)
    return customer_of(ticket), ticket.id


def _draw(
    web: Web,
    request: Request,
    token: str,
    actor: Actor,
    ticket_id: str,
    refused: RefusedForm | None = None,
) -> Response:
    page = ticket_page(web, request, actor, ticket_id, f"/t/{token}", refused)
    answer = web.draw(
        request,
        "customer/customer.html",
        page,
        status=refused.status if refused else 200,
        live=f"/api/v1/live/customer/{token}",
        narrow=True,
        path=page.base,
    )
    # The link is the key: it must not travel on to any other site.
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
