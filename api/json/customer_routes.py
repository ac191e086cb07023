"""The customer's own ticket by the link that nobody can guess; no log-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.requests import Request

from api.access.guard import GivenParts, client_address, public
from api.access.rate import RateLimit
from api.compose.bootstrap import Parts
from api.json.common import CommandBody, Key, by
from api.json.step_routes import COMMANDS, example_of, path_of
from api.json.views import CustomerView
from dispatch.commands import read_where
from dispatch.model import Ticket, customer_actor

BY_LINK = ("consent", "decline", "customer_sign")
"""What a customer can do by the link; everything else does not exist for them."""

TIMES, SPAN = 120, timedelta(minutes=1)
"""How often one address may ask: a page that follows its ticket, several times over."""


def router() -> APIRouter:
    """Return the routes."""
    limit = RateLimit(TIMES, SPAN)

    def slowly(request: Request, parts: GivenParts) -> None:
        limit.take(client_address(request), parts.clock.now())

    made = APIRouter(
        prefix="/api/v1/customer/{token}",
        tags=["customer"],
        dependencies=[by(public), Depends(slowly)],
    )

    @made.get("")
    def ticket(token: str, parts: GivenParts) -> CustomerView:
        """Return the ticket that the link opens."""
        found = _open(parts, token)
        return CustomerView.of(found, customer_actor(found))

    for command in BY_LINK:
        made.post(
            f"/{path_of(command)}",
            name=f"customer_{command}",
            summary=COMMANDS[command].summary,
            openapi_extra=example_of(COMMANDS[command]),
        )(_step(command))
    return made


def _open(parts: Parts, token: str) -> Ticket:
    with parts.db.read() as session:
        return parts.dispatch.ticket_by_token(session, token)


def _step(command: str) -> Callable[..., CustomerView]:
    def step(token: str, key: Key, body: CommandBody, parts: GivenParts) -> CustomerView:
        ticket = _open(parts, token)
        customer = customer_actor(ticket)
        where = read_where(body.where)
        done = parts.dispatch.act(ticket.id, command, body.data, customer, key, where)
        return CustomerView.of(done, customer)

    step.__doc__ = COMMANDS[command].summary
    return step
