"""The archive: every ticket that goes in is sealed, each seal chained to the last (R-39)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch import history
from dispatch.chain import GENESIS, Fault, digest, seal_hash, verify
from dispatch.model import State, TicketEvent
from dispatch.rows import row_of, to_ticket
from dispatch.tables import (
    ArchiveEntryRow,
    ArchiveHeadRow,
    TicketCounterRow,
    TicketRow,
    TicketTechnicianRow,
)
from kit.db import insert_if_new

_HEAD = 1


def seal(session: Session, event: TicketEvent) -> None:
    """Seal the ticket whose last event this is; one seal at a time, in line."""
    insert_if_new(session, ArchiveHeadRow, {"id": _HEAD, "n": 0, "hash": GENESIS})
    head = session.scalars(
        select(ArchiveHeadRow).where(ArchiveHeadRow.id == _HEAD).with_for_update()
    ).one()
    n, previous = head.n + 1, head.hash
    head.n, head.hash = n, seal_hash(n, event.ticket_id, event.n, event.hash, previous)
    session.add(
        ArchiveEntryRow(
            n=n,
            ticket_id=event.ticket_id,
            sealed_at=event.at,
            sealed_by=event.actor.id,
            events=event.n,
            head_hash=event.hash,
            prev_hash=previous,
            hash=head.hash,
        )
    )
    session.flush()


def verify_ticket(session: Session, ticket_id: str) -> list[Fault]:
    """Return every fault of one ticket: its events, its own row, and its seal if it has one."""
    events = history.events(session, ticket_id)
    faults = verify(events)
    row = session.get(TicketRow, ticket_id)
    if row is None or not events:
        return [*faults, Fault(ticket_id, 0, "missing_ticket", "the ticket is not there")]
    last = events[-1]
    whole = digest(row.body) == last.after and _is_copied(session, row)
    if not whole or (row.version, row.state) != (last.n, last.to_state.value):
        faults.append(
            Fault(ticket_id, last.n, "ticket_altered", "the ticket is not as its events left it")
        )
    entry = session.scalar(select(ArchiveEntryRow).where(ArchiveEntryRow.ticket_id == ticket_id))
    if entry is None and last.to_state is State.ARCHIVED:
        faults.append(Fault(ticket_id, last.n, "missing_seal", "the archive has no seal of it"))
    if entry is not None and (entry.events, entry.head_hash) != (last.n, last.hash):
        faults.append(Fault(ticket_id, last.n, "seal_mismatch", "its events are not those sealed"))
    return faults


def _is_copied(session: Session, row: TicketRow) -> bool:
    """Whether columns and named people, by which lists are made, are those of the ticket's body."""
    ticket = to_ticket(row.body)
    copied = row_of(ticket, row.body)
    named = select(TicketTechnicianRow).where(TicketTechnicianRow.ticket_id == row.id)
    people = {(one.technician_id, one.name) for one in session.scalars(named)}
    return people == {(one.id, one.name) for one in ticket.technicians} and all(
        getattr(row, name) == value for name, value in copied.items()
    )


def verify_archive(session: Session) -> list[Fault]:
    """Return every fault of the whole record: seals, tickets, and numbers that are missing.

    None, if every ticket, event and seal is there as it was written. Reads everything: meant for
    the nightly check and the auditor.
    """
    faults = _verify_seals(session) + _verify_numbers(session)
    sealed = set(session.scalars(select(ArchiveEntryRow.ticket_id)))
    stored = set(session.scalars(select(TicketRow.id)))
    for ticket_id in sorted(sealed | stored):
        faults += verify_ticket(session, ticket_id)
    return faults


def _verify_seals(session: Session) -> list[Fault]:
    faults: list[Fault] = []
    previous, expected = GENESIS, 1
    for entry in session.scalars(select(ArchiveEntryRow).order_by(ArchiveEntryRow.n)):
        right = seal_hash(entry.n, entry.ticket_id, entry.events, entry.head_hash, entry.prev_hash)
        found = (
            ("missing_seal", "a seal before this one is missing", entry.n != expected),
            ("broken_link", "the seal is not chained to the last", entry.prev_hash != previous),
            ("altered", "the seal is not what was written", right != entry.hash),
        )
        faults += [Fault(entry.ticket_id, entry.n, code, text) for code, text, bad in found if bad]
        previous, expected = entry.hash, entry.n + 1
    head = session.get(ArchiveHeadRow, _HEAD)
    end = (head.n, head.hash) if head else (0, GENESIS)
    if end != (expected - 1, previous):
        faults.append(Fault("", end[0], "missing_seal", "the last seals are missing"))
    return faults


def _verify_numbers(session: Session) -> list[Fault]:
    """Return a fault for each day of which fewer tickets stand than numbers were given out."""
    faults: list[Fault] = []
    for counter in session.scalars(select(TicketCounterRow).order_by(TicketCounterRow.day)):
        there = session.scalar(
            select(func.count()).where(TicketRow.number.startswith(f"WX{counter.day}-"))
        )
        if there != counter.last:
            text = f"{counter.last} numbers were given out on {counter.day}, {there} tickets stand"
            faults.append(Fault("", counter.last, "missing_ticket", text))
    return faults
