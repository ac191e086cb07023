"""Lines of ticket lists, made from what the queries return."""

from __future__ import annotations

from datetime import datetime

from api.pages.repair.repair_context import TicketLine
from dispatch.model import ArrivalStatus, State, Ticket
from dispatch.queries import BoardRow
from dispatch.workflow import BEFORE_SITE

_ENDED = (State.ARCHIVED, State.WITHDRAWN)


def line_of_row(row: BoardRow, now: datetime) -> TicketLine:
    """Return a line of the board."""
    return TicketLine(
        id=row.id,
        number=row.number,
        state=row.state,
        open=row.state not in _ENDED,
        urgent=row.priority > 0,
        channel=row.channel,
        job_type=row.job_type,
        name=row.name,
        phone=row.phone,
        address=row.address,
        content="",
        alarm=None,
        received_at=row.received_at,
        due_at=row.due_at,
        arrival=_arrival(row.state, row.due_at, row.arrived_at, row.arrival_missed_at, now),
        technicians=tuple(person.name for person in row.technicians),
    )


def line_of_ticket(ticket: Ticket, now: datetime) -> TicketLine:
    """Return a line of the register."""
    return TicketLine(
        id=ticket.id,
        number=ticket.number,
        state=ticket.state,
        open=ticket.state not in _ENDED,
        urgent=ticket.priority.level > 0,
        channel=ticket.channel,
        job_type=ticket.job_type,
        name=ticket.name,
        phone=ticket.phone,
        address=ticket.address,
        content=ticket.content,
        alarm=ticket.alarm,
        received_at=ticket.received_at,
        due_at=ticket.promise.due_at,
        arrival=_arrival(
            ticket.state,
            ticket.promise.due_at,
            ticket.arrived_at,
            ticket.arrival_missed_at,
            now,
        ),
        technicians=tuple(person.name for person in ticket.technicians),
    )


def _arrival(
    state: State,
    due: datetime,
    arrived: datetime | None,
    missed: datetime | None,
    now: datetime,
) -> ArrivalStatus:
    if arrived is not None:
        return ArrivalStatus.MET if arrived <= due else ArrivalStatus.MISSED
    if state not in BEFORE_SITE:
        return ArrivalStatus.MISSED if missed else ArrivalStatus.CLOSED
    return ArrivalStatus.OVERDUE if missed or now > due else ArrivalStatus.PENDING
