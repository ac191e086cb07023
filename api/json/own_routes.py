"""The customer's own appointment or service at home by the link that nobody can guess."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request

from api.access.guard import (
    GivenParts,
    allow,
    client_address,
    maybe_actor,
    public,
    refuse_staff,
)
from api.access.rate import RateLimit
from api.json.life_routes import shown_subject
from api.json.life_views import AppointmentView
from api.json.request_parts import CommandBody, Key, by
from api.json.slot_routes import SlotView, slot_views
from api.json.step_routes import body_example, path_of
from api.json.views import View
from api.parts.own_links import id_of_own, own_token
from api.parts.parts import Parts
from dispatch.appointments.appointment import Appointment, customer_of
from dispatch.appointments.slot_store import offers
from kit.actors import Actor, Post
from kit.life import LifeDesk
from kit.where import read_where

Anybody = Annotated[Actor | None, by(maybe_actor)]
TIMES, SPAN = 120, timedelta(minutes=1)
"""How often one address may ask, as for the customer's own ticket."""


class OwnLinkView(View):
    """The token of the customer's own page, and that page's address on this server."""

    token: str
    path: str


def router(desk: LifeDesk[Any, Any]) -> APIRouter:
    """Return the routes of one life; a customer has the steps that its table grants to them."""
    limit, life = RateLimit(TIMES, SPAN), desk.life

    def slowly(request: Request, parts: GivenParts) -> None:
        limit.take(client_address(request), parts.clock.now())

    made = APIRouter(tags=["customer"])
    made.get(f"/api/v1/{path_of(life.plural)}/{{subject_id}}/link")(_link(desk))
    theirs = APIRouter(
        prefix=f"/api/v1/own/{path_of(life.plural)}/{{token}}",
        dependencies=[Depends(slowly)],
    )
    theirs.get("", name=f"own_{life.name}", dependencies=[by(public)])(_seen(desk))
    theirs.get("/slots", name=f"own_{life.name}_slots", dependencies=[by(public)])(_slots(desk))
    granted = life.workflow.steps_of(Post.CUSTOMER)
    for step in life.workflow.steps_of_people():
        if step.name in granted:
            theirs.post(
                f"/{path_of(step.name)}",
                name=f"own_{life.name}_{step.name}",
                summary=step.summary,
                openapi_extra=body_example(step.example),
            )(_step(desk, step.name))
    made.include_router(theirs)
    return made


def _link(desk: LifeDesk[Any, Any]) -> Callable[..., OwnLinkView]:
    life = desk.life

    def link(
        subject_id: str,
        parts: GivenParts,
        actor: Annotated[Actor, by(allow("customer.hand_link"))],
    ) -> OwnLinkView:
        """Return the customer's link, to be given to them and to nobody else."""
        with parts.db.read() as session:
            found = desk.see(session, actor, subject_id)
        token = own_token(parts, life.name, found.id)
        return OwnLinkView(token=token, path=f"/own/{path_of(life.plural)}/{token}")

    return link


def _seen(desk: LifeDesk[Any, Any]) -> Callable[..., AppointmentView]:
    def seen(token: str, parts: GivenParts) -> AppointmentView:
        """Return what the link opens."""
        found = _open(desk, parts, token)
        return _view(desk, found, customer_of(found))

    return seen


def _slots(desk: LifeDesk[Any, Any]) -> Callable[..., list[SlotView]]:
    def slots(token: str, parts: GivenParts) -> list[SlotView]:
        """Return the free slots to which it can be moved."""
        office, now = _open(desk, parts, token).asked.office_id, parts.clock.now()
        with parts.db.read() as session:
            found = offers(session, now, parts.settings.zone, office_id=office)
        return slot_views(one for one in found if one.free)

    return slots


def _step(desk: LifeDesk[Any, Any], name: str) -> Callable[..., AppointmentView]:
    def step(
        token: str, key: Key, body: CommandBody, parts: GivenParts, request: Request, staff: Anybody
    ) -> AppointmentView:
        refuse_staff(request, staff, name)
        customer = customer_of(_open(desk, parts, token))
        subject_id = id_of_own(parts, desk.life.name, token)
        taken = desk.take(subject_id, name, body.data, customer, key, read_where(body.where))
        return _view(desk, taken, customer)

    return step


def _open(desk: LifeDesk[Any, Any], parts: Parts, token: str) -> Appointment:
    with parts.db.read() as session:
        found: Appointment = desk.life.book.load(session, id_of_own(parts, desk.life.name, token))
    return found


def _view(desk: LifeDesk[Any, Any], found: Appointment, customer: Actor) -> AppointmentView:
    return AppointmentView.model_validate(shown_subject(desk, found, customer))
