"""Taking a step: load, decide, save, in one transaction; refusals are recorded too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from dispatch.repair import tickets
from dispatch.repair.context import Step
from dispatch.repair.desk import RepairDesk
from dispatch.repair.masking import knows_of
from dispatch.repair.ticket import Ticket
from kit.actors import SYSTEM, Actor
from kit.idempotency import claim, fingerprint
from kit.refusals import Concealed, recording_refusals
from kit.step import Stamp
from kit.where import NOWHERE, Where
from kit.workflow import Command, not_theirs

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
    """Take one step of the table, durable on return; return the ticket as it stands then.

    The same ``key`` again changes nothing. Raises ``NotFound``, also for an actor who may not know
    of the ticket; ``Forbidden`` and ``OutOfOrder``; ``Invalid`` with every fault at once;
    ``Conflict`` for a key used for something else. Attempts by the wrong person or in the wrong
    order are recorded (R-40).
    """
    now = desk.clock.now()
    request = [name, ticket_id, fingerprint(data)]
    with (
        recording_refusals(desk.db, ticket_id, name, actor, where, now),
        desk.db.write() as session,
    ):
        ticket = tickets.load(session, ticket_id, lock=True)
        if not knows_of(actor, ticket):
            raise Concealed(tickets.TICKETS.not_found(ticket_id), not_theirs(name, actor))
        if claim(session, key=key, actor_id=actor.id, request=request, answer=ticket_id, now=now):
            return ticket
        command, context = Command(name, desk.fields(data)), desk.context(session, now)
        decision = desk.workflow.decide(ticket, command, actor, now, context)
        tickets.save(session, decision, Stamp(actor, now), where)
    return decision.after


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
