"""Recording that a request for service at home was not answered in time (R-13)."""

from __future__ import annotations

import logging

from dispatch.appointments.answer import MISS_HOME_ANSWER
from dispatch.appointments.appointment import Appointment
from dispatch.appointments.appointments import unanswered
from dispatch.appointments.booking import AppointmentContext
from kit.actors import SYSTEM
from kit.errors import SanlaiError
from kit.life import LifeDesk

_BATCH = 500
_log = logging.getLogger(__name__)


def record_missed_answers(desk: LifeDesk[Appointment, AppointmentContext]) -> int:
    """Record every answer whose time has passed; return how many.

    Each is a step of the program with one key for good: two schedulers make one event.
    """
    with desk.db.read() as session:
        due = unanswered(session, desk.clock.now(), most=_BATCH)
    missed, name = 0, MISS_HOME_ANSWER.name
    for subject_id in due:
        try:
            desk.take(subject_id, name, {}, SYSTEM, f"{name}:{subject_id}")
            missed += 1
        except SanlaiError:
            # One that was answered just now, or can't be read, must not hold up the others.
            _log.exception("the missed answer of %s could not be recorded", subject_id)
    return missed
