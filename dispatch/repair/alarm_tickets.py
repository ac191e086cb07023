"""Tickets of alarms: each occurrence that needs hands has exactly one (R-33)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dispatch.repair import tickets
from dispatch.repair.desk import RepairDesk
from dispatch.repair.intake import alarm_intake
from dispatch.repair.matter import AlarmFacts
from dispatch.repair.reception import open_ticket
from dispatch.repair.step_taking import take_program_step
from dispatch.repair.telemetry import TELEMETRY_RELAPSED, TELEMETRY_RETURNED, TelemetryChanged
from dispatch.repair.ticket import Ticket
from kit.actors import SYSTEM
from kit.step import Stamp
from kit.where import NOWHERE
from stations.assets.station import Station


def open_from_alarm(
    desk: RepairDesk, dedupe_key: str, station: Station, facts: AlarmFacts
) -> Ticket:
    """Return the one ticket that this occurrence of an alarm has, opening it if need be.

    While the rule's last ticket is not signed by the team leader it takes up the new occurrence
    itself (``telemetry_relapsed``) and waits again; a ticket that is past waiting leaves it to a
    new one. Every repeat is harmless, from however many processes: an occurrence that a ticket
    knows of is not told to it again, and ``dedupe_key`` is unique.
    """
    now = desk.clock.now()
    try:
        with desk.db.write() as session:
            found = tickets.find_by_dedupe_key(session, dedupe_key)
            found = found or _taken_up(desk, session, facts, now)
            if found is not None:
                return found
            intake = alarm_intake(station, facts, now, desk.rules(now))
            return open_ticket(desk, session, intake, Stamp(SYSTEM, now), NOWHERE, dedupe_key)
    except IntegrityError:
        # Another process was first, between our look and our insert: its ticket is the one.
        with desk.db.read() as session:
            found = tickets.find_by_dedupe_key(session, dedupe_key)
        if found is None:
            raise
        return found


def report_return(desk: RepairDesk, ticket_id: str, raised_at: datetime, at: datetime) -> Ticket:
    """Put on the ticket that telemetry, bad since ``raised_at``, is back since ``at``.

    A repeat, a ticket that no longer waits, or one that has heard of a later occurrence since,
    changes nothing. Raises ``NotFound``.
    """
    now = desk.clock.now()
    with desk.db.write() as session:
        ticket = tickets.load(session, ticket_id, lock=True)
        since = ticket.alarm_since
        old_news = since is None or raised_at < since
        if old_news or not desk.workflow.can(ticket, TELEMETRY_RETURNED.name, SYSTEM):
            return ticket
        said = TelemetryChanged(at)
        return take_program_step(desk, session, ticket, TELEMETRY_RETURNED, said, now)


def _taken_up(
    desk: RepairDesk, session: Session, facts: AlarmFacts, now: datetime
) -> Ticket | None:
    """Return the rule's last ticket if it has this occurrence, or can take it up."""
    ticket = tickets.latest_of_rule(session, facts.rule_id)
    if ticket is None or ticket.alarm_since is None or ticket.alarm_since >= facts.raised_at:
        return ticket
    if not desk.workflow.can(ticket, TELEMETRY_RELAPSED.name, SYSTEM):
        return None
    said = TelemetryChanged(facts.raised_at)
    return take_program_step(desk, session, ticket, TELEMETRY_RELAPSED, said, now)
