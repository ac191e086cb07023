"""Tickets that wait until a crew is named: what people are called out for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from dispatch.repair.matter import JobType
from dispatch.repair.repair_tables import TicketRow
from dispatch.repair.search import within_reach
from dispatch.repair.ticket import State
from dispatch.rulebook import DispatchRules
from kit.actors import Actor

WAITS_FOR_CREW = (State.LOGGED, State.ISSUED)
_MOST = 200


def waiting_for_crew(session: Session, viewer: Actor) -> tuple[tuple[str, str], ...]:
    """Return id and number with address of those that the viewer may see, the first due first."""
    waiting = TicketRow.state.in_(WAITS_FOR_CREW)
    found = select(TicketRow.id, TicketRow.number, TicketRow.address)
    order = TicketRow.priority.desc(), TicketRow.received_at
    rows = session.execute(found.where(waiting, within_reach(viewer)).order_by(*order).limit(_MOST))
    return tuple((row.id, f"{row.number} {row.address}") for row in rows)


def bursts_without_crew(
    session: Session, rules: DispatchRules, now: datetime, also: ColumnElement[bool]
) -> list[str]:
    """Return the ids of bursts that have waited too long, the longest first, if ``also`` holds.

    One received after now has waited too: a clock was set back, and nobody can tell how long.
    """
    latest = now - rules.unassigned_burst
    lain = or_(TicketRow.received_at <= latest, TicketRow.received_at > now + rules.tolerance)
    burst = TicketRow.job_type == JobType.BURST, TicketRow.state.in_(WAITS_FOR_CREW)
    found = select(TicketRow.id).where(*burst, lain, also)
    return list(session.scalars(found.order_by(TicketRow.received_at).limit(_MOST)))
