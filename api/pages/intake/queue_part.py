"""The queue beside the intake form: how long it is, who is next, and when to open a counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.web.forms import RefusedForm
from api.web.page import Sent, Typed, Web
from api.web.render import new_key
from api.web.step_sent import give_command
from dispatch.queue.waiters import WAITER_LIFE, lines_now
from dispatch.queue.waiting_line import WaitingLine
from kit.actors import Actor
from kit.errors import Forbidden
from kit.life import LifeDesk
from kit.where import Where

Receptionist = Annotated[Actor, Depends(allow("intake.take"))]
OPENING = WAITER_LIFE.workflow.opening.name


@dataclass(frozen=True, slots=True)
class QueuePart:
    """The lines as they stand; ``key`` begins each button's key, ``faults`` say what went wrong."""

    lines: tuple[WaitingLine, ...]
    key: str
    faults: tuple[str, ...]
    shown_at: datetime
    opening: str
    call: str
    leave: str


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/intake/queue")

    @router.get("")
    def queue(request: Request, actor: Receptionist) -> Response:
        return _draw(web, request, actor)

    @router.post("")
    def join(request: Request, actor: Receptionist, typed: Typed) -> Response:
        def give(data: Mapping[str, Any], where: Where) -> Any:
            return _desk(web).begin(data, actor, typed.key, where)

        return _draw(web, request, actor, _given(web, request, actor, OPENING, typed, give))

    @router.post("/{waiter_id}/{step}")
    def take(
        waiter_id: str, step: str, request: Request, actor: Receptionist, typed: Typed
    ) -> Response:
        def give(data: Mapping[str, Any], where: Where) -> Any:
            return _desk(web).take(waiter_id, step, data, actor, typed.key, where)

        return _draw(web, request, actor, _given(web, request, actor, step, typed, give))

    return router


def _desk(web: Web) -> LifeDesk[Any, Any]:
    return next(desk for desk in web.parts.lives if desk.life is WAITER_LIFE)


def _given(
    web: Web, request: Request, actor: Actor, step: str, typed: Sent, give: Any
) -> tuple[str, ...]:
    """Do it, and return the sentences of what is wrong with it."""
    try:
        done = give_command(web, request, actor, step, typed, give)
    except Forbidden as refused:
        return (web.text(request).error(refused.code, refused.message, refused.params),)
    return tuple(one.text for one in done.form.errors) if isinstance(done, RefusedForm) else ()


def _draw(web: Web, request: Request, actor: Actor, faults: tuple[str, ...] = ()) -> Response:
    now = web.now()
    with web.parts.db.read() as session:
        found = lines_now(session, now, web.parts.desk.rules(now))
    call, leave = (WAITER_LIFE.workflow.lines[place].step.name for place in (0, -1))
    part = QueuePart(tuple(found), new_key(), faults, now, OPENING, call, leave)
    return web.draw(request, "intake/queue.html", part, actor, status=409 if faults else 200)
