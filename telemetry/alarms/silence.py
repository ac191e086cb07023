"""Silence: a station of which nothing is heard for too long raises an alarm (R-33)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.db import Database, to_micros
from telemetry.alarms.evaluate import NORMAL, Kind, evaluate
from telemetry.alarms.log import lock_states, record, rule_of, save_states
from telemetry.tables import AlarmRuleRow, IngestStatusRow, StationStatusRow

HEARTBEAT_STALE_AFTER = timedelta(seconds=10)
"""An ingest that was not heard for so long is not listening, whatever it last said."""


def check_silence(db: Database, now: datetime) -> int:
    """Evaluate every rule for silence; return how many alarms changed. Call it each second.

    Silence counts only while an ingest listens: when it, its broker or the database was away, the
    silence was ours. Durable when this returns.
    """
    with db.read() as session:
        since = listening_since(session, now)
        watched = _silent_rules(session)
    if since is None or not watched:
        return 0
    changed = 0
    with db.write() as session:
        rows = {row.id: rule_of(row) for row in _silent_rules(session)}
        states = lock_states(session, rows)
        seen = select(StationStatusRow.station_id, StationStatusRow.last_seen_at)
        heard = {row.station_id: row.last_seen_at for row in session.execute(seen)}
        after = {}
        for rule_id, rule in rows.items():
            last = heard.get(rule.station_id)
            silent_s = (now - (since if last is None else max(last, since))).total_seconds()
            before = states.get(rule_id, NORMAL)
            state, transition = evaluate(before, rule, to_micros(now), silent_s)
            if transition is not None:
                record(session, rule, transition)
                changed += 1
            if state.active or state.beyond or before.beyond or rule_id not in states:
                after[rule_id] = state
        save_states(session, after)
    return changed


def listening_since(session: Session, now: datetime) -> datetime | None:
    """Return since when some ingest has listened without a break; None when none does."""
    fresh = now - HEARTBEAT_STALE_AFTER
    query = select(IngestStatusRow.listening_since).where(
        IngestStatusRow.heartbeat_at >= fresh, IngestStatusRow.listening_since.is_not(None)
    )
    return min((since for since in session.scalars(query) if since is not None), default=None)


def _silent_rules(session: Session) -> list[AlarmRuleRow]:
    return list(session.scalars(select(AlarmRuleRow).where(AlarmRuleRow.kind == Kind.SILENT)))
