"""Reading one ticket and its history as a viewer may see them; stamps that show changes."""

from __future__ import annotations

from dataclasses import dataclass

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
from dispatch.repair.verify import faults_of
from kit.actors import Actor
from kit.record import Event, RecordFault


def get_ticket(session: Session, viewer: Actor, ticket_id: str) -> Ticket:
    """Return one ticket as this viewer may see it.

    Raises ``NotFound`` as well for a ticket that the viewer may not know of.
    """
    return masked_ticket(_known(session, viewer, ticket_id), viewer)


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """One ticket and its events as a viewer may see them, and what is wrong with the record."""

    ticket: Ticket
    events: list[Event]
    faults: list[RecordFault]


def read_record(
    session: Session, viewer: Actor, ticket_id: str, workflow: Workflow
) -> TicketRecord:
    """Return a ticket, its events and their faults, each read once; raise ``NotFound``."""
    # While its row is held here, the session gives it to whoever asks, and reads it no second time.
    _held = session.get(TicketRow, ticket_id)
    ticket = _known(session, viewer, ticket_id)
    events = tickets.TICKETS.history(session, ticket_id)
    faults = faults_of(session, ticket_id, events)
    if not sees_persons_of(viewer, ticket):
        events = [masked_event(event, personal_in(event, workflow)) for event in events]
    return TicketRecord(masked_ticket(ticket, viewer), events, faults)


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
