"""Recording missed arrivals when their deadline passes (R-11)."""

from __future__ import annotations

import logging
from datetime import datetime

from dispatch.clocks.deadlines import claim_deadline, due_deadlines
from dispatch.repair import tickets
from dispatch.repair.arrival import MISS_ARRIVAL
from dispatch.repair.desk import RepairDesk
from dispatch.repair.step_taking import take_program_step
from dispatch.repair.words import Note
from kit.errors import SanlaiError

_BATCH = 500
_log = logging.getLogger(__name__)


def record_missed_arrivals(desk: RepairDesk, now: datetime) -> int:
    """Record every arrival whose due time has passed with nobody there; return how many.

    A due row is claimed by a conditional UPDATE in the transaction of its event, so there is
    exactly one event, even if two schedulers run at once or one of them crashes.
    """
    with desk.db.read() as session:
        due = due_deadlines(session, now, most=_BATCH)
    missed = 0
    for deadline_id, ticket_id in due:
        try:
            missed += _miss(desk, deadline_id, ticket_id, now)
        except SanlaiError:
            # One ticket that can't be read must not hold up the others.
            _log.exception("the missed arrival of ticket %s could not be recorded", ticket_id)
    return missed


def _miss(desk: RepairDesk, deadline_id: int, ticket_id: str, now: datetime) -> bool:
    with desk.db.write() as session:
        # Everybody locks the ticket first, so there is no deadlock.
        ticket = tickets.load(session, ticket_id, lock=True)
        if not claim_deadline(session, deadline_id, now):
            return False
        take_program_step(desk, session, ticket, MISS_ARRIVAL, Note(), now)
        return True
