"""What people do with alarms: acknowledge them, shelve them, and take them off the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kit.actors import Actor
from kit.clock import Clock
from kit.db import Database
from kit.errors import Conflict, Forbidden, NotFound
from kit.fields import Fields
from kit.idempotency import claim
from kit.ids import new_id
from kit.instants import to_micros
from kit.rights import may
from kit.step import Stamp
from telemetry.alarms import evaluate as evaluation
from telemetry.alarms.alarm_search import Alarm, alarm_of, alarm_row
from telemetry.alarms.alarm_tables import AlarmRuleRow
from telemetry.alarms.shelf import end_shelvings, get_shelving, put_on_shelf, standing_shelving
from telemetry.alarms.shelving import Shelving, read_shelving
from telemetry.alarms.state_store import lock_state, lock_states, save_states
from telemetry.rulebook import TelemetryRuleBook, TelemetryRules


@dataclass(frozen=True, slots=True)
class AlarmDesk:
    """What shelving works with: records, clock, cited numbers, and the company's zone."""

    db: Database
    clock: Clock
    rule_book: TelemetryRuleBook
    zone: tzinfo

    def rules(self, now: datetime) -> TelemetryRules:
        """Return the rules in force at an instant, by the company's calendar."""
        return self.rule_book.on(now.astimezone(self.zone).date())


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


def shelve(
    desk: AlarmDesk, alarm_id: str, raw: Mapping[str, Any], actor: Actor, key: str
) -> Shelving:
    """Let the alarm's rule raise nothing until a stated time; an open alarm stays open.

    ``raw`` has ``until`` and ``reason``. The alarm may be over by now: one that comes and goes is
    what shelving is for. The same ``key`` again changes nothing. Durable when this returns.

    Raises ``Forbidden``, ``NotFound`` (also for an alarm whose rule is gone), ``Invalid`` with
    every fault of the form, and ``Conflict`` for an alarm that is shelved already.
    """
    _require(actor, "alarms.shelve")
    now = desk.clock.now()
    made, request = new_id(now), ["shelve", alarm_id, dict(raw)]
    with desk.db.write() as session:
        before = claim(session, key=key, actor_id=actor.id, request=request, answer=made, now=now)
        if before is None:
            _shelve(desk, session, made, alarm_id, raw, actor)
        return get_shelving(session, before or made)


def unshelve(desk: AlarmDesk, alarm_id: str, actor: Actor, key: str) -> None:
    """Let the alarm's rule raise alarms again at once; harmless for one that is not shelved.

    The same ``key`` again changes nothing. Durable when this returns. Raises ``Forbidden`` and
    ``NotFound``.
    """
    _require(actor, "alarms.shelve")
    now = desk.clock.now()
    request = ["unshelve", alarm_id]
    with desk.db.write() as session:
        if claim(session, key=key, actor_id=actor.id, request=request, answer=alarm_id, now=now):
            return
        rule_id = alarm_row(session, alarm_id).rule_id
        state = lock_states(session, [rule_id]).get(rule_id)
        if state is not None:
            save_states(session, {rule_id: evaluation.shelve(state, 0, 0)})
        end_shelvings(session, rule_id, Stamp(actor, now))


def _shelve(
    desk: AlarmDesk,
    session: Session,
    shelving_id: str,
    alarm_id: str,
    raw: Mapping[str, Any],
    actor: Actor,
) -> None:
    alarm = alarm_row(session, alarm_id)
    rule_id = alarm.rule_id
    state = lock_state(session, rule_id)
    if not session.scalar(select(exists().where(AlarmRuleRow.id == rule_id))):
        raise NotFound("alarm_rule_not_found", f"there is no alarm rule {rule_id!r}", id=rule_id)
    now = desk.clock.now()  # only now, with the rule locked, comes whoever comes second
    order = read_shelving(Fields(raw, desk.zone), now, desk.rules(now).longest_shelving)
    standing = standing_shelving(session, rule_id, now)
    if standing is not None:
        who = standing.shelved.by.name
        raise Conflict("already_shelved", f"the alarm is shelved already, by {who}", name=who)
    stamp = Stamp(actor, now)
    end_shelvings(session, rule_id, stamp)
    window = (to_micros(now), to_micros(order.until))
    save_states(session, {rule_id: evaluation.shelve(state, *window)})
    put_on_shelf(session, shelving_id, alarm, order, stamp)


def _require(actor: Actor, action: str) -> None:
    if not may(actor, action):
        raise Forbidden("alarm_not_yours", f"a {actor.post} may not acknowledge or shelve alarms")
