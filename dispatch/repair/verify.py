"""Verifying the record: every ticket, event, seal and number as it was written (R-39)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.archive.archive_tables import ArchiveEntryRow
from dispatch.archive.seals import seal_faults
from dispatch.repair.repair_tables import TicketCounterRow, TicketRow, TicketTechnicianRow
from dispatch.repair.ticket import State
from dispatch.repair.tickets import TICKETS
from kit.errors import SanlaiError
from kit.record import Event, RecordFault


def verify_ticket(session: Session, ticket_id: str) -> list[RecordFault]:
    """Return every fault of one ticket: its events, its own row, and its seal if it has one."""
    return faults_of(session, ticket_id, TICKETS.history(session, ticket_id))


def faults_of(session: Session, ticket_id: str, events: list[Event]) -> list[RecordFault]:
    """Return every fault of one ticket whose ``events`` have been read."""
    faults = TICKETS.faults(session, ticket_id, events)
    if not events:
        return faults
    if not _people_are_copied(session, ticket_id):
        text = "the technicians on the ticket's list are not those that it names"
        faults.append(RecordFault(ticket_id, events[-1].n, "ticket_altered", text))
    return faults + _seal_of_ticket_faults(session, ticket_id, events[-1])


def verify_archive(session: Session) -> list[RecordFault]:
    """Return every fault of the whole record: seals, tickets, and numbers that are missing.

    Empty if every ticket, event and seal is as it was written. Reads everything: meant for the
    nightly check and the auditor.
    """
    faults = seal_faults(session) + _number_faults(session)
    sealed = set(session.scalars(select(ArchiveEntryRow.ticket_id)))
    stored = set(session.scalars(select(TicketRow.id)))
    for ticket_id in sorted(sealed | stored):
        faults += verify_ticket(session, ticket_id)
    return faults


def _seal_of_ticket_faults(session: Session, ticket_id: str, last: Event) -> list[RecordFault]:
    entry = session.scalar(select(ArchiveEntryRow).where(ArchiveEntryRow.ticket_id == ticket_id))
    if entry is None:
        archived = last.to_state == State.ARCHIVED
        text = "the archive has no seal of it"
        return [RecordFault(ticket_id, last.n, "missing_seal", text)] if archived else []
    if (entry.events, entry.head_hash) != (last.n, last.hash):
        text = "its events are not those sealed"
        return [RecordFault(ticket_id, last.n, "seal_mismatch", text)]
    return []


def _people_are_copied(session: Session, ticket_id: str) -> bool:
    """Whether the technicians that lists use are those of the ticket's body."""
    try:
        ticket = TICKETS.load(session, ticket_id)
    except SanlaiError:
        return True  # its own fault is on the list already
    named = select(TicketTechnicianRow).where(TicketTechnicianRow.ticket_id == ticket_id)
    people = {(one.technician_id, one.name) for one in session.scalars(named)}
    return people == {(one.id, one.name) for one in ticket.crew.technicians}


def _number_faults(session: Session) -> list[RecordFault]:
    """Return a fault for each day that has fewer tickets than numbers given out."""
    faults: list[RecordFault] = []
    for counter in session.scalars(select(TicketCounterRow).order_by(TicketCounterRow.day)):
        there = session.scalar(
            select(func.count()).where(TicketRow.number.startswith(f"WX{counter.day}-"))
        )
        if there != counter.last:
            text = f"{counter.last} numbers were given out on {counter.day}, {there} tickets stand"
            faults.append(RecordFault("", counter.last, "missing_ticket", text))
    return faults
