"""The customer's own page of one ticket: no log-in, only the link that nobody can guess."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import public
from api.pages.repair.step_forms import Refused, give, ticket_page
from api.web.page import Typed, Web
from api.web.render import see_other
from dispatch.model import customer_actor
from kit.actors import Actor
from kit.errors import NotFound

COMMANDS = frozenset({"consent", "decline", "customer_sign"})
"""What a customer can do by the link; everything else does not exist for them."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/t/{token}", dependencies=[Depends(public)])
    def ticket(token: str, request: Request) -> Response:
        return _draw(web, request, token, *_open(web, token))

    @router.post("/t/{token}/{command}", dependencies=[Depends(public)])
    def act(token: str, command: str, request: Request, typed: Typed) -> Response:
        actor, ticket_id = _open(web, token)
        if command not in COMMANDS:
            raise NotFound("page_not_found", "there is no such page")
        done = give(web, request, actor, ticket_id, command, typed)
        if isinstance(done, Refused):
            return _draw(web, request, token, actor, ticket_id, done)
        return see_other(f"/t/{token}?said={'signed' if command == 'customer_sign' else 'done'}")

    return router


def _open(web: Web, token: str) -> tuple[Actor, str]:
    with web.parts.db.read() as session:
        ticket = web.parts.dispatch.ticket_by_token(session, token)
    return customer_actor(ticket), ticket.id


def _draw(
    web: Web,
    request: Request,
    token: str,
    actor: Actor,
    ticket_id: str,
    refused: Refused | None = None,
) -> Response:
    page = ticket_page(web, request, actor, ticket_id, f"/t/{token}", refused)
    answer = web.draw(
        request,
        "customer.html",
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
