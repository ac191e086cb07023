"""The pages: one module for each kind of work, put together into one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.bootstrap import Parts
from api.web.pages import (
    alarms,
    archive,
    console,
    customer,
    intake,
    jobs,
    report,
    session,
    statics,
    tickets,
    users,
)
from api.web.pages.web import Web
from api.web.render import Painter


def router(parts: Parts, painter: Painter | None = None) -> APIRouter:
    """Return the router of all pages; every route in it says who may."""
    web = Web(parts, painter or Painter(parts.settings))
    made = APIRouter(include_in_schema=False)
    for module in (
        statics,
        session,
        console,
        alarms,
        intake,
        report,
        tickets,
        jobs,
        customer,
        archive,
        users,
    ):
        made.include_router(module.routes(web))
    return made
