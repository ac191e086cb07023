"""The worker: takes in readings on the main thread, and runs the scheduler beside it."""

from __future__ import annotations

import logging
import signal
import time
from datetime import timedelta
from functools import partial

from api.compose.bridge import Bridge
from api.compose.burst_calls import call_out_for_bursts
from api.compose.ingest_parts import make_ingest
from api.compose.lives import desk_of
from api.compose.scheduler import Scanner, Scheduler
from api.operations.health import SCHEDULER
from api.operations.heartbeat import beat
from api.parts.parts import Parts
from dispatch.appointments.appointment_workflow import HOME_SERVICE
from dispatch.appointments.missed_answers import record_missed_answers
from dispatch.cases.cases import CASE_LIFE
from dispatch.cases.unowned import follow_up_cases
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.roster.call_outs import CALL_OUT_LIFE, call_the_next
from kit.stop import Stop
from telemetry.alarms.silence import check_silence
from telemetry.ingest.liveness import hearing_at

log = logging.getLogger(__name__)


def run_worker(parts: Parts, *, ingest: bool, scheduler: bool) -> None:
    """Work until SIGTERM, SIGINT or SIGHUP; what was begun is finished first."""
    stop = Stop().on(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    timers = Scheduler(scanners(parts)) if scheduler else None
    if timers is not None:
        timers.start()
    try:
        log.info("worker is up: ingest %s, scheduler %s", ingest, scheduler)
        if ingest:
            make_ingest(parts).run(stop)
        else:
            while not stop.is_set():
                time.sleep(0.1)
    finally:
        if timers is not None:
            timers.stop()
    log.info("worker has ended")


def scanners(parts: Parts) -> list[Scanner]:
    """Return everything that is polled, and how often."""
    clock, db = parts.clock, parts.db
    call_outs = desk_of(parts.lives, CALL_OUT_LIFE)
    bridge = Bridge(db, parts.desk, clock, parts.quantities)
    return [
        # A missed arrival must show within 2 s of its time; pages poll twice a second too.
        Scanner("arrivals", 0.5, lambda: record_missed_deadlines(parts.desk, clock.now())),
        Scanner("bursts", 1.0, lambda: call_out_for_bursts(parts.desk, call_outs, clock.now())),
        Scanner("call-outs", 1.0, lambda: call_the_next(call_outs, clock.now())),
        *(
            Scanner("answers", 5.0, partial(record_missed_answers, desk))
            for desk in parts.lives
            if desk.life.workflow is HOME_SERVICE
        ),
        Scanner("bridge", 0.5, bridge.carry),
        Scanner("cases", 5.0, lambda: follow_up_cases(desk_of(parts.lives, CASE_LIFE))),
        Scanner("silence", 1.0, lambda: check_silence(db, clock.now(), hearing_at)),
        Scanner("heartbeat", 2.0, lambda: beat(db, SCHEDULER, clock.now())),
        Scanner("housekeeping", 3600.0, lambda: forget_old_points(parts)),
    ]


def forget_old_points(parts: Parts) -> None:
    """Delete points older than the settings say, if they say anything."""
    days = parts.settings.points_keep_days
    if days:
        parts.store.forget(parts.clock.now() - timedelta(days=days))
