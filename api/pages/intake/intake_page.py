"""The hotline: one form by keyboard alone, with the promise told before the call ends (R-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair import repair_context as context
from api.web.forms import Form, data_of, faults, general_fault, sent
from api.web.i18n import Catalogue
from api.web.page import Typed, Web, key_again, where_of
from api.web.render import new_key, see_other
from dispatch import queries
from dispatch.model import Channel, JobType
from kit.actors import Actor
from kit.errors import Conflict, Invalid
from kit.fields import Fields
from stations.assets.area_store import find_areas
from stations.assets.areas import ResidentialArea

Receptionist = Annotated[Actor, Depends(allow("intake.take"))]
CHANNELS = (Channel.CALL, Channel.LETTER, Channel.VISIT)
_UNASKED = frozenset({"required", "place_or_distance"})
"""Faults of the promise that only say that the caller has not come to it yet."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/intake")
    def form(request: Request, actor: Receptionist) -> Response:
        page = _page(web, request, Form("intake", new_key()))
        return web.draw(request, "intake.html", page, actor)

    @router.get("/intake/promise")
    def promise(request: Request, actor: Receptionist) -> Response:
        part = _promise(web, web.text(request), dict(request.query_params))
        return web.draw(request, "parts/promise.html", part, actor)

    @router.get("/intake/places")
    def places(request: Request, actor: Receptionist, place_id: str = "") -> Response:
        part = context.PlacesPart(place_options(web, web.text(request), place_id))
        return web.draw(request, "parts/places.html", part, actor)

    @router.post("/intake")
    def log(request: Request, actor: Receptionist, typed: Typed) -> Response:
        data = with_place(web, typed.values)
        where = where_of(typed.values, office=True)
        try:
            ticket = web.parts.dispatch.log_intake(data, actor, typed.key, where)
        except Invalid as invalid:
            text = web.text(request)
            key, found = key_again(typed, invalid), faults(invalid.errors, text)
            page = _page(web, request, sent("intake", key, typed.values, found))
            return web.draw(request, "intake.html", page, actor, status=422)
        except Conflict as used:
            # Back from the page of a matter that was logged: this one is another, or a correction.
            fault = general_fault(web.text(request).error(used.code, used.message, used.params))
            page = _page(web, request, sent("intake", new_key(), typed.values, [fault]))
            return web.draw(request, "intake.html", page, actor, status=409)
        return see_other(f"/intake/{ticket.id}")

    @router.get("/intake/{ticket_id}")
    def logged(ticket_id: str, request: Request, actor: Receptionist) -> Response:
        with web.parts.db.read() as session:
            ticket = queries.get_ticket(session, actor, ticket_id)
        page = context.LoggedPage(ticket, web.customer_link(request, ticket.id))
        return web.draw(request, "logged.html", page, actor, narrow=True)

    return router


def _page(web: Web, request: Request, form: Form) -> context.IntakePage:
    text = web.text(request)
    part = _promise(web, text, form.values) if form.values else context.PromisePart(None)
    return context.IntakePage(
        form=form,
        channels=tuple((str(channel), text.label("channel", channel)) for channel in CHANNELS),
        job_types=tuple(JobType),
        places=place_options(web, text, ""),
        promise=part.promise,
        promise_faults=part.promise_faults,
        shown_at=web.now(),
    )


def _promise(web: Web, text: Catalogue, values: Mapping[str, str]) -> context.PromisePart:
    try:
        return context.PromisePart(web.parts.dispatch.preview_promise(with_place(web, values)))
    except Invalid as invalid:
        told = [error for error in invalid.errors if error.code not in _UNASKED]
        return context.PromisePart(None, tuple(faults(told, text)))


def with_place(web: Web, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of the form, with the area that was named turned into its id."""
    data, _ = data_of(values)
    named = Fields(data).plain("place_id")
    if named:
        with web.parts.db.read() as session:
            found = [p for p in find_areas(session, named) if named in (p.id, p.name, p.name_en)]
        if len(found) == 1:
            data["place_id"] = found[0].id
    return data


def place_options(web: Web, text: Catalogue, typed: str) -> tuple[context.PlaceOption, ...]:
    """Return the residential areas that fit what was typed so far, to choose from."""
    with web.parts.db.read() as session:
        found = find_areas(session, typed[:80])
    return tuple(_option(place, text) for place in found)


def _option(place: ResidentialArea, text: Catalogue) -> context.PlaceOption:
    far = f" {place.road_km:g} km" if place.road_km is not None else ""
    name, other = place.name, place.name_en
    if text.language == "en" and other:
        name, other = other, name
    return context.PlaceOption(
        name, f"{place.pinyin} {other} {text.label('zone', place.zone)}{far}"
    )
