"""Reading and keeping alarm rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, func, literal, select, type_coerce, update
from sqlalchemy.orm import Session

from kit.actors import SYSTEM
from kit.db import UtcDateTime
from kit.errors import Conflict, NotFound
from kit.step import Stamp
from telemetry.alarms.alarm_tables import AlarmRow, AlarmRuleRow, AlarmStateRow
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from telemetry.alarms.shelf import end_shelvings
from telemetry.alarms.state_store import lock_states


def save_rule(session: Session, rule: AlarmRule, now: datetime) -> None:
    """Insert the rule, or overwrite the one with its id; durable when the session commits.

    The ingest uses it within seconds. A rule's station, metric and kind can't change, because its
    alarms refer to them: raises ``Conflict``.
    """
    row = session.get(AlarmRuleRow, rule.id)
    if row is None:
        row = AlarmRuleRow(id=rule.id)
        row.station_id, row.metric, row.kind = rule.station_id, rule.metric, rule.kind
    elif (row.station_id, row.metric, row.kind) != (rule.station_id, rule.metric, rule.kind):
        raise Conflict(
            "alarm_rule_other_series",
            f"alarm rule {rule.id!r} watches another station, metric or kind; take a new id",
            id=rule.id,
        )
    row.setpoint, row.deadband = rule.setpoint, rule.deadband
    row.on_delay_s, row.off_delay_s = rule.on_delay_s, rule.off_delay_s
    row.severity, row.needs_hands, row.latch = rule.severity, rule.needs_hands, rule.latch
    row.changed_at = now
    session.add(row)
    session.flush()


def remove_rule(session: Session, rule_id: str, now: datetime) -> None:
    """Delete a rule; end its open alarm, and its shelving; raise ``NotFound``."""
    row = session.get(AlarmRuleRow, rule_id)
    if row is None:
        raise NotFound("alarm_rule_not_found", f"there is no alarm rule {rule_id!r}", id=rule_id)
    lock_states(session, [rule_id])
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.rule_id == rule_id, AlarmRow.closed_at.is_(None))
        .values(
            closed_at=now,
            returned_at=func.coalesce(AlarmRow.returned_at, literal(now, UtcDateTime)),
        )
    )
    end_shelvings(session, rule_id, Stamp(SYSTEM, now))
    state = session.get(AlarmStateRow, rule_id)
    if state is not None:
        session.delete(state)
    session.delete(row)
    session.flush()


def rules_of(session: Session, station_id: str | None = None) -> list[AlarmRule]:
    """Return the rules of one station, or of all."""
    query = select(AlarmRuleRow).order_by(AlarmRuleRow.station_id, AlarmRuleRow.id)
    if station_id is not None:
        query = query.where(AlarmRuleRow.station_id == station_id)
    return [rule_of(row) for row in session.scalars(query)]


def rules_stamp(session: Session) -> tuple[object, ...]:
    """Return a stamp that differs after any change of a rule."""
    changed = type_coerce(AlarmRuleRow.changed_at, BigInteger)
    # The mean, too: if the clock was set back, a rule just saved is not the newest.
    return tuple(session.execute(select(func.count(), func.max(changed), func.avg(changed))).one())


def rule_of(row: AlarmRuleRow) -> AlarmRule:
    """Return the row as a rule."""
    silent = row.kind == AlarmKind.SILENT
    return AlarmRule(
        id=row.id,
        station_id=row.station_id,
        kind=AlarmKind(row.kind),
        metric=row.metric,
        limit=0.0 if silent else row.setpoint,
        after_s=row.setpoint if silent else 0.0,
        deadband=row.deadband,
        on_delay_s=row.on_delay_s,
        off_delay_s=row.off_delay_s,
        severity=Severity(row.severity),
        needs_hands=row.needs_hands,
        latch=row.latch,
    )
