"""The list of alarms, acknowledging one, and what was refused on the way in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.security.access import allow
from api.web.contexts import field_watch as context
from api.web.contexts.listing import PAGE_SIZE, Listing
from api.web.forms import Form
from api.web.pages.console import LIVE, Watcher
from api.web.pages.statics import local_path
from api.web.pages.web import Typed, Web, page_number
from api.web.render import see_other
from kit.actors import Actor, Role
from stations.store import all_stations
from telemetry.alarm_desk import MAY_ACKNOWLEDGE, acknowledge, open_alarms, recent_alarms
from telemetry.status import QuarantineCount, Quarantined, quarantine_counts, recent_quarantine

Acknowledger = Annotated[Actor, Depends(allow(*sorted(MAY_ACKNOWLEDGE)))]
Auditor = Annotated[Actor, Depends(allow(Role.OPERATOR, Role.ADMIN))]
MOST = 500
"""So many of the newest are looked through; older ones are for the archive of the database."""
HEAD = 160
"""Characters of a refused message that the list shows."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/alarms")
    def alarms(request: Request, actor: Watcher) -> Response:
        return web.draw(request, "alarms.html", _alarms(web, request, actor), actor, live=LIVE)

    @router.post("/alarms/{alarm_id}/acknowledge")
    def seen(alarm_id: str, actor: Acknowledger, typed: Typed) -> Response:
        # Acknowledging twice changes nothing: the first to do so stays on record.
        with web.parts.db.write() as session:
            acknowledge(session, alarm_id, actor, web.now())
        back = local_path(typed.values.get("back", "/alarms"))
        return see_other(f"{back}{'&' if '?' in back else '?'}said=acknowledged")

    @router.get("/quarantine")
    def quarantine(request: Request, actor: Auditor) -> Response:
        return web.draw(request, "quarantine.html", _quarantine(web, request), actor)

    return router


def _alarms(web: Web, request: Request, actor: Actor) -> context.AlarmsPage:
    which = "all" if request.query_params.get("which") == "all" else "open"
    number = page_number(request.query_params.get("page", ""))
    english = web.text(request).language == "en"
    with web.parts.db.read() as session:
        found = recent_alarms(session, MOST) if which == "all" else open_alarms(session)
        names = {
            s.id: s.name_en if english and s.name_en else s.name for s in all_stations(session)
        }
    start = (number - 1) * PAGE_SIZE
    return context.AlarmsPage(
        list=Listing("/alarms", {"which": which}, "", number, len(found)),
        filter=Form("alarm-filter", "", {"which": which}, fresh=False),
        alarms=tuple(
            context.alarm_line(alarm, names, tickets=True)
            for alarm in found[start : start + PAGE_SIZE]
        ),
        may_acknowledge=actor.role in MAY_ACKNOWLEDGE,
        shown_at=web.now(),
    )


def _quarantine(web: Web, request: Request) -> context.QuarantinePage:
    number = page_number(request.query_params.get("page", ""))
    with web.parts.db.read() as session:
        counts = quarantine_counts(session)
        rows = recent_quarantine(session, MOST)
    start = (number - 1) * PAGE_SIZE
    return context.QuarantinePage(
        counts=_by_reason(counts),
        rows=tuple(_line(row) for row in rows[start : start + PAGE_SIZE]),
        list=Listing("/quarantine", {}, "", number, len(rows)),
    )


def _by_reason(counts: list[QuarantineCount]) -> tuple[context.ReasonCount, ...]:
    sums: dict[str, int] = {}
    for count in counts:
        sums[count.reason] = sums.get(count.reason, 0) + count.times
    return tuple(context.ReasonCount(reason, n) for reason, n in sorted(sums.items()))


def _line(row: Quarantined) -> context.QuarantineLine:
    head = row.payload[:HEAD].decode("utf-8", "backslashreplace")
    shown = "".join(char if char.isprintable() else "·" for char in head)
    return context.QuarantineLine(
        row.last_at, row.station_id, row.reason, row.detail, row.size, row.times, shown
    )
