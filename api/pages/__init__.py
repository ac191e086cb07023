"""The pages: one module for each kind of work, put together into one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import static_files as statics
from api.pages.accounts import login_page as session
from api.pages.accounts import users_page as users
from api.pages.alarms import alarms_page as alarms
from api.pages.alarms import shelving_page as shelving
from api.pages.appointments import day_page as day
from api.pages.appointments import own_page as own
from api.pages.appointments import paper_page as paper
from api.pages.archive import archive_page as archive
from api.pages.cases import notice_page as notices
from api.pages.console import console_page as console
from api.pages.console import station_page as station
from api.pages.customer import customer_page as customer
from api.pages.intake import intake_page as intake
from api.pages.intake import queue_part as queue
from api.pages.intake import report_page as report
from api.pages.knowledge import knowledge_page as knowledge
from api.pages.lives import life_pages as lives
from api.pages.quarantine import quarantine_page as quarantine
from api.pages.repair import jobs_page as jobs
from api.pages.repair import ticket_page as ticket
from api.pages.repair import tickets_page as tickets
from api.pages.roster import roster_page as roster
from api.parts.parts import Parts
from api.web.page import Web
from api.web.render import Painter


def router(parts: Parts, painter: Painter | None = None) -> APIRouter:
    """Return the router of all pages; every route in it says who may."""
    web = Web(parts, painter or Painter(parts.settings, parts.quantities))
    made = APIRouter(include_in_schema=False)
    for module in (
        statics,
        session,
        console,
        station,
        alarms,
        shelving,
        quarantine,
        queue,
        intake,
        knowledge,
        report,
        tickets,
        ticket,
        jobs,
        customer,
        archive,
        notices,
        lives,
        roster,
        day,
        paper,
        own,
        users,
    ):
        made.include_router(module.routes(web))
    return made
