"""The customer's own page of an appointment: no log-in, only the link that nobody can guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import client_address, maybe_actor, public, refuse_staff
from api.access.rate import RateLimit
from api.pages.lives.life_choices import Choosing, of_appointments
from api.pages.lives.life_context import SubjectPage
from api.parts.own_links import id_of_own
from api.web.forms import RefusedForm
from api.web.page import Typed, Web
from api.web.render import new_key, see_other
from api.web.step_actions import actions_of, stages_of, stray_of
from api.web.step_sent import give_command
from dispatch.appointments.appointment import Appointment, customer_of
from kit.actors import Actor, Post
from kit.errors import NotFound
from kit.life import LifeDesk
from kit.where import Where

Anybody = Annotated[Actor | None, Depends(maybe_actor)]
TIMES, SPAN = 120, timedelta(minutes=1)
"""How often one address may ask."""


def routes(web: Web) -> APIRouter:
    """Return the routes of every life that customers have steps in."""
    router = APIRouter()
    limit = RateLimit(TIMES, SPAN)

    def slowly(request: Request) -> None:
        limit.take(client_address(request), web.parts.clock.now())

    for desk in web.parts.lives:
        if desk.life.workflow.steps_of(Post.CUSTOMER):
            path = f"/own/{desk.life.plural.replace('_', '-')}"
            theirs = APIRouter(dependencies=[Depends(slowly)])
            seen = theirs.get(f"{path}/{{token}}", dependencies=[Depends(public)])
            seen(_seen(web, desk, path))
            theirs.post(f"{path}/{{token}}/{{step}}")(_taken(web, desk, path))
            router.include_router(theirs)
    return router


def _seen(web: Web, desk: LifeDesk[Any, Any], path: str) -> Callable[..., Response]:
    def seen(token: str, request: Request) -> Response:
        return _draw(web, request, desk, _open(web, desk, token), f"{path}/{token}")

    return seen


def _taken(web: Web, desk: LifeDesk[Any, Any], path: str) -> Callable[..., Response]:
    def taken(token: str, step: str, request: Request, typed: Typed, staff: Anybody) -> Response:
        refuse_staff(request, staff, step)
        one = _open(web, desk, token)
        if step not in desk.life.workflow.steps_of(Post.CUSTOMER):
            raise NotFound("page_not_found", "there is no such page")
        customer = customer_of(one)

        def give(data: Mapping[str, Any], where: Where) -> Any:
            return desk.take(one.id, step, data, customer, typed.key, where)

        done = give_command(web, request, customer, step, typed, give)
        if isinstance(done, RefusedForm):
            again = _open(web, desk, token)
            return _draw(web, request, desk, again, f"{path}/{token}", done)
        return see_other(f"{path}/{token}?said=done")

    return taken


def _open(web: Web, desk: LifeDesk[Any, Any], token: str) -> Appointment:
    with web.parts.db.read() as session:
        subject_id = id_of_own(web.parts, desk.life.name, token)
        found: Appointment = desk.life.book.load(session, subject_id)
    return found


def _draw(
    web: Web,
    request: Request,
    desk: LifeDesk[Any, Any],
    one: Appointment,
    base: str,
    refused: RefusedForm | None = None,
) -> Response:
    life, customer, parts = desk.life, customer_of(one), web.parts
    sent = {refused.form.id: refused.form} if refused else {}
    pieces = web.painter.pieces(f"lives/{life.name}")
    actions = actions_of(life.workflow, one, customer, sent, new_key(), pieces)
    with parts.db.read() as session:
        choices = of_appointments(Choosing(session, customer, parts, web.text(request), one))
    page = SubjectPage(
        life=life.name,
        path=base,
        subject=one,
        base=base,
        shown_at=web.now(),
        stages=stages_of(life.workflow, one),
        actions=actions,
        blocked=(),
        expected=(),
        history=(),
        chain_sound=True,
        choices={"slot": choices["slot"]},
        stray=stray_of(refused, actions, web.text(request)),
        by_customer=True,
    )
    status = refused.status if refused else 200
    return web.draw(request, "appointments/own.html", page, status=status, narrow=True, path=base)
