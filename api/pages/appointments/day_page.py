"""One day's visits of an office's crews, and the slots that they offer every week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.appointments.appointment_context import DayPage, SlotsPage
from api.web.forms import Form, RefusedForm
from api.web.page import Typed, Web
from api.web.render import new_key, see_other
from api.web.step_sent import give_command
from dispatch.appointments.day_list import visits_on
from dispatch.appointments.offering import offer_slot
from dispatch.appointments.slot_store import overbooked, templates
from kit.actors import Actor
from kit.rights import may
from stations.assets.office_store import all_offices

Seer = Annotated[Actor, Depends(allow("appointments.see"))]
SlotSeer = Annotated[Actor, Depends(allow("slots.see"))]
SlotSetter = Annotated[Actor, Depends(allow("slots.set"))]

OFFER = "offer_slot"


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/day")
    def day(request: Request, actor: Seer) -> Response:
        return _draw_day(web, request, actor)

    @router.get("/slots")
    def slots(request: Request, actor: SlotSeer) -> Response:
        return _draw_slots(web, request, actor)

    @router.post("/slots")
    def offer(request: Request, actor: SlotSetter, typed: Typed) -> Response:
        parts = web.parts
        with parts.db.read() as session:
            offices = all_offices(session, parts.desk.service_office)
        zone = parts.settings.zone
        done = give_command(
            web, request, actor, OFFER, typed,
            lambda data, _where: offer_slot(
                parts.db, parts.clock, zone, data, offices, actor, typed.key
            ),
        )  # fmt: skip
        if isinstance(done, RefusedForm):
            return _draw_slots(web, request, actor, done)
        return see_other("/slots?said=done")

    return router


def _draw_day(web: Web, request: Request, actor: Actor) -> Response:
    asked, zone, now = request.query_params, web.parts.settings.zone, web.now()
    day, office_id = (
        _day(asked.get("day", ""), now.astimezone(zone).date()),
        asked.get("office", ""),
    )
    with web.parts.db.read() as session:
        offices = all_offices(session, web.parts.desk.service_office)
        visits = visits_on(session, actor, day, zone, office_id)
        over = overbooked(session, day)
    page = DayPage(
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        office_id=office_id,
        offices=tuple((one.id, one.name) for one in offices),
        filter=Form("day", "", {"day": day.isoformat(), "office": office_id}, fresh=False),
        visits=tuple(visits),
        over=over,
        shown_at=now,
    )
    return web.draw(request, "appointments/day.html", page, actor)


def _draw_slots(
    web: Web, request: Request, actor: Actor, refused: RefusedForm | None = None
) -> Response:
    with web.parts.db.read() as session:
        offices = all_offices(session, web.parts.desk.service_office)
        found = templates(session)
    page = SlotsPage(
        templates=tuple(found),
        offices=tuple((one.id, one.name) for one in offices),
        form=refused.form if refused else Form(OFFER, new_key()),
        may_set=may(actor, "slots.set"),
    )
    status = refused.status if refused else 200
    return web.draw(request, "appointments/slots.html", page, actor, status=status, path="/slots")


def _day(text: str, today: date) -> date:
    """Return the day that an address names; today for anything else, and for the calendar's end."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if 1970 <= found.year < 9999 else today
