"""Giving a command of the workflow from a form: one effect, or the same page with every fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request

from api.access.all_rights import all_rights
from api.accounts.users import list_users
from api.pages.repair import repair_context as context
from api.web.forms import Form, data_of, faults, general_fault, kept_words, moved_back, sent
from api.web.i18n import Catalogue
from api.web.page import Sent, Web, key_again, where_of
from api.web.render import new_key
from api.web.steps import take_step
from dispatch import queries
from dispatch.archive import verify_ticket
from dispatch.commitments import arrival
from dispatch.model import Ticket
from kit.actors import Actor, Post
from kit.errors import Conflict, Invalid, OutOfOrder
from kit.rights import may


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that was not taken: the form with its faults, and the status to answer with."""

    form: Form
    status: int


def ticket_page(
    web: Web,
    request: Request,
    actor: Actor,
    ticket_id: str,
    base: str,
    refused: Refused | None = None,
) -> context.TicketPage:
    """Return the page of one ticket as this person may see it; raise ``NotFound``.

    ``base`` is the page's own address, which its forms are posted below.
    """
    now = web.now()
    with web.parts.db.read() as session:
        ticket = queries.get_ticket(session, actor, ticket_id)
        events = queries.ticket_events(session, actor, ticket_id)
        sound = not verify_ticket(session, ticket_id)
        chosen = refused.form.values.get("technicians", "") if refused else ""
        names_crew = all_rights().may(actor, "repair.assign")
        crew = _crew(session, ticket, chosen, now) if names_crew else ()
    forms = {refused.form.id: refused.form} if refused else {}
    text = web.text(request)
    actions = context.actions_of(ticket, actor, forms, new_key())
    link = web.customer_link(request, ticket.id)
    return context.TicketPage(
        ticket=ticket,
        clock=arrival(ticket.promise, events, now),
        shown_at=now,
        actions=actions,
        blocked=context.blocked_of(ticket, actor),
        expected=context.expected_of(ticket, {post: text.label("post", post) for post in Post}),
        history=context.history_of(events),
        chain_sound=sound,
        crew=crew,
        customer_link=link if may(actor, "customer.hand_link") and not ticket.own_facility else "",
        can_call=may(actor, "tickets.call_customer"),
        by_customer=actor.post is Post.CUSTOMER,
        base=base,
        stray=_stray(refused, actions, text),
        signer_name="" if actor.post is Post.CUSTOMER else ticket.name,
    )


def _stray(
    refused: Refused | None, actions: tuple[context.Action, ...], text: Catalogue
) -> context.Stray | None:
    if refused is None or any(action.command == refused.form.id for action in actions):
        return None
    form = refused.form
    return context.Stray(form.id, form.errors, kept_words(form.values, text))


def _crew(
    session: Session, ticket: Ticket, chosen: str, now: datetime
) -> tuple[context.CrewMember, ...]:
    named = set(chosen.split()) or {person.id for person in ticket.technicians}
    return tuple(
        context.CrewMember(
            id=user.id,
            name=user.name,
            open_jobs=len(queries.technician_jobs(session, _technician(user.id, user.name), now)),
            chosen=user.id in named,
        )
        for user in list_users(session, Post.TECHNICIAN)
        if user.active
    )


def _technician(user_id: str, name: str) -> Actor:
    return Actor(user_id, name, Post.TECHNICIAN)


def give(
    web: Web, request: Request, actor: Actor, ticket_id: str, command: str, typed: Sent
) -> Ticket | Refused:
    """Give the command; return the ticket as it stands then, or the form with all its faults.

    Raises ``NotFound`` and ``Forbidden``, which have no form to go back to.
    """
    text = web.text(request)
    data, moved = data_of(typed.values)
    data.pop("technician", None)
    values = dict(typed.values)
    if command == "assign":
        data["technicians"] = [{"id": one} for one in typed.technicians]
        moved |= {f"technicians.{n}.id": "technicians" for n in range(len(typed.technicians))}
        values["technicians"] = " ".join(typed.technicians)
    where = where_of(typed.values, office=may(actor, "tickets.act_from_office"))
    try:
        return take_step(web.parts, actor, ticket_id, command, data, typed.key, where)
    except Invalid as invalid:
        found = faults(moved_back(invalid.errors, moved), text)
        return Refused(sent(command, key_again(typed, invalid), values, found), 422)
    except OutOfOrder as refused:
        fault = general_fault(_out_of_order(refused, text))
        return Refused(sent(command, new_key(), values, [fault]), 409)
    except Conflict as conflict:
        fault = general_fault(text.error(conflict.code, conflict.message, conflict.params))
        return Refused(sent(command, new_key(), values, [fault]), 409)


def _out_of_order(refused: OutOfOrder, text: Catalogue) -> str:
    sentence = text.error(refused.code, refused.message, refused.params)
    if not refused.allowed:
        return sentence
    words = "、".join(text.label("command", command) for command in refused.allowed)
    return f"{sentence} {text('What is possible now:')} {words}"
