"""The one place where the parts are put together: settings in, a working program out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import telemetry.rule_file
from api.accounts.held_posts import active_colleagues
from api.compose.lives import open_lives
from api.compose.present import present_technicians
from api.parts.openers import (
    derive_key,
    load_secret,
    open_quantities,
    open_store,
    prepare_data_dir,
)
from api.parts.parts import Parts
from api.parts.settings import Settings
from dispatch.cases.from_tickets import open_case_of
from dispatch.knowledge.knowledge_desk import KnowledgeDesk
from dispatch.knowledge.phrase_file import load_phrases
from dispatch.repair.context import Workflow
from dispatch.repair.desk import RepairDesk
from dispatch.repair.workflow import REPAIR
from dispatch.repair.workmanship_file import load_workmanship
from dispatch.roster.roster_desk import RosterDesk
from dispatch.rule_file import load_rule_book
from kit.clock import Clock, SystemClock
from kit.db import Database
from kit.geo import Position
from stations.assets.office_store import office_names
from telemetry.alarms.desk import AlarmDesk


def build(
    settings: Settings,
    clock: Clock | None = None,
    *,
    writes_points: bool = False,
    workflow: Workflow = REPAIR,
) -> Parts:
    """Put the parts together.

    Only the process that ingests has ``writes_points``: everyone else opens the embedded store
    for reading. ``workflow`` is the table of a repair. Raises ``SettingsError`` when the data
    folder can't be used.
    """
    prepare_data_dir(settings.data_dir)
    clock = clock or SystemClock()
    secret = load_secret(settings)
    db = Database(settings.effective_database_url)
    desk = _repair_desk(settings, db, clock, secret, workflow)
    return Parts(
        settings=settings,
        clock=clock,
        db=db,
        store=open_store(settings, writes_points=writes_points),
        quantities=open_quantities(settings),
        desk=desk,
        alarm_desk=AlarmDesk(db, clock, telemetry.rule_file.load_rule_book(), settings.zone),
        roster=(roster := _roster_of(desk)),
        knowledge=KnowledgeDesk(db, clock, settings.zone, load_phrases()),
        secret=secret,
        lives=open_lives(desk, roster),
    )


def _repair_desk(
    settings: Settings, db: Database, clock: Clock, secret: bytes, workflow: Workflow
) -> RepairDesk:
    """Return the desk of repairs, with the rules that the package carries."""
    return RepairDesk(
        db=db,
        clock=clock,
        rule_book=load_rule_book(),
        workmanship=load_workmanship(),
        zone=settings.zone,
        service_office=Position(settings.service_office_lat, settings.service_office_lon),
        link_secret=derive_key(secret, "customer-link"),
        technicians=present_technicians,
        followed_up=partial(open_case_of, zone=settings.zone),
        workflow=workflow,
    )


def _roster_of(desk: RepairDesk) -> RosterDesk:
    """Return the desk of the duty roster, on the same records, clock and rules."""
    return RosterDesk(
        db=desk.db,
        clock=desk.clock,
        zone=desk.zone,
        rule_book=desk.rule_book,
        people=active_colleagues,
        offices=lambda session: office_names(session, desk.service_office),
    )


@contextmanager
def built(
    settings: Settings, clock: Clock | None = None, *, writes_points: bool = False
) -> Iterator[Parts]:
    """Give the parts, and close them at the end."""
    parts = build(settings, clock, writes_points=writes_points)
    try:
        yield parts
    finally:
        parts.close()
