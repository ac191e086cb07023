"""Whom the crews of an office visit on one day: appointments and services at home by their time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.appointments.appointment import WITHOUT_PLACE, Appointment, Service
from dispatch.appointments.appointments import TABLES, within_reach
from kit.actors import Actor
from kit.record_book import reader

_MOST = 500
"""More than any crew could visit in a day."""


def visits_on(
    session: Session, viewer: Actor, day: date, zone: tzinfo, office_id: str = ""
) -> list[Appointment]:
    """Return what this viewer may see of a day of the company's zone, the earliest first.

    Without ``office_id`` of all offices. What was cancelled or is to be moved is left out, and so
    is what waits for its answer: it has no time.
    """
    first = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    found: list[Appointment] = []
    for service in Service:
        table, read = TABLES[service], reader(Appointment, str(service))
        chosen = (
            select(table.body)
            .where(within_reach(viewer, service), table.begins_at >= first, table.begins_at < end)
            .where(table.state.not_in([*WITHOUT_PLACE]))
            .order_by(table.begins_at)
            .limit(_MOST)
        )
        if office_id:
            chosen = chosen.where(table.office_id == office_id)
        found += [read(body) for body in session.scalars(chosen)]
    return sorted(found, key=_when)


def _when(one: Appointment) -> tuple[datetime, str]:
    return (one.agreed.begins_at if one.agreed else one.registered.at, one.number)
