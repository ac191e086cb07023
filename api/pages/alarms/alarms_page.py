"""The list of alarms, acknowledging one, and what was refused on the way in."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.console import console_context as context
from api.pages.console.console_page import LIVE
from api.pages.static_files import local_path
from api.web.forms import Form
from api.web.listing import PAGE_SIZE, Listing
from api.web.page import Typed, Web, page_number
from api.web.render import see_other
from kit.actors import Actor
from kit.rights import may
from stations.assets.station_store import all_stations
from telemetry.alarms.alarm_search import AlarmSort, list_alarms
from telemetry.alarms.desk import acknowledge
from telemetry.alarms.rules import Severity
from telemetry.codecs.uplink import QuarantineReason
from telemetry.ingest.quarantine_search import (
    QuarantineCount,
    Quarantined,
    QuarantineSort,
    list_quarantine,
    quarantine_counts,
)

AlarmWatcher = Annotated[Actor, Depends(allow("alarms.see"))]
Acknowledger = Annotated[Actor, Depends(allow("alarms.acknowledge"))]
Auditor = Annotated[Actor, Depends(allow("quarantine.see"))]
HEAD = 160
"""Characters of a refused message that the list shows."""
Order = TypeVar("Order", AlarmSort, QuarantineSort)


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/alarms")
    def alarms(request: Request, actor: AlarmWatcher) -> Response:
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
    asked = _asked(request, ("which", "station", "severity"))
    sort, down = _order(request, AlarmSort, AlarmSort.RAISED)
    number = page_number(request.query_params.get("page", ""))
    with web.parts.db.read() as session:
        found = list_alarms(
            session,
            open_only=asked["which"] != "all",
            station_id=asked["station"] or None,
            severity=next((s for s in Severity if s == asked["severity"]), None),
            sort=sort,
            descending=down,
            page=number,
            page_size=PAGE_SIZE,
        )
        names = _station_names(session, web.text(request).language)
    return context.AlarmsPage(
        list=Listing("/alarms", asked, request.query_params.get("sort", ""), number, found.total),
        filter=Form("alarm-filter", "", asked, fresh=False),
        alarms=tuple(context.alarm_line(alarm, names, tickets=True) for alarm in found.rows),
        stations=tuple(names.items()),
        severities=tuple(Severity),
        may_acknowledge=may(actor, "alarms.acknowledge"),
        shown_at=web.now(),
    )


def _quarantine(web: Web, request: Request) -> context.QuarantinePage:
    asked = _asked(request, ("station", "reason"))
    sort, down = _order(request, QuarantineSort, QuarantineSort.LAST)
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
        names = _station_names(session, web.text(request).language)
    order = request.query_params.get("sort", "")
    return context.QuarantinePage(
        counts=_by_reason(counts),
        rows=tuple(_line(row) for row in found.rows),
        list=Listing("/quarantine", asked, order, number, found.total),
        filter=Form("quarantine-filter", "", asked, fresh=False),
        stations=tuple(names.items()),
        reasons=tuple(QuarantineReason),
    )


def _asked(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip()[:64] for name in names}


def _order(request: Request, kind: type[Order], usual: Order) -> tuple[Order, bool]:
    """Return what the address asks the list to be ordered by; the newest first if nothing."""
    text = request.query_params.get("sort", "")
    found = next((sort for sort in kind if sort == text.removeprefix("-")), None)
    return (usual, True) if found is None else (found, text.startswith("-"))


def _station_names(session: Session, language: str) -> dict[str, str]:
    english = language == "en"
    return {s.id: s.name_en if english and s.name_en else s.name for s in all_stations(session)}


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
