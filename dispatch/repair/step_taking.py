"""Taking a step: load, decide, save, in one transaction; refusals are recorded too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from dispatch.repair import tickets
from dispatch.repair.context import Step
from dispatch.repair.desk import RepairDesk, fingerprint
from dispatch.repair.masking import knows_of
from dispatch.repair.ticket import Ticket
from kit.actors import SYSTEM, Actor
from kit.errors import SanlaiError
from kit.step import Stamp
from kit.where import NOWHERE, Where
from kit.workflow import Command

Content = TypeVar("Content")


def take_step(
    desk: RepairDesk,
    ticket_id: str,
    name: str,
    data: Mapping[str, Any],
    actor: Actor,
    key: str,
    where: Where = NOWHERE,
) -> Ticket:
    """Take one step of the table; the same ``key`` again changes nothing.

    Raises ``NotFound``, ``Forbidden``, ``OutOfOrder`` (these two are recorded, R-40),
    ``Invalid`` with every fault at once, ``Conflict`` for a key used for something else. An
    actor who may not know of the ticket always gets ``NotFound``.
    """
    now = desk.clock.now()

    def do(session: Session) -> Ticket:
        ticket = tickets.load(session, ticket_id, lock=True)
        command = Command(name, desk.fields(data))
        context = desk.context(session, now)
        decision = desk.workflow.decide(ticket, command, actor, now, context)
        _require_known(actor, ticket)
        tickets.save(session, decision, Stamp(actor, now), where)
        return decision.after

    request = [name, ticket_id, fingerprint(data)]
    try:
        with desk.recording_refusals(ticket_id, name, actor, where, now):
            taken = desk.once(key, actor, request, now, do)
    except SanlaiError:
        with desk.db.read() as session:
            _require_known(actor, tickets.load(session, ticket_id))
        raise
    # A repeat returns the ticket as it is now, and the actor may have been relieved meanwhile.
    return _require_known(actor, taken)


def _require_known(actor: Actor, ticket: Ticket) -> Ticket:
    """Return the ticket; raise ``NotFound`` if the actor may not know of it."""
    if not knows_of(actor, ticket):
        raise tickets.TICKETS.not_found(ticket.id)
    return ticket


def take_program_step(
    desk: RepairDesk,
    session: Session,
    ticket: Ticket,
    step: Step[Content],
    said: Content,
    now: datetime,
) -> Ticket:
    """Let the program take a step whose content is known; durable when the session commits."""
    stamp = Stamp(SYSTEM, now)
    decision = desk.workflow.take(ticket, step, said, stamp)
    tickets.save(session, decision, stamp, NOWHERE)
    return decision.after
