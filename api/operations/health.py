"""Health: whether the program can do its work, with one finding per part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from api.operations.heartbeat import last_beat
from api.operations.migrate import schema_fault
from api.parts.parts import Parts
from kit.errors import Unavailable
from telemetry.alarms.forwarding import unforwarded
from telemetry.ingest.liveness import ingest_statuses
from telemetry.stores.port import StoreUnavailable

STALE_AFTER = timedelta(seconds=15)
"""A process without a sign of life for this long counts as dead."""

HANDED_OVER_WITHIN = timedelta(minutes=1)
"""The bridge carries an alarm within seconds: one that has waited longer could not be carried."""

MOST_NAMED = 5
"""How many alarms are named that have no ticket."""

SCHEDULER = "scheduler"
"""Name of the scheduler's sign of life."""


@dataclass(frozen=True, slots=True)
class PartHealth:
    """The state of one part; ``detail`` says what was found, without secrets."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """The state of all parts."""

    parts: tuple[PartHealth, ...]

    @property
    def ready(self) -> bool:
        """Whether every part is well."""
        return all(part.ok for part in self.parts)

    def as_record(self) -> dict[str, object]:
        """Return it as plain data, for the route ``/health/ready``."""
        return {
            "ready": self.ready,
            "parts": {part.name: {"ok": part.ok, "detail": part.detail} for part in self.parts},
        }


def check(parts: Parts) -> Health:
    """Return the state of every part; never raises."""
    now = parts.clock.now()
    return Health(
        (
            _ask("database", lambda: _database(parts)),
            _ask("store", lambda: _store(parts)),
            _ask("ingest", lambda: _ingest(parts, now)),
            _ask("scheduler", lambda: _scheduler(parts, now)),
            _ask("alarm tickets", lambda: _alarm_tickets(parts, now)),
        )
    )


def _ask(name: str, ask: Callable[[], tuple[bool, str]]) -> PartHealth:
    try:
        return PartHealth(name, *ask())
    except SQLAlchemyError as error:
        # The error's text may hold personal data; its kind is enough here.
        return PartHealth(name, False, f"the database does not answer ({type(error).__name__})")
    except (Unavailable, StoreUnavailable) as error:
        return PartHealth(name, False, str(error))


def _database(parts: Parts) -> tuple[bool, str]:
    fault = schema_fault(parts.db)
    return fault is None, fault or f"{parts.db.product}, schema current"


def _store(parts: Parts) -> tuple[bool, str]:
    parts.store.ping()
    return True, parts.settings.store


def _ingest(parts: Parts, now: datetime) -> tuple[bool, str]:
    with parts.db.read() as session:
        statuses = ingest_statuses(session)
    if not statuses:
        return False, "no ingest has run yet: start `sanlai worker`"
    alive = [one for one in statuses if now - one.heartbeat_at <= STALE_AFTER]
    if not alive:
        return False, f"last sign of life {_ago(now, statuses[0].heartbeat_at)}"
    if not any(one.broker_connected for one in alive):
        return False, "alive, but not connected to the broker"
    if any(one.spool_full for one in alive):
        return False, "the store is away and the spool is full: nothing more is acknowledged"
    if not any(one.store_reachable for one in alive):
        return False, "the store is away; readings are kept in the spool"
    return True, "connected to the broker"


def _scheduler(parts: Parts, now: datetime) -> tuple[bool, str]:
    with parts.db.read() as session:
        at = last_beat(session, SCHEDULER)
    if at is None:
        return False, "no scheduler has run yet: start `sanlai worker`"
    return now - at <= STALE_AFTER, f"last sign of life {_ago(now, at)}"


def _alarm_tickets(parts: Parts, now: datetime) -> tuple[bool, str]:
    """Return whether every alarm that needs hands has its ticket, or was raised just now (R-33)."""
    with parts.db.read() as session:
        waiting = unforwarded(session)
    stuck = [alarm for alarm in waiting if now - alarm.occurred_at > HANDED_OVER_WITHIN]
    if not stuck:
        return True, "every alarm that needs hands has its ticket"
    named = ", ".join(f"{alarm.id} of station {alarm.station_id}" for alarm in stuck[:MOST_NAMED])
    more = f" and {len(stuck) - MOST_NAMED} more" if len(stuck) > MOST_NAMED else ""
    return False, f"alarms without their ticket: {named}{more}; the worker's log says why"


def _ago(now: datetime, then: datetime) -> str:
    return f"{max(0, round((now - then).total_seconds()))} s ago"
