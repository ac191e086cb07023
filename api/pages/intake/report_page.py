"""What staff saw, put on record by themselves: at a station, or on their way (R-30, R-32)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.intake.intake_page import place_options, with_place
from api.pages.repair.repair_context import ReportPage
from api.web.forms import Form, faults, general_fault, sent
from api.web.page import Typed, Web, key_again, where_of
from api.web.render import new_key, see_other
from dispatch.model import Channel, JobType
from kit.actors import Actor
from kit.errors import Conflict, Invalid
from kit.rights import may
from stations.assets.station_store import all_stations

Reporter = Annotated[Actor, Depends(allow("intake.log.staff"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/report")
    def form(request: Request, actor: Reporter) -> Response:
        page = _page(web, request, Form("report", new_key()))
        return web.draw(request, "report.html", page, actor)

    @router.post("/report")
    def log(request: Request, actor: Reporter, typed: Typed) -> Response:
        data = with_place(web, typed.values) | {"channel": Channel.STAFF}
        text = web.text(request)
        try:
            where = where_of(typed.values)
            ticket = web.parts.dispatch.log_intake(data, actor, typed.key, where)
        except Invalid as invalid:
            found = faults(invalid.errors, text)
            again = sent("report", key_again(typed, invalid), typed.values, found)
            page = _page(web, request, again)
            return web.draw(request, "report.html", page, actor, status=422)
        except Conflict as used:
            fault = general_fault(text.error(used.code, used.message, used.params))
            page = _page(web, request, sent("report", new_key(), typed.values, [fault]))
            return web.draw(request, "report.html", page, actor, status=409)
        seen = may(actor, "tickets.see_board")
        return see_other(f"/tickets/{ticket.id}?said=done" if seen else "/report?said=done")

    return router


def _page(web: Web, request: Request, form: Form) -> ReportPage:
    text = web.text(request)
    english = text.language == "en"
    with web.parts.db.read() as session:
        stations = all_stations(session)
    return ReportPage(
        form=form,
        stations=tuple((s.id, s.name_en if english and s.name_en else s.name) for s in stations),
        job_types=tuple(JobType),
        places=place_options(web, text, ""),
    )
