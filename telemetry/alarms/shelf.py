"""The shelf: shelvings on record, and which of them stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from kit.actors import Actor, Post
from kit.step import Stamp
from telemetry.alarms.alarm_search import Alarm, alarm_of
from telemetry.alarms.alarm_tables import AlarmRow, AlarmShelvingRow, AlarmStateRow
from telemetry.alarms.shelving import Shelving, ShelvingOrder


@dataclass(frozen=True, slots=True)
class ShelvedAlarm:
    """An alarm whose rule is shelved; ``beyond_limit``: the alarm would stand if it were not."""

    alarm: Alarm
    shelving: Shelving
    beyond_limit: bool


def shelved_alarms(session: Session, now: datetime) -> list[ShelvedAlarm]:
    """Return what is shelved, the first to come back first."""
    query = (
        select(AlarmShelvingRow, AlarmRow, AlarmStateRow.active)
        .join(AlarmRow, AlarmRow.id == AlarmShelvingRow.alarm_id)
        .join(AlarmStateRow, AlarmStateRow.rule_id == AlarmShelvingRow.rule_id)
        .where(_unfinished(now))
        .order_by(AlarmShelvingRow.until, AlarmShelvingRow.id)
    )
    found = [
        ShelvedAlarm(alarm_of(alarm), shelving_of(row), active)
        for row, alarm, active in session.execute(query)
    ]
    return [one for one in found if one.shelving.stands(now)]


def standing_shelving(session: Session, rule_id: str, now: datetime) -> Shelving | None:
    """Return the rule's shelving that is in force; None if it is not shelved."""
    query = select(AlarmShelvingRow).where(AlarmShelvingRow.rule_id == rule_id, _unfinished(now))
    found = (shelving_of(row) for row in session.scalars(query))
    return next((one for one in found if one.stands(now)), None)


def get_shelving(session: Session, shelving_id: str) -> Shelving:
    """Return one shelving that is on record."""
    return shelving_of(session.get_one(AlarmShelvingRow, shelving_id))


def shelvings_of(session: Session, rule_id: str, limit: int = 20) -> list[Shelving]:
    """Return the latest shelvings of a rule, the newest first."""
    query = select(AlarmShelvingRow).where(AlarmShelvingRow.rule_id == rule_id)
    order = (AlarmShelvingRow.at.desc(), AlarmShelvingRow.id.desc())
    return [shelving_of(row) for row in session.scalars(query.order_by(*order).limit(limit))]


def put_on_shelf(
    session: Session, shelving_id: str, alarm: AlarmRow, order: ShelvingOrder, stamp: Stamp
) -> None:
    """Write a shelving down; durable when the session commits."""
    row = AlarmShelvingRow(
        id=shelving_id,
        alarm_id=alarm.id,
        rule_id=alarm.rule_id,
        until=order.until,
        reason=order.reason,
        at=stamp.at,
        by_id=stamp.by.id,
        by_name=stamp.by.name,
        by_post=stamp.by.post,
    )
    session.add(row)
    session.flush()


def end_shelvings(session: Session, rule_id: str, stamp: Stamp) -> None:
    """Note who ended what is left of a rule's shelvings; durable when the session commits."""
    session.execute(
        update(AlarmShelvingRow)
        .where(AlarmShelvingRow.rule_id == rule_id, _unfinished(stamp.at))
        .values(
            ended_at=stamp.at,
            ended_by_id=stamp.by.id,
            ended_by_name=stamp.by.name,
            ended_by_post=stamp.by.post,
        )
    )


def _unfinished(now: datetime) -> ColumnElement[bool]:
    # Also what a clock that was set back has put into the future: ``Shelving.stands`` judges that.
    return and_(AlarmShelvingRow.ended_at.is_(None), AlarmShelvingRow.until > now)


def shelving_of(row: AlarmShelvingRow) -> Shelving:
    """Return the shelving of a row."""
    ended = None
    if row.ended_at is not None:
        who = (str(row.ended_by_id), str(row.ended_by_name), Post(str(row.ended_by_post)))
        ended = Stamp(Actor(*who), row.ended_at)
    return Shelving(
        row.id,
        row.alarm_id,
        row.rule_id,
        ShelvingOrder(row.until, row.reason),
        Stamp(Actor(row.by_id, row.by_name, Post(row.by_post)), row.at),
        ended,
    )
