"""One ticket: on the office's desk, and as its sheets of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.access.guard import allow
from api.pages.repair.link_code import link_code
from api.pages.repair.step_forms import give_step
from api.pages.repair.ticket_context import CrewMember, SheetPage, TicketPage
from api.web.forms import RefusedForm
from api.web.i18n import Catalogue
from api.web.page import Typed, Web
from api.web.render import new_key, see_other
from api.web.step_actions import (
    Action,
    actions_of,
    blocked_of,
    expected_of,
    history_lines,
    stages_of,
    stray_of,
)
from dispatch.knowledge.answers import looked_up_for
from dispatch.repair.context import TECHNICIANS
from dispatch.repair.parties import Owner
from dispatch.repair.reading import read_record
from dispatch.repair.search import count_jobs
from dispatch.repair.sheets import Relation
from dispatch.repair.ticket import Ticket, customer_of
from dispatch.roster.call_outs import accepted_for
from kit.actors import Actor, Post
from kit.rights import may

Board = Annotated[Actor, Depends(allow("tickets.see_board"))]
Printer = Annotated[Actor, Depends(allow("sheets.print"))]
LIVE = "/api/v1/live/board"


def routes(web: Web) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/tickets/{ticket_id}")
    def ticket(ticket_id: str, request: Request, actor: Board) -> Response:
        return _draw(web, request, actor, ticket_id)

    @router.get("/tickets/{ticket_id}/print")
    def order(ticket_id: str, request: Request, actor: Printer) -> Response:
        page = _sheet(web, actor, ticket_id, order=True)
        return web.draw(request, "repair/sheet.html", page, actor)

    @router.get("/tickets/{ticket_id}/intake-sheet")
    def sheet(ticket_id: str, request: Request, actor: Printer) -> Response:
        page = _sheet(web, actor, ticket_id, order=False)
        return web.draw(request, "repair/sheet.html", page, actor)

    @router.post("/tickets/{ticket_id}/{step}")
    def act(ticket_id: str, step: str, request: Request, actor: Board, typed: Typed) -> Response:
        done = give_step(web, request, actor, ticket_id, step, typed)
        if isinstance(done, RefusedForm):
            return _draw(web, request, actor, ticket_id, done)
        return see_other(f"/tickets/{ticket_id}?said=done")

    return router


def ticket_page(
    web: Web,
    request: Request,
    actor: Actor,
    ticket_id: str,
    base: str,
    refused: RefusedForm | None = None,
) -> TicketPage:
    """Return the page of one ticket as this person may see it; raise ``NotFound``."""
    now, workflow, text = web.now(), web.parts.desk.workflow, web.text(request)
    with web.parts.db.read() as session:
        record = read_record(session, actor, ticket_id, workflow)
        ticket = record.ticket
        sent = {refused.form.id: refused.form} if refused else {}
        pieces = web.painter.pieces("repair/step_pieces")
        actions = actions_of(workflow, ticket, actor, sent, new_key(), pieces)
        crew = _crew(web, session, ticket, actions)
    by_customer = actor.post is Post.CUSTOMER
    return TicketPage(
        ticket=ticket,
        arrival=ticket.arrival(now),
        shown_at=now,
        base=base,
        stages=stages_of(workflow, ticket),
        actions=actions,
        blocked=blocked_of(workflow, ticket, actor),
        expected=expected_of(workflow, ticket),
        history=history_lines(record.events),
        chain_sound=not record.faults,
        crew=crew,
        customer_link=_customer_link(web, request, actor, ticket),
        can_call=may(actor, "tickets.call_customer"),
        by_customer=by_customer,
        signer_name=ticket.customer.name if ticket.customer and not by_customer else "",
        owners=owner_choices(text),
        relations=tuple(Relation),
        link_code=_link_code(web, request, actor, ticket),
        stray=stray_of(refused, actions, text),
        checklist=web.parts.desk.checklist(ticket),
    )


def _draw(
    web: Web, request: Request, actor: Actor, ticket_id: str, refused: RefusedForm | None = None
) -> Response:
    base = f"/tickets/{ticket_id}"
    page = ticket_page(web, request, actor, ticket_id, base, refused)
    with web.parts.db.read() as session:
        page = replace(page, looked_up=tuple(looked_up_for(session, ticket_id)))
    status = refused.status if refused else 200
    return web.draw(request, "repair/ticket.html", page, actor, status=status, live=LIVE, path=base)


def owner_choices(text: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return whose facility it can be, each with its word."""
    return tuple((str(owner), text.label("owner", owner)) for owner in Owner)


def _customer_link(web: Web, request: Request, actor: Actor, ticket: Ticket) -> str:
    """Return the customer's link for who hands it out; '' for others, or without a customer."""
    hands_link = may(actor, "customer.hand_link") and not ticket.own_facility
    return web.customer_link(request, ticket.id) if hands_link else ""


def _link_code(web: Web, request: Request, actor: Actor, ticket: Ticket) -> Markup | None:
    """Return the customer's link as a QR code, while there is something to sign by it."""
    theirs = web.parts.desk.workflow.allowed(ticket, customer_of(ticket))
    if not (theirs and may(actor, "customer.show_link")):
        return None
    return link_code(web.customer_link(request, ticket.id))


def _crew(
    web: Web, session: Session, ticket: Ticket, actions: Sequence[Action]
) -> tuple[CrewMember, ...]:
    """Return the technicians to choose from, if there is a choice; those on the ticket marked."""
    if not any(action.has(TECHNICIANS) for action in actions):
        return ()
    named = {person.id for person in ticket.crew.technicians}
    jobs, now = count_jobs(session), web.now()
    accepted = accepted_for(session, ticket.id)
    on_duty = web.parts.roster.on_duty_ids(session, now)
    there = web.parts.desk.technicians(session, now)
    return tuple(
        CrewMember(one, name, jobs.get(one, 0), one in named, one in on_duty, one in accepted)
        for one, name in sorted(
            there.items(), key=lambda item: (item[0] not in accepted, item[0] not in on_duty)
        )
    )


def _sheet(web: Web, actor: Actor, ticket_id: str, *, order: bool) -> SheetPage:
    with web.parts.db.read() as session:
        record = read_record(session, actor, ticket_id, web.parts.desk.workflow)
    return SheetPage(record.ticket, order, web.now(), not record.faults)
