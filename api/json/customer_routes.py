"""The customer's own ticket by the link that nobody can guess; no log-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request

from api.access.guard import GivenParts, client_address, maybe_actor, public, refuse_staff
from api.access.rate import RateLimit
from api.json.request_parts import CommandBody, Key, by
from api.json.step_routes import body_example, path_of
from api.json.ticket_views import CustomerView, shown
from api.parts.parts import Parts
from dispatch.repair.by_link import ticket_by_token
from dispatch.repair.context import Workflow
from dispatch.repair.masking import masked_ticket
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Ticket, customer_of
from kit.actors import Actor, Post
from kit.where import read_where

Anybody = Annotated[Actor | None, by(maybe_actor)]
TIMES, SPAN = 120, timedelta(minutes=1)
"""How often one address may ask: a page that follows its ticket, several times over."""


def router(workflow: Workflow) -> APIRouter:
    """Return the routes; a customer has the steps that the table grants to them, and no others."""
    limit = RateLimit(TIMES, SPAN)

    def slowly(request: Request, parts: GivenParts) -> None:
        limit.take(client_address(request), parts.clock.now())

    made = APIRouter(
        prefix="/api/v1/customer/{token}",
        tags=["customer"],
        dependencies=[Depends(slowly)],
    )
    made.get("", name="customer_ticket", dependencies=[by(public)])(ticket)
    theirs = workflow.steps_of(Post.CUSTOMER)
    for step in workflow.steps_of_people():
        if step.name in theirs:
            made.post(
                f"/{path_of(step.name)}",
                name=f"customer_{step.name}",
                summary=step.summary,
                openapi_extra=body_example(step.example),
            )(_step(step.name))
    return made


def ticket(token: str, parts: GivenParts) -> CustomerView:
    """Return the ticket that the link opens."""
    return _view(parts, _open(parts, token))


def _step(name: str) -> Callable[..., CustomerView]:
    def step(
        token: str, key: Key, body: CommandBody, parts: GivenParts, request: Request, staff: Anybody
    ) -> CustomerView:
        refuse_staff(request, staff, name)
        found = _open(parts, token)
        customer, where = customer_of(found), read_where(body.where)
        return _view(parts, take_step(parts.desk, found.id, name, body.data, customer, key, where))

    return step


def _open(parts: Parts, token: str) -> Ticket:
    with parts.db.read() as session:
        return ticket_by_token(parts.desk, session, token)


def _view(parts: Parts, found: Ticket) -> CustomerView:
    customer = customer_of(found)
    masked = masked_ticket(found, customer)
    seen = shown(masked, customer, parts.desk, parts.clock.now())
    return CustomerView.model_validate(seen)
