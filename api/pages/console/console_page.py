"""The operator's console."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.alarms.alarms_context import alarm_line
from api.pages.alarms.alarms_page import LIVE
from api.pages.console.console_context import ConsolePage, ingest_facts
from api.pages.console.newest_points import newest_points
from api.pages.console.station_cards import station_card
from api.pages.repair.list_context import listed
from api.web.page import Web
from dispatch.repair.search import Order, TicketFilter, count_overdue, find_tickets
from kit.actors import Actor
from kit.rights import may
from stations.assets.station_store import all_stations
from telemetry.alarms.alarm_search import open_alarms
from telemetry.alarms.rule_store import rules_of
from telemetry.alarms.shelf import shelved_alarms
from telemetry.ingest.liveness import ingest_statuses, station_statuses
from telemetry.ingest.quarantine_search import quarantine_counts

Watcher = Annotated[Actor, Depends(allow("stations.see"))]
MOST_TICKETS = 20
"""Open tickets that the console shows, the most urgent first."""


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/console")
    def console(request: Request, actor: Watcher) -> Response:
        page = _console(web, request, actor)
        return web.draw(request, "console/console.html", page, actor, live=LIVE)

    return router


def _console(web: Web, request: Request, actor: Actor) -> ConsolePage:
    now = web.now()
    words = web.words(request)
    with web.parts.db.read() as session:
        stations = {station.id: station for station in all_stations(session)}
        alarms = open_alarms(session)
        shelved = {one.alarm.rule_id: one.shelving for one in shelved_alarms(session, now)}
        rules = rules_of(session)
        statuses = station_statuses(session)
        ingest = ingest_statuses(session)
        refused = sum(count.times for count in quarantine_counts(session))
        wanted = TicketFilter(open_only=True)
        found = find_tickets(session, actor, now, wanted, Order(page_size=MOST_TICKETS))
        overdue = count_overdue(session, actor, now)
    points, away = newest_points(web.parts.store, stations.values())
    return ConsolePage(
        stations=tuple(
            station_card(
                station,
                words,
                points,
                [rule for rule in rules if rule.station_id == station.id],
                [alarm for alarm in alarms if alarm.station_id == station.id],
                statuses.get(station.id),
            )
            for station in stations.values()
        ),
        alarms=tuple(
            alarm_line(alarm, stations, words, shelved.get(alarm.rule_id)) for alarm in alarms
        ),
        shelved=len(shelved),
        may_acknowledge=may(actor, "alarms.acknowledge"),
        tickets=listed(found.tickets, now),
        overdue=overdue,
        ingest=ingest_facts(ingest, refused, now),
        shown_at=now,
        store_away=away,
    )
