"""Personal data is for those who need it (R-38): who sees it, and what the others see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dispatch.model import Ticket, TicketEvent
from kit.actors import Actor, Post
from kit.rights import may

_HIDDEN = "*"


def sees_person(viewer: Actor) -> bool:
    """Whether this post needs the customer's name and telephone number for its work."""
    return may(viewer, "customer.see_person")


def mask_name(name: str) -> str:
    """Return the family name alone: 王小明 is 王**, Smith is S****."""
    return name[:1] + _HIDDEN * min(max(len(name) - 1, 1), 4) if name else ""


def mask_phone(phone: str) -> str:
    """Return the number with its middle hidden: 138****5678, 0350-****150, 30***50."""
    if len(phone) == 11 and phone.isdigit():
        return phone[:3] + _HIDDEN * 4 + phone[-4:]
    area, dash, rest = phone.rpartition("-")
    if dash and area.startswith("0") and len(rest) >= 7:
        return area + dash + _HIDDEN * (len(rest) - 3) + rest[-3:]
    if len(phone) <= 4:
        return _HIDDEN * len(phone)
    return phone[:2] + _HIDDEN * (len(phone) - 4) + phone[-2:]


def masked_ticket(ticket: Ticket, viewer: Actor) -> Ticket:
    """Return the ticket as this viewer may see it; a station's own ticket names no customer."""
    if sees_person(viewer) or ticket.own_facility:
        return ticket
    consent, opinion = ticket.consent, ticket.opinion
    return replace(
        ticket,
        name=mask_name(ticket.name),
        phone=mask_phone(ticket.phone),
        logged_by=_masked_actor(ticket.logged_by),
        consent=consent
        and replace(
            consent,
            name=mask_name(consent.name),
            signature=None,
            recorded_by=_masked_actor(consent.recorded_by),
        ),
        opinion=opinion
        and replace(
            opinion,
            signature=replace(opinion.signature, strokes=(), typed_name=""),
            recorded_by=_masked_actor(opinion.recorded_by),
        ),
    )


def masked_event(event: TicketEvent, viewer: Actor, *, own_facility: bool) -> TicketEvent:
    """Return the event as this viewer may see it (its hash is that of the whole one)."""
    if sees_person(viewer) or own_facility:
        return event
    return replace(event, actor=_masked_actor(event.actor), data=_masked_data(event))


def _masked_data(event: TicketEvent) -> Any:
    data = dict(event.data)
    if event.command == "log":
        data |= {"name": mask_name(data["name"]), "phone": mask_phone(data["phone"])}
    if event.command == "consent":
        data |= {"name": mask_name(data["name"])}
    if "signature" in data:
        data["signature"] = None
    return data


def _masked_actor(actor: Actor) -> Actor:
    customer = actor.post is Post.CUSTOMER
    return replace(actor, name=mask_name(actor.name)) if customer else actor
