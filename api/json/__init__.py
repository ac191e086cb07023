"""The JSON API v1, the live streams and the probes: one module for each kind of work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter

from api.json import alarm_routes as alarms
from api.json import archive_routes as archive
from api.json import area_routes as areas
from api.json import customer_routes as customer
from api.json import ingest_routes as ingest
from api.json import knowledge_routes as knowledge
from api.json import life_routes as lives
from api.json import live_routes as live
from api.json import own_routes as own
from api.json import phrase_routes as phrases
from api.json import price_routes as prices
from api.json import probe_routes as health
from api.json import quarantine_routes as quarantine
from api.json import queue_routes as queue
from api.json import roster_routes as roster
from api.json import series_routes as series
from api.json import session_routes as session
from api.json import slot_routes as slots
from api.json import station_routes as stations
from api.json import step_routes as steps
from api.json import technician_routes as technicians
from api.json import ticket_routes as tickets
from api.json.life_views import VIEWS
from dispatch.repair.context import Workflow
from kit.actors import Post
from kit.life import LifeDesk


def routers(workflow: Workflow, desks: Iterable[LifeDesk[Any, Any]]) -> list[APIRouter]:
    """Return every router of the JSON API; each route says who may."""
    of_field = (stations, series, alarms, quarantine, ingest)
    of_help = (knowledge, phrases, queue)
    of_desk = (session, tickets, areas, technicians, roster, *of_help, archive, prices, slots)
    modules = (*of_desk, *of_field, live, health)
    of_steps = (steps.router(workflow), customer.router(workflow))
    of_lives = [lives.router(desk, VIEWS[desk.life.name]) for desk in desks]
    of_lives += [own.router(desk) for desk in desks if desk.life.workflow.steps_of(Post.CUSTOMER)]
    return [module.router() for module in modules] + [*of_steps, *of_lives]
