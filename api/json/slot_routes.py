"""Slots by JSON: what is free, asked while the caller speaks, and what the crews offer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AliasPath, Field

from api.access.guard import GivenParts, allow
from api.json.request_parts import DataBody, Key, by
from api.json.views import View
from dispatch.appointments.offering import offer_slot
from dispatch.appointments.slot_store import offers, templates
from dispatch.appointments.slots import SlotOffer
from kit.actors import Actor
from kit.errors import NotFound
from stations.assets.area_store import find_area
from stations.assets.office_store import all_offices, serving_office

Text = Annotated[str, Query(max_length=64)]


class SlotView(View):
    """A slot: when, which office and crew, and how many more can be booked.

    ``key`` is what the field ``slot`` of a form takes.
    """

    key: str = Field(validation_alias=AliasPath("slot", "key"))
    office_id: str = Field(validation_alias=AliasPath("slot", "office_id"))
    office_name: str = Field(validation_alias=AliasPath("slot", "office_name"))
    crew: str = Field(validation_alias=AliasPath("slot", "crew"))
    begins_at: datetime = Field(validation_alias=AliasPath("slot", "begins_at"))
    ends_at: datetime = Field(validation_alias=AliasPath("slot", "ends_at"))
    capacity: int
    taken: int
    free: int


class TemplateView(View):
    """What one crew offers every week; ``weekday`` 1 is Monday, ``begins`` the company's time."""

    id: str
    office_id: str
    office_name: str
    crew: str
    weekday: int
    begins: time
    minutes: int
    capacity: int


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["slots"])
    made.get("/slots")(slots)
    made.get("/slot-templates")(slot_templates)
    made.post("/slot-templates", status_code=201)(offer)
    return made


def slots(
    _actor: Annotated[Actor, by(allow("slots.see"))],
    parts: GivenParts,
    place_id: Text = "",
    office_id: Text = "",
    days: Annotated[int, Query(ge=1, le=60)] = 7,
) -> list[SlotView]:
    """Return the slots of the next days, full ones too, at the office that serves the place."""
    main, zone = parts.desk.service_office, parts.settings.zone
    with parts.db.read() as session:
        if place_id:
            area = find_area(session, place_id)
            if area is None:
                raise NotFound("no_such_place", "there is no such residential area")
            office_id = serving_office(session, area.position, main, area.office_id).office.id
        found = offers(session, parts.clock.now(), zone, office_id=office_id, days=days)
    return slot_views(found)


def slot_views(found: Iterable[SlotOffer]) -> list[SlotView]:
    """Return what is shown of these offers."""
    return [SlotView.model_validate(one) for one in found]


def slot_templates(
    _actor: Annotated[Actor, by(allow("slots.see"))], parts: GivenParts
) -> list[TemplateView]:
    """Return what the crews offer every week."""
    with parts.db.read() as session:
        return [TemplateView.model_validate(one) for one in templates(session)]


def offer(
    actor: Annotated[Actor, by(allow("slots.set"))], key: Key, body: DataBody, parts: GivenParts
) -> TemplateView:
    """Enter a weekly slot, or change its length and capacity; what is booked stays booked."""
    with parts.db.read() as session:
        offices = all_offices(session, parts.desk.service_office)
    zone = parts.settings.zone
    made = offer_slot(parts.db, parts.clock, zone, body.data, offices, actor, key)
    return TemplateView.model_validate(made)
