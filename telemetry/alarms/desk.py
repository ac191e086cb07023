"""What people do with alarms: acknowledge them, and shelve their rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kit.actors import Actor
from kit.errors import FieldError, Forbidden, Invalid, NotFound
from kit.instants import to_micros
from kit.rights import may
from telemetry.alarms import evaluate as evaluation
from telemetry.alarms.alarm_search import Alarm, alarm_of, alarm_row
from telemetry.alarms.alarm_tables import AlarmRuleRow
from telemetry.alarms.state_store import lock_states, save_states


def acknowledge(session: Session, alarm_id: str, actor: Actor, now: datetime) -> Alarm:
    """Record that somebody has seen the alarm; the first to do so stays in the record.

    Durable when the session commits. Raises ``Forbidden`` and ``NotFound``.
    """
    _require(actor, "alarms.acknowledge")
    rule_id = alarm_row(session, alarm_id).rule_id
    state = lock_states(session, [rule_id]).get(rule_id)
    row = alarm_row(session, alarm_id)
    session.refresh(row)
    if row.acked_at is not None:
        return alarm_of(row)
    row.acked_at, row.acked_by, row.acked_by_name = now, actor.id, actor.name
    if row.returned_at is not None and row.closed_at is None:
        row.closed_at = now
    if state is not None and state.alarm_id == alarm_id:
        save_states(session, {rule_id: evaluation.acknowledge(state)})
    session.flush()
    return alarm_of(row)


def shelve(session: Session, rule_id: str, actor: Actor, until: datetime, now: datetime) -> None:
    """Silence a rule until ``until``; an instant not after ``now`` ends the shelving.

    Raises ``Forbidden``, ``NotFound``, and ``Invalid`` beyond 7 days.
    """
    _require(actor, "alarms.shelve")
    if session.get(AlarmRuleRow, rule_id) is None:
        raise NotFound("alarm_rule_not_found", f"there is no alarm rule {rule_id!r}", id=rule_id)
    if (until - now).days >= 7:
        raise Invalid([FieldError("until", "shelve_too_long", "at most 7 days", {"days": 7})])
    state = lock_states(session, [rule_id]).get(rule_id, evaluation.NORMAL)
    until_us = to_micros(until) if until > now else 0
    save_states(session, {rule_id: evaluation.shelve(state, until_us)})


def _require(actor: Actor, action: str) -> None:
    if not may(actor, action):
        raise Forbidden("alarm_not_yours", f"a {actor.post} may not acknowledge or shelve alarms")
