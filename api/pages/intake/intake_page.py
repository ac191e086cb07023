"""The hotline: one form by keyboard alone, with the promise told before the call ends (R-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.intake.intake_context import IntakePage, LoggedPage, PlacesPart, PromisePart
from api.pages.intake.logging_matters import log_form, place_options
from api.pages.intake.read_out import read_out, read_out_by_step
from api.pages.repair.ticket_page import owner_choices
from api.web.forms import Form, RefusedForm, data_of, faults
from api.web.page import Typed, Web, where_of
from api.web.render import new_key, see_other
from dispatch.knowledge.phrases import PhraseStep
from dispatch.repair.matter import Channel, JobType
from dispatch.repair.reading import get_ticket
from dispatch.repair.reception import preview_promise
from kit.actors import Actor
from kit.errors import Invalid

Receptionist = Annotated[Actor, Depends(allow("intake.take"))]
CHANNELS = (Channel.CALL, Channel.LETTER, Channel.VISIT)
_UNASKED = frozenset({"required", "place_or_distance"})
"""Faults of the promise that only mean that the form is not filled in yet."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/intake")
    def form(request: Request, actor: Receptionist) -> Response:
        return _draw(web, request, actor, Form("intake", new_key()))

    @router.get("/intake/promise")
    def promise(request: Request, actor: Receptionist) -> Response:
        part = _promise(web, request, dict(request.query_params))
        return web.draw(request, "intake/promise.html", part, actor)

    @router.get("/intake/places")
    def places(request: Request, actor: Receptionist, place_id: str = "") -> Response:
        part = PlacesPart(place_options(web, web.text(request), place_id))
        return web.draw(request, "intake/places.html", part, actor)

    @router.post("/intake")
    def log(request: Request, actor: Receptionist, typed: Typed) -> Response:
        data, where = data_of(typed.values)[0], where_of(typed.values, office=True)
        done = log_form(web, request, actor, "intake", data, typed, where)
        if isinstance(done, RefusedForm):
            return _draw(web, request, actor, done.form, done.status)
        return see_other(f"/intake/{done.id}")

    @router.get("/intake/{ticket_id}")
    def logged(ticket_id: str, request: Request, actor: Receptionist) -> Response:
        with web.parts.db.read() as session:
            ticket = get_ticket(session, actor, ticket_id)
        page = LoggedPage(ticket, web.customer_link(request, ticket.id))
        return web.draw(request, "intake/logged.html", page, actor, narrow=True)

    return router


def _draw(web: Web, request: Request, actor: Actor, form: Form, status: int = 200) -> Response:
    text = web.text(request)
    part = _promise(web, request, form.values) if form.values else PromisePart(None)
    page = IntakePage(
        form=form,
        channels=tuple((str(channel), text.label("channel", channel)) for channel in CHANNELS),
        job_types=tuple(JobType),
        owners=owner_choices(text),
        places=place_options(web, text, ""),
        promise=part.promise,
        promise_faults=part.promise_faults,
        promised=part.promised,
        phrases=read_out_by_step(web, request),
        shown_at=web.now(),
    )
    return web.draw(request, "intake/intake.html", page, actor, status=status)


def _promise(web: Web, request: Request, values: Mapping[str, str]) -> PromisePart:
    try:
        found = preview_promise(web.parts.desk, data_of(values)[0])
    except Invalid as invalid:
        told = [error for error in invalid.errors if error.code not in _UNASKED]
        return PromisePart(None, tuple(faults(told, web.text(request))))
    spoken = read_out(web, request, PhraseStep.PROMISE, found.due_at)
    return PromisePart(found, promised=spoken)
