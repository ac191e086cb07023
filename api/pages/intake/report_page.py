"""Reports of staff: what they saw at a station or elsewhere (R-30, R-32)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.intake.intake_context import ReportPage
from api.pages.intake.logging_matters import log_form, place_options
from api.pages.repair.ticket_page import owner_choices
from api.web.forms import Form, RefusedForm, data_of
from api.web.page import Typed, Web, where_of
from api.web.render import new_key, see_other
from dispatch.repair.matter import Channel, JobType
from kit.actors import Actor
from kit.rights import may
from stations.assets.station_store import all_stations

Reporter = Annotated[Actor, Depends(allow("intake.log.staff"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/report")
    def form(request: Request, actor: Reporter) -> Response:
        return _draw(web, request, actor, Form("report", new_key()))

    @router.post("/report")
    def log(request: Request, actor: Reporter, typed: Typed) -> Response:
        data = data_of(typed.values)[0] | {"channel": Channel.STAFF}
        done = log_form(web, request, actor, "report", data, typed, where_of(typed.values))
        if isinstance(done, RefusedForm):
            return _draw(web, request, actor, done.form, done.status)
        seen = may(actor, "tickets.see_board")
        return see_other(f"/tickets/{done.id}?said=done" if seen else "/report?said=done")

    return router


def _draw(web: Web, request: Request, actor: Actor, form: Form, status: int = 200) -> Response:
    text = web.text(request)
    english = text.language == "en"
    with web.parts.db.read() as session:
        stations = all_stations(session)
    page = ReportPage(
        form=form,
        stations=tuple((s.id, s.name_en if english and s.name_en else s.name) for s in stations),
        job_types=tuple(JobType),
        owners=owner_choices(text),
        places=place_options(web, text, ""),
    )
    return web.draw(request, "intake/report.html", page, actor, status=status)
