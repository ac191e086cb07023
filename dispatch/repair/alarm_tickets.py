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

    Until the team leader has signed the rule's last ticket, that ticket takes up the new occurrence
    (``telemetry_relapsed``) and waits again; after that a new one is opened. Every repeat is
    harmless, from however many processes: a ticket records each occurrence once, and ``dedupe_key``
    is unique.
    """
    now = desk.clock.now()
    try:
        with desk.db.write() as session:
            found = tickets.find_by_dedupe_key(session, dedupe_key)
            found = found or _taken_up(desk, session, facts, now)
            if found is not None:
                return found
            intake = alarm_intake(station, facts, now)
            stamp, new_id = Stamp(SYSTEM, now), desk.new_ticket_id(now)
            return open_ticket(desk, session, new_id, intake, stamp, NOWHERE, dedupe_key)
    except IntegrityError:
        # Another process inserted it between our look-up and our insert: that is the ticket.
        with desk.db.read() as session:
            found = tickets.find_by_dedupe_key(session, dedupe_key)
        if found is None:
            raise
        return found


def report_return(desk: RepairDesk, ticket_id: str, raised_at: datetime, at: datetime) -> Ticket:
    """Record on the ticket that telemetry, bad since ``raised_at``, is normal since ``at``.

    Changes nothing if repeated, if the ticket no longer waits, or if it has a later occurrence.
    Raises ``NotFound``.
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
