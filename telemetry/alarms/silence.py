"""Silence: a station that sends nothing for too long raises an alarm (R-33)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.db import Database
from kit.instants import to_micros
from telemetry.alarms.alarm_tables import AlarmRuleRow
from telemetry.alarms.evaluate import NORMAL, evaluate
from telemetry.alarms.rule_store import rule_of
from telemetry.alarms.rules import AlarmKind
from telemetry.alarms.state_store import lock_states, record, save_states


@dataclass(frozen=True, slots=True)
class Hearing:
    """Since when somebody has listened without a break, and when each station was last heard."""

    listening_since: datetime
    last_heard: Mapping[str, datetime]


def check_silence(
    db: Database, now: datetime, hearing_at: Callable[[Session, datetime], Hearing | None]
) -> int:
    """Evaluate every rule for silence; return how many alarms changed. Call it each second.

    Silence counts only while an ingest listens: if the ingest, its broker or the database was away,
    the station may well have sent. ``hearing_at`` says what was heard, None while nobody listens.
    Durable when this returns.
    """
    with db.read() as session:
        if hearing_at(session, now) is None or not _silent_rules(session):
            return 0
    changed = 0
    with db.write() as session:
        rows = {row.id: rule_of(row) for row in _silent_rules(session)}
        states = lock_states(session, rows)
        hearing = hearing_at(session, now)
        if hearing is None:
            return 0
        since, heard = hearing.listening_since, hearing.last_heard
        after = {}
        for rule_id, rule in rows.items():
            last = heard.get(rule.station_id)
            silent_s = (now - (since if last is None else max(last, since))).total_seconds()
            before = states.get(rule_id, NORMAL)
            state, transition = evaluate(before, rule, to_micros(now), silent_s)
            if transition is not None:
                record(session, rule, transition, "s")
                changed += 1
            if state.active or state.beyond or before.beyond or rule_id not in states:
                after[rule_id] = state
        save_states(session, after)
    return changed


def _silent_rules(session: Session) -> list[AlarmRuleRow]:
    return list(session.scalars(select(AlarmRuleRow).where(AlarmRuleRow.kind == AlarmKind.SILENT)))
