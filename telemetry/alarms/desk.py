"""What people and the bridge do with alarms: set rules, look, acknowledge, shelve, forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.orm import Session

from kit.actors import Actor
from kit.db import UtcDateTime, to_micros
from kit.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from kit.rights import may
from telemetry.alarms import evaluate as alarms
from telemetry.alarms.evaluate import AlarmRule, AlarmState, Kind, Severity
from telemetry.alarms.log import lock_states, rule_of, save_states
from telemetry.tables import AlarmRow, AlarmRuleRow, AlarmStateRow

__all__ = ["Alarm", "AlarmRule", "Kind", "Severity"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands. ``limit`` and ``value`` are in ``unit`` (``s`` of silence)."""

    id: str
    station_id: str
    rule_id: str
    metric: str
    kind: Kind
    severity: Severity
    needs_hands: bool
    value: float
    limit: float
    unit: str
    occurrences: int
    raised_at: datetime
    raised_again_at: datetime | None
    returned_at: datetime | None
    acked_at: datetime | None
    acked_by: str | None
    acked_by_name: str | None
    closed_at: datetime | None
    forwarded: int
    forwarded_at: datetime | None
    ticket_ref: str | None
    return_reported_at: datetime | None

    @property
    def dedupe_key(self) -> str:
        """The key under which this occurrence opens one ticket at most, however often delivered."""
        again = f"#{self.occurrences}" if self.occurrences > 1 else ""
        return f"alarm:{self.id}{again}"

    @property
    def occurred_at(self) -> datetime:
        """When the latest occurrence began, by the station's clock."""
        return self.raised_again_at or self.raised_at


def save_rule(session: Session, rule: AlarmRule, now: datetime) -> None:
    """Insert the rule, or overwrite the one with its id; durable when the session commits.

    The ingest takes it up within seconds. A rule keeps the station, metric and kind it was made
    with (its alarms speak of them): raises ``Conflict`` for a change of these.
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
    """Delete a rule and end its open alarm; raise ``NotFound``."""
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


def open_alarms(session: Session, station_id: str | None = None) -> list[Alarm]:
    """Return what is open (not returned, or latched and not acknowledged), newest first."""
    query = select(AlarmRow).where(AlarmRow.closed_at.is_(None))
    if station_id is not None:
        query = query.where(AlarmRow.station_id == station_id)
    return _alarms(session, query.order_by(AlarmRow.raised_at.desc(), AlarmRow.id))


def recent_alarms(session: Session, limit: int = 100) -> list[Alarm]:
    """Return the newest alarms, open or closed."""
    query = select(AlarmRow).order_by(AlarmRow.raised_at.desc(), AlarmRow.id)
    return _alarms(session, query.limit(limit))


def get_alarm(session: Session, alarm_id: str) -> Alarm:
    """Return one alarm; raise ``NotFound``."""
    return alarm_of(_row(session, alarm_id))


def acknowledge(session: Session, alarm_id: str, actor: Actor, now: datetime) -> Alarm:
    """Record that somebody has seen the alarm; the first to do so stays in the record.

    Durable when the session commits. Raises ``Forbidden`` and ``NotFound``.
    """
    _require(actor, "alarms.acknowledge")
    rule_id = _row(session, alarm_id).rule_id
    state = lock_states(session, [rule_id]).get(rule_id)
    row = _row(session, alarm_id)
    session.refresh(row)
    if row.acked_at is not None:
        return alarm_of(row)
    row.acked_at, row.acked_by, row.acked_by_name = now, actor.id, actor.name
    if row.returned_at is not None and row.closed_at is None:
        row.closed_at = now
    if state is not None and state.alarm_id == alarm_id:
        save_states(session, {rule_id: alarms.acknowledge(state)})
    session.flush()
    return alarm_of(row)


def shelve(session: Session, rule_id: str, actor: Actor, until: datetime, now: datetime) -> None:
    """Raise no alarm by this rule before ``until``; an instant not after ``now`` ends it.

    Raises ``Forbidden``, ``NotFound``, and ``Invalid`` beyond 7 days.
    """
    _require(actor, "alarms.shelve")
    if session.get(AlarmRuleRow, rule_id) is None:
        raise NotFound("alarm_rule_not_found", f"there is no alarm rule {rule_id!r}", id=rule_id)
    if (until - now).days >= 7:
        raise Invalid([FieldError("until", "shelve_too_long", "at most 7 days", {"days": 7})])
    state = lock_states(session, [rule_id]).get(rule_id, AlarmState())
    until_us = to_micros(until) if until > now else 0
    save_states(session, {rule_id: alarms.shelve(state, until_us)})


def unforwarded(session: Session, limit: int = 100) -> list[Alarm]:
    """Return the alarms that need hands and whose latest occurrence has no ticket, oldest first."""
    query = select(AlarmRow).where(AlarmRow.needs_hands, AlarmRow.forwarded < AlarmRow.occurrences)
    return _alarms(session, query.order_by(AlarmRow.raised_at, AlarmRow.id).limit(limit))


def mark_forwarded(session: Session, alarm: Alarm, ticket_ref: str, now: datetime) -> None:
    """Note the ticket of this occurrence; the first note of each stays.

    Durable when the session commits.
    """
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.id == alarm.id, AlarmRow.forwarded < alarm.occurrences)
        .values(forwarded=alarm.occurrences, forwarded_at=now, ticket_ref=ticket_ref)
    )


def returned_unreported(session: Session, limit: int = 100) -> list[Alarm]:
    """Return the alarms with a ticket that are back to normal and whose ticket wasn't told.

    An occurrence that has no ticket yet is not among them: that comes first.
    """
    query = select(AlarmRow).where(
        AlarmRow.ticket_ref.is_not(None),
        AlarmRow.forwarded == AlarmRow.occurrences,
        AlarmRow.returned_at.is_not(None),
        AlarmRow.return_reported_at.is_(None),
    )
    return _alarms(session, query.order_by(AlarmRow.returned_at, AlarmRow.id).limit(limit))


def mark_return_reported(session: Session, alarm: Alarm, now: datetime) -> None:
    """Note that the ticket was told of this return, unless the alarm was raised again since."""
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.id == alarm.id, AlarmRow.returned_at == alarm.returned_at)
        .values(return_reported_at=now)
    )


def shelved_rules(session: Session, now: datetime) -> dict[str, int]:
    """Return the rules that are shelved now, with the microsecond at which each shelving ends."""
    query = select(AlarmStateRow.rule_id, AlarmStateRow.shelved_until_us).where(
        AlarmStateRow.shelved_until_us > to_micros(now)
    )
    return {row.rule_id: row.shelved_until_us for row in session.execute(query)}


def _require(actor: Actor, action: str) -> None:
    if not may(actor, action):
        raise Forbidden("alarm_not_yours", f"a {actor.post} may not acknowledge or shelve alarms")


def _row(session: Session, alarm_id: str) -> AlarmRow:
    row = session.get(AlarmRow, alarm_id)
    if row is None:
        raise NotFound("alarm_not_found", f"there is no alarm {alarm_id!r}", id=alarm_id)
    return row


def _alarms(session: Session, query: Select[AlarmRow]) -> list[Alarm]:
    return [alarm_of(row) for row in session.scalars(query)]


def alarm_of(row: AlarmRow) -> Alarm:
    """Return the alarm of a row."""
    return Alarm(
        **{
            name: getattr(row, name)
            for name in Alarm.__dataclass_fields__
            if name not in {"kind", "severity"}
        },
        kind=Kind(row.kind),
        severity=Severity(row.severity),
    )
