"""Shelving one alarm, and taking it off the shelf."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.alarms.alarms_context import ShelvePage, alarm_line
from api.web.forms import Form, RefusedForm, data_of, faults, general_fault, sent
from api.web.page import Sent, Typed, Web, key_again
from api.web.render import new_key, see_other
from kit.actors import Actor
from kit.errors import Conflict, Invalid
from stations.assets.station_store import all_stations
from telemetry.alarms.alarm_search import get_alarm
from telemetry.alarms.desk import shelve, unshelve
from telemetry.alarms.shelf import shelvings_of, standing_shelving
from telemetry.alarms.shelving import REASON_LENGTH

Shelver = Annotated[Actor, Depends(allow("alarms.shelve"))]
FORM = "shelve"
USUAL = timedelta(hours=1)
"""What the form offers as the time of shelving."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/alarms/{alarm_id}")

    @router.get("/shelve")
    def form(alarm_id: str, request: Request, actor: Shelver) -> Response:
        return _draw(web, request, actor, alarm_id, Form(FORM, new_key()))

    @router.post("/shelve")
    def put(alarm_id: str, request: Request, actor: Shelver, typed: Typed) -> Response:
        refused = _give(web, request, actor, alarm_id, typed)
        if refused is not None:
            return _draw(web, request, actor, alarm_id, refused.form, refused.status)
        return see_other("/alarms?said=shelved")

    @router.post("/unshelve")
    def take_off(alarm_id: str, actor: Shelver, typed: Typed) -> Response:
        unshelve(web.parts.alarm_desk, alarm_id, actor, typed.key)
        return see_other("/alarms?said=unshelved")

    return router


def _give(
    web: Web, request: Request, actor: Actor, alarm_id: str, typed: Sent
) -> RefusedForm | None:
    """Shelve the alarm as the form asks; return the form if that was refused."""
    text = web.text(request)
    try:
        shelve(web.parts.alarm_desk, alarm_id, data_of(typed.values)[0], actor, typed.key)
    except Invalid as invalid:
        key, found = key_again(typed, invalid), faults(invalid.errors, text)
        return RefusedForm(sent(FORM, key, typed.values, found), 422)
    except Conflict as late:
        fault = general_fault(text.error(late.code, late.message, late.params))
        return RefusedForm(sent(FORM, new_key(), typed.values, [fault]), 409)
    return None


def _draw(
    web: Web, request: Request, actor: Actor, alarm_id: str, form: Form, status: int = 200
) -> Response:
    now = web.now()
    rules = web.parts.alarm_desk.rules(now)
    with web.parts.db.read() as session:
        alarm = get_alarm(session, alarm_id)
        standing = standing_shelving(session, alarm.rule_id, now)
        record = shelvings_of(session, alarm.rule_id)
        stations = {station.id: station for station in all_stations(session)}
    page = ShelvePage(
        line=alarm_line(alarm, stations, web.words(request), standing),
        form=form,
        limit=rules.shelve_longest,
        last=now + rules.longest_shelving,
        usual=now + min(USUAL, rules.longest_shelving),
        longest_reason=REASON_LENGTH,
        record=tuple(record),
        shown_at=now,
    )
    return web.draw(request, "alarms/shelve.html", page, actor, status=status, narrow=True)
