"""The duty roster: who is on call now, the week by office, and its import (R-19)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.roster.roster_context import DutyPage, RosterDay
from api.pages.roster.roster_sheet import FIRST_ROW, read_sheet
from api.web.forms import Form, FormFault, faults, sent
from api.web.page import Typed, Web
from api.web.render import new_key, see_other
from dispatch.roster.shifts import Shift
from kit.actors import Actor
from kit.errors import Conflict, FieldError, Invalid
from kit.rights import may

Seer = Annotated[Actor, Depends(allow("roster.see"))]
Keeper = Annotated[Actor, Depends(allow("roster.manage"))]

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_MOST_FAULTS = 100


async def sent_file(request: Request) -> bytes:
    """Return what was uploaded in the field ``file``; nothing when that is no file."""
    found = (await request.form()).get("file")
    if not isinstance(found, UploadFile):
        return b""
    content = await found.read()
    await found.close()
    return content


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/roster")
    def week(request: Request, actor: Seer) -> Response:
        return _draw(web, request, actor, Form("roster", new_key()))

    @router.post("/roster/import")
    def take(
        request: Request,
        actor: Keeper,
        typed: Typed,
        content: Annotated[bytes, Depends(sent_file)],
    ) -> Response:
        try:
            web.parts.roster.enter_shifts({"shifts": read_sheet(content)}, actor, typed.key)
        except Invalid as invalid:
            found = _by_row(web, request, invalid.errors)
            form = sent("roster", new_key(), {}, found)
            return _draw(web, request, actor, form, status=422)
        except Conflict as conflict:
            text = web.text(request).error(conflict.code, conflict.message, conflict.params)
            form = sent("roster", new_key(), {}, [FormFault("file", "", text)])
            return _draw(web, request, actor, form, status=409)
        return see_other("/roster?said=saved")

    return router


def _by_row(web: Web, request: Request, errors: list[FieldError]) -> list[FormFault]:
    """Return the faults of a sheet, each with its row and column; all stand at the file's field."""
    text, found = web.text(request), []
    for error, fault in zip(errors, faults(errors, web.text(request)), strict=True):
        _, _, place = error.field.partition("shifts.")
        row, _, name = place.partition(".")
        words = fault.name
        if row.isdigit():
            words = text("Row {row}: {column}").format(
                row=int(row) + FIRST_ROW, column=text(f"field.{name}")
            )
        found.append(FormFault("file", words, fault.text))
    return found[:_MOST_FAULTS]


def _draw(web: Web, request: Request, actor: Actor, form: Form, *, status: int = 200) -> Response:
    zone, now = web.parts.settings.zone, web.now()
    today = now.astimezone(zone).date()
    monday = _monday(request.query_params.get("week", ""), today)
    days = [monday + n * _DAY for n in range(7)]
    edges = [datetime.combine(day, time(), zone) for day in (*days, monday + _WEEK)]
    with web.parts.db.read() as session:
        offices = web.parts.roster.offices(session)
        office_id = request.query_params.get("office", "")
        office_id = office_id if office_id in offices else next(iter(offices))
        found = web.parts.roster.read(session, office_id, edges[0], edges[-1])
    page = DutyPage(
        office_id=office_id,
        offices=tuple(offices.items()),
        shown_at=now,
        called=found.called,
        gaps=found.gaps,
        days=tuple(
            RosterDay(day, day == today, _within(found.shifts, begins, ends))
            for day, begins, ends in zip(days, edges, edges[1:], strict=False)
        ),
        absences=found.absences,
        stand_ins=found.stand_ins,
        before=monday - _WEEK,
        after=monday + _WEEK,
        may_enter=may(actor, "roster.manage"),
        form=form,
    )
    return web.draw(request, "roster/roster.html", page, actor, status=status, path="/roster")


def _within(shifts: tuple[Shift, ...], begins: datetime, ends: datetime) -> tuple[Shift, ...]:
    return tuple(one for one in shifts if one.overlaps(begins, ends))


def _monday(text: str, today: date) -> date:
    """Return the Monday of the week asked for; of this week for anything that is no date."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    if not 2000 <= day.year < 2200:  # at the ends of the calendar no week can be computed
        day = today
    return day - day.weekday() * _DAY
