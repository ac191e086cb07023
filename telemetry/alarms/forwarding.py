"""Which alarms still need a ticket, and which returns are not on their ticket yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from telemetry.alarms.alarm_search import Alarm, alarms_by
from telemetry.alarms.alarm_tables import AlarmRow


def unforwarded(session: Session, limit: int = 100) -> list[Alarm]:
    """Return the alarms that need hands and whose latest occurrence has no ticket, oldest first."""
    query = select(AlarmRow).where(AlarmRow.needs_hands, AlarmRow.forwarded < AlarmRow.occurrences)
    return alarms_by(session, query.order_by(AlarmRow.raised_at, AlarmRow.id).limit(limit))


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
    """Return the alarms that are back to normal, but whose ticket does not say so yet.

    An occurrence that has no ticket yet is not among them: that comes first.
    """
    query = select(AlarmRow).where(
        AlarmRow.ticket_ref.is_not(None),
        AlarmRow.forwarded == AlarmRow.occurrences,
        AlarmRow.returned_at.is_not(None),
        AlarmRow.return_reported_at.is_(None),
    )
    return alarms_by(session, query.order_by(AlarmRow.returned_at, AlarmRow.id).limit(limit))


def mark_return_reported(session: Session, alarm: Alarm, now: datetime) -> None:
    """Note that the return is on the ticket, unless the alarm was raised again since."""
    session.execute(
        update(AlarmRow)
        .where(AlarmRow.id == alarm.id, AlarmRow.returned_at == alarm.returned_at)
        .values(return_reported_at=now)
    )
