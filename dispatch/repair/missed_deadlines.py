"""Recording what was missed when its deadline passes: arrival, answer, end of a wait."""

from __future__ import annotations

import logging
from datetime import datetime

from dispatch.clocks.course import DeadlineKind
from dispatch.clocks.deadlines import claim_deadline, due_deadlines
from dispatch.repair import tickets
from dispatch.repair.answer import MISS_ANSWER
from dispatch.repair.arrival import MISS_ARRIVAL
from dispatch.repair.desk import RepairDesk
from dispatch.repair.step_taking import take_program_step
from dispatch.repair.waiting import OVERRUN
from dispatch.repair.words import Note
from kit.errors import SanlaiError

_BATCH = 500
_MISSES = {
    DeadlineKind.ARRIVAL: MISS_ARRIVAL,
    DeadlineKind.ANSWER: MISS_ANSWER,
    DeadlineKind.RESUMPTION: OVERRUN,
}
_log = logging.getLogger(__name__)


def record_missed_deadlines(desk: RepairDesk, now: datetime) -> int:
    """Record every deadline that has passed with nothing done; return how many.

    A due row is claimed by a conditional UPDATE in the transaction of its event, so there is
    exactly one event, even if two schedulers run at once or one of them crashes.
    """
    with desk.db.read() as session:
        due = due_deadlines(session, now, most=_BATCH)
    missed = 0
    for deadline_id, ticket_id, kind in due:
        try:
            missed += _miss(desk, deadline_id, ticket_id, DeadlineKind(kind), now)
        except SanlaiError:
            # One ticket that can't be read must not hold up the others.
            _log.exception("the missed %s of ticket %s could not be recorded", kind, ticket_id)
    return missed


def _miss(
    desk: RepairDesk, deadline_id: int, ticket_id: str, kind: DeadlineKind, now: datetime
) -> bool:
    with desk.db.write() as session:
        # The ticket first, as everybody locks it first: no two can wait for each other.
        ticket = tickets.load(session, ticket_id, lock=True)
        if not claim_deadline(session, deadline_id, now):
            return False
        take_program_step(desk, session, ticket, _MISSES[kind], Note(), now)
        return True
