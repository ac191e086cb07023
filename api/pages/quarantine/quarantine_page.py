"""The list of what was refused on the way in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.quarantine.quarantine_context import (
    QuarantinePage,
    quarantine_line,
    refused_by_reason,
)
from api.web.forms import Form
from api.web.listing import PAGE_SIZE, Listing, asked_for, asked_order
from api.web.page import Web, page_number
from kit.actors import Actor
from stations.assets.station_store import all_stations
from telemetry.codecs.uplink import QuarantineReason
from telemetry.ingest.quarantine_search import (
    QuarantineSort,
    list_quarantine,
    quarantine_counts,
)

Auditor = Annotated[Actor, Depends(allow("quarantine.see"))]


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/quarantine")
    def quarantine(request: Request, actor: Auditor) -> Response:
        page = _quarantine(web, request)
        return web.draw(request, "quarantine/quarantine.html", page, actor)

    return router


def _quarantine(web: Web, request: Request) -> QuarantinePage:
    asked = asked_for(request, ("station", "reason"))
    sort, down = asked_order(request, QuarantineSort, QuarantineSort.LAST)
    number = page_number(request.query_params.get("page", ""))
    with web.parts.db.read() as session:
        counts = quarantine_counts(session)
        found = list_quarantine(
            session,
            station_id=asked["station"] or None,
            reason=asked["reason"] or None,
            sort=sort,
            descending=down,
            page=number,
            page_size=PAGE_SIZE,
        )
        stations = all_stations(session)
    words = web.words(request)
    order = request.query_params.get("sort", "")
    return QuarantinePage(
        counts=refused_by_reason(counts),
        rows=tuple(quarantine_line(row) for row in found.rows),
        list=Listing("/quarantine", asked, order, number, found.total),
        filter=Form("quarantine-filter", "", asked, fresh=False),
        stations=tuple((station.id, words.station(station)) for station in stations),
        reasons=tuple(QuarantineReason),
    )
