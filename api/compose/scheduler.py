"""The scheduler: polls for due deadlines, silent stations, alarms to forward, housekeeping.

A timer is a row with its due time; a scanner claims due rows in a transaction. So nothing is
lost when this process dies: whoever runs next finds the rows still due. APScheduler stores no job;
it is only the clock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Something that is polled: what to call, and how often."""

    name: str
    every_s: float
    scan: Callable[[], object]


class Scheduler:
    """Calls each scanner at its interval; one that fails is logged, and called again."""

    def __init__(self, scanners: list[Scanner]) -> None:
        self._down: set[str] = set()
        # APScheduler logs every call; what matters is logged here.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._clock = BackgroundScheduler(
            timezone="UTC", executors={"default": ThreadPoolExecutor(max(1, len(scanners)))}
        )
        for scanner in scanners:
            self._clock.add_job(
                self._call,
                IntervalTrigger(seconds=scanner.every_s, timezone="UTC"),
                args=[scanner],
                id=scanner.name,
                coalesce=True,  # runs missed by a slow machine are one run
                max_instances=1,
                misfire_grace_time=None,
            )

    def _call(self, scanner: Scanner) -> None:
        try:
            scanner.scan()
        except Exception:
            # Whatever it was, the other timers must go on, and this one is tried again; it is
            # logged once, not twice a second for hours.
            if scanner.name not in self._down:
                self._down.add(scanner.name)
                log.exception("scanner %s failed; it is called again", scanner.name)
        else:
            if scanner.name in self._down:
                self._down.discard(scanner.name)
                log.warning("scanner %s works again", scanner.name)

    def start(self) -> None:
        """Start calling; returns at once."""
        self._clock.start()

    def stop(self) -> None:
        """Let running calls finish, then stop calling."""
        self._clock.shutdown(wait=True)
