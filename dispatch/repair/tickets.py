"""Loading and saving tickets: a ticket, its event, people, deadlines and materials go together."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from dispatch.archive.seals import seal
from dispatch.clocks.course import DeadlineKind
from dispatch.clocks.deadlines import keep_deadlines
from dispatch.materials.booking import MovedBy, book
from dispatch.repair.material_use import movements_of_use
from dispatch.repair.record_formats import to_ticket
from dispatch.repair.repair_tables import (
    TicketCounterRow,
    TicketEventRow,
    TicketGramRow,
    TicketRow,
    TicketTechnicianRow,
)
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.ticket_row import columns_of, grams
from kit.db import insert_if_new
from kit.record_book import RecordBook
from kit.step import Stamp
from kit.where import Where
from kit.workflow import Decision

TICKETS = RecordBook("ticket", State.NEW, TicketRow, TicketEventRow, to_ticket, columns_of)
"""The book of all tickets and their events."""


def load(session: Session, ticket_id: str, *, lock: bool = False) -> Ticket:
    """Return one ticket; ``lock`` makes others wait to change it. Raises ``NotFound``."""
    return TICKETS.load(session, ticket_id, lock=lock)


def find_ticket(session: Session, ticket_id: str) -> Ticket | None:
    """Return one ticket; None when there is none of this id."""
    body = session.scalar(select(TicketRow.body).where(TicketRow.id == ticket_id))
    return None if body is None else to_ticket(body)


def find_by_dedupe_key(session: Session, dedupe_key: str) -> Ticket | None:
    """Return the ticket that was opened under this key, if one was."""
    body = session.scalar(select(TicketRow.body).where(TicketRow.dedupe_key == dedupe_key))
    return None if body is None else to_ticket(body)


def latest_of_rule(session: Session, rule_id: str) -> Ticket | None:
    """Return the newest ticket that an alarm of this rule opened, locked; None if there is none."""
    newest = select(TicketRow.id).where(TicketRow.alarm_rule_id == rule_id)
    found = session.scalar(newest.order_by(TicketRow.id.desc()).limit(1)) if rule_id else None
    return load(session, found, lock=True) if found else None


def save(session: Session, decision: Decision[Ticket], stamp: Stamp, where: Where) -> None:
    """Write what was decided; durable, all of it or nothing, when the session commits.

    Raises ``Conflict`` when somebody else has changed the ticket since it was loaded, or when a
    place does not hold the material that was used from it.
    """
    before, after = decision.before, decision.after
    event = TICKETS.save(session, decision, stamp, where)
    if before is None or after.crew.technicians != before.crew.technicians:
        _save_technicians(session, after)
    _save_grams(session, after.id, grams(before) if before else frozenset(), grams(after))
    waited = _deadlines(before) if before else {}
    keep_deadlines(session, after.id, waited, _deadlines(after), stamp.at)
    if moved := movements_of_use(before, after):
        book(session, moved, MovedBy("ticket", after.id), stamp)
    if after.state is State.ARCHIVED:
        seal(session, event)


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


def _save_technicians(session: Session, ticket: Ticket) -> None:
    session.execute(delete(TicketTechnicianRow).where(TicketTechnicianRow.ticket_id == ticket.id))
    session.add_all(
        TicketTechnicianRow(ticket_id=ticket.id, technician_id=person.id, name=person.name)
        for person in ticket.crew.technicians
    )
    session.flush()


def _save_grams(
    session: Session, ticket_id: str, before: frozenset[str], after: frozenset[str]
) -> None:
    if gone := before - after:
        mine = TicketGramRow.ticket_id == ticket_id
        session.execute(delete(TicketGramRow).where(mine, TicketGramRow.gram.in_(gone)))
    if new := sorted(after - before):
        rows = [{"gram": gram, "ticket_id": ticket_id} for gram in new]
        session.execute(insert(TicketGramRow), rows)


def _deadlines(ticket: Ticket) -> dict[str, datetime]:
    """Return what must still happen by when, by kind; what a pause holds has no time."""
    waiting = {kind: one for kind, one in ticket.courses.items() if not one.is_over}
    told = {kind: one.explained() for kind, one in waiting.items()}
    due: dict[str, datetime] = {
        kind: one.due_at for kind, one in told.items() if one and one.due_at
    }
    if ticket.pause and not ticket.pause.overran_at:
        due[DeadlineKind.RESUMPTION] = ticket.pause.resume_by
    return due
