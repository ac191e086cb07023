"""Alarm states and alarms: read for evaluation, and changed by what evaluation says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from kit.db import insert_if_new, upsert
from kit.instants import from_micros
from telemetry.alarms.alarm_tables import AlarmRow, AlarmStateRow
from telemetry.alarms.evaluate import NORMAL, AlarmState, Change, Transition
from telemetry.alarms.rules import AlarmRule

CHUNK = 500
"""Ids named in one query: below what the databases allow as parameters."""

_STATE = cast("Table", AlarmStateRow.__table__)
_STATE_FIELDS = [field.name for field in dataclasses.fields(AlarmState)]


def lock_states(session: Session, rule_ids: Iterable[str]) -> dict[str, AlarmState]:
    """Return the stored states, locked until the transaction ends, always in the same order."""
    ids = sorted(rule_ids)
    columns = [_STATE.c.rule_id, *(_STATE.c[name] for name in _STATE_FIELDS)]
    states: dict[str, AlarmState] = {}
    for start in range(0, len(ids), CHUNK):
        chosen = _STATE.c.rule_id.in_(ids[start : start + CHUNK])
        query = select(*columns).where(chosen).order_by(_STATE.c.rule_id).with_for_update()
        states.update((row[0], AlarmState(*row[1:])) for row in session.execute(query))
    return states


def lock_state(session: Session, rule_id: str) -> AlarmState:
    """Return the state of one rule, locked; a rule not evaluated yet gets its first one."""
    insert_if_new(session, AlarmStateRow, {"rule_id": rule_id, **dataclasses.asdict(NORMAL)})
    return lock_states(session, [rule_id])[rule_id]


def save_states(session: Session, states: Mapping[str, AlarmState]) -> None:
    """Write states; durable when the session commits."""
    if states:
        rows = [
            {"rule_id": rule_id, **{name: getattr(state, name) for name in _STATE_FIELDS}}
            for rule_id, state in sorted(states.items())
        ]
        upsert(session, AlarmStateRow, rows)


def record(session: Session, rule: AlarmRule, transition: Transition, unit: str) -> None:
    """Write what became of an alarm; the same transition again changes nothing.

    ``unit`` is that of the rule's setpoint.
    """
    at = from_micros(transition.at_us)
    if transition.change is Change.RAISED:
        _insert(session, rule, transition, unit, at)
        return
    change = update(AlarmRow).where(AlarmRow.id == transition.alarm_id)
    if transition.change is Change.RAISED_AGAIN:
        change = change.values(
            raised_again_at=at,
            returned_at=None,
            return_reported_at=None,
            value=transition.value,
            occurrences=AlarmRow.occurrences + 1,
        )
    else:
        change = change.values(returned_at=at, closed_at=at if transition.closed else None)
    session.execute(change)


def _insert(session: Session, rule: AlarmRule, raised: Transition, unit: str, at: datetime) -> None:
    row = {
        "id": raised.alarm_id,
        "station_id": rule.station_id,
        "rule_id": rule.id,
        "metric": rule.metric,
        "kind": rule.kind,
        "severity": rule.severity,
        "needs_hands": rule.needs_hands,
        "value": raised.value,
        "limit": rule.setpoint,
        "unit": unit,
        "occurrences": 1,
        "forwarded": 0,
        "raised_at": at,
    }
    insert_if_new(session, AlarmRow, row)
