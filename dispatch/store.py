"""Loading and saving tickets: the ticket, its event, its people and its timers go together."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from dispatch import archive, history
from dispatch.chain import digest, sealed
from dispatch.commitments import deadlines
from dispatch.model import State, Ticket, TicketEvent, Where
from dispatch.rows import row_of, to_ticket
from dispatch.tables import DeadlineRow, TicketCounterRow, TicketRow, TicketTechnicianRow
from dispatch.workflow import Decision
from kit.actors import Actor
from kit.db import insert_if_new
from kit.errors import Conflict, NotFound


def load(session: Session, ticket_id: str, *, lock: bool = False) -> Ticket:
    """Return one ticket; ``lock`` makes others wait to change it. Raises ``NotFound``."""
    statement = select(TicketRow.body).where(TicketRow.id == ticket_id)
    body = session.scalar(statement.with_for_update() if lock else statement)
    if body is None:
        raise NotFound("ticket_not_found", f"there is no ticket {ticket_id!r}", id=ticket_id)
    return to_ticket(body)


def latest_of_rule(session: Session, rule_id: str) -> Ticket | None:
    """Return the newest ticket that an alarm of this rule opened, locked; None if there is none."""
    newest = select(TicketRow.id).where(TicketRow.alarm_rule_id == rule_id)
    found = session.scalar(newest.order_by(TicketRow.id.desc()).limit(1)) if rule_id else None
    return load(session, found, lock=True) if found else None


def save(
    session: Session, decision: Decision, *, actor: Actor, where: Where, now: datetime
) -> TicketEvent:
    """Write what was decided; durable, all of it or nothing, when the session commits.

    Raises ``Conflict`` when somebody else has changed the ticket since it was loaded.
    """
    before, after = decision.before, decision.after
    body = msgspec.to_builtins(after)
    _save_row(session, before, after, body)
    event = sealed(
        TicketEvent(
            ticket_id=after.id,
            n=after.version,
            at=now,
            actor=actor,
            where=where,
            command=decision.step.command,
            data=msgspec.to_builtins(decision.content),
            from_state=before.state,
            to_state=after.state,
            after=digest(body),
            prev_hash=history.head_hash(session, after.id, before.version),
            hash="",
        )
    )
    history.append(session, event)
    if after.technicians != before.technicians:
        _save_technicians(session, after)
    _save_deadlines(session, before, after, now)
    if after.state is State.ARCHIVED:
        archive.seal(session, event)
    return event


def next_number(session: Session, day: str) -> str:
    """Return the next ticket number of a day (``20261123``), as it is said and printed."""
    insert_if_new(session, TicketCounterRow, {"day": day, "last": 0})
    last = session.scalar(
        update(TicketCounterRow)
        .where(TicketCounterRow.day == day)
        .values(last=TicketCounterRow.last + 1)
        .returning(TicketCounterRow.last)
    )
    return ticket_number(day, cast("int", last))


def ticket_number(day: str, running: int) -> str:
    """Return the number of the ``running``-th ticket of a day: ``WX20261123-0007``."""
    return f"WX{day}-{running:04d}"


def _save_row(session: Session, before: Ticket, after: Ticket, body: Any) -> None:
    columns = row_of(after, body)
    if before.version == 0:
        session.add(TicketRow(**columns))
        session.flush()
        return
    changed = session.execute(
        update(TicketRow)
        .where(TicketRow.id == after.id, TicketRow.version == before.version)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise Conflict("ticket_changed", "somebody else has just changed this ticket", id=after.id)


def _save_technicians(session: Session, ticket: Ticket) -> None:
    session.execute(delete(TicketTechnicianRow).where(TicketTechnicianRow.ticket_id == ticket.id))
    session.add_all(
        TicketTechnicianRow(ticket_id=ticket.id, technician_id=person.id, name=person.name)
        for person in ticket.technicians
    )
    session.flush()


def _save_deadlines(session: Session, before: Ticket, after: Ticket, now: datetime) -> None:
    waiting, waited = deadlines(after), {} if before.version == 0 else deadlines(before)
    for kind in waiting.keys() - waited.keys():
        session.add(DeadlineRow(ticket_id=after.id, kind=kind, due_at=waiting[kind]))
    for kind in waited.keys() - waiting.keys():
        session.execute(
            update(DeadlineRow)
            .where(
                DeadlineRow.ticket_id == after.id,
                DeadlineRow.kind == kind,
                DeadlineRow.settled_at.is_(None),
            )
            .values(settled_at=now)
        )
