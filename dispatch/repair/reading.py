"""Reading one ticket and its history as a viewer may see them; stamps that show changes."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.repair import tickets
from dispatch.repair.context import Workflow
from dispatch.repair.masking import (
    knows_of,
    masked_event,
    masked_ticket,
    personal_in,
    sees_persons_of,
)
from dispatch.repair.repair_tables import TicketEventRow, TicketRow
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.record import Event


def get_ticket(session: Session, viewer: Actor, ticket_id: str) -> Ticket:
    """Return one ticket as this viewer may see it.

    Raises ``NotFound`` as well for a ticket that the viewer may not know of.
    """
    return masked_ticket(_known(session, viewer, ticket_id), viewer)


def history_of(session: Session, viewer: Actor, ticket_id: str, workflow: Workflow) -> list[Event]:
    """Return the steps taken on a ticket, as this viewer may see them; raise ``NotFound``."""
    ticket = _known(session, viewer, ticket_id)
    found = tickets.TICKETS.history(session, ticket_id)
    if sees_persons_of(viewer, ticket):
        return found
    return [masked_event(event, personal_in(event, workflow)) for event in found]


def stamp_of_all(session: Session) -> str:
    """Return a text that changes whenever any ticket does, for the live pages.

    It includes the count, because transactions may commit in another order than their ids.
    """
    latest = session.scalar(select(func.max(TicketEventRow.id))) or 0
    recent = select(func.count()).where(TicketEventRow.id > latest - 1000)
    return f"{latest}-{session.scalar(recent)}"


def stamp_of(session: Session, ticket_id: str) -> str:
    """Return a text that changes whenever this ticket does."""
    return str(session.scalar(select(TicketRow.version).where(TicketRow.id == ticket_id)))


def _known(session: Session, viewer: Actor, ticket_id: str) -> Ticket:
    ticket = tickets.load(session, ticket_id)
    if not knows_of(viewer, ticket):
        raise tickets.TICKETS.not_found(ticket_id)
    return ticket
