"""Opening a ticket by the customer's link, which is the only key to it that they have."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dispatch.customer_link import make_token, read_token
from dispatch.repair import tickets
from dispatch.repair.desk import RepairDesk
from dispatch.repair.ticket import Ticket
from kit.errors import NotFound


def customer_token(desk: RepairDesk, ticket_id: str) -> str:
    """Return the token of the customer's link, the same one each time."""
    return make_token(desk.link_secret, ticket_id)


def id_by_token(desk: RepairDesk, token: str) -> str:
    """Return the id of the ticket of a customer's link; raise ``NotFound`` for any other text."""
    ticket_id = read_token(desk.link_secret, token)
    if ticket_id is None:
        raise NotFound("link_not_found", "this link opens no ticket")
    return ticket_id


def ticket_by_token(desk: RepairDesk, session: Session, token: str) -> Ticket:
    """Return the ticket that a customer's link opens; raise ``NotFound`` for any other text."""
    return tickets.load(session, id_by_token(desk, token))
