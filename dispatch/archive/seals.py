"""The seals of the archive: one per archived ticket, each chained to the one before (R-39)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.archive.archive_tables import ArchiveEntryRow, ArchiveHeadRow
from kit.db import insert_if_new
from kit.record import GENESIS, Event, RecordFault, digest

_HEAD = 1


def seal(session: Session, event: Event) -> None:
    """Seal the ticket whose last event this is; one seal at a time."""
    insert_if_new(session, ArchiveHeadRow, {"id": _HEAD, "n": 0, "hash": GENESIS})
    head = session.scalars(
        select(ArchiveHeadRow).where(ArchiveHeadRow.id == _HEAD).with_for_update()
    ).one()
    n, previous = head.n + 1, head.hash
    head.n, head.hash = n, _seal_hash(n, event.subject_id, event.n, event.hash, previous)
    session.add(
        ArchiveEntryRow(
            n=n,
            ticket_id=event.subject_id,
            sealed_at=event.at,
            sealed_by=event.actor.id,
            events=event.n,
            head_hash=event.hash,
            prev_hash=previous,
            hash=head.hash,
        )
    )
    session.flush()


def seal_faults(session: Session) -> list[RecordFault]:
    """Return every fault of the chain of seals; none if it is whole up to the last seal given."""
    faults: list[RecordFault] = []
    previous, expected = GENESIS, 1
    for entry in session.scalars(select(ArchiveEntryRow).order_by(ArchiveEntryRow.n)):
        right = _seal_hash(entry.n, entry.ticket_id, entry.events, entry.head_hash, entry.prev_hash)
        found = (
            ("missing_seal", "a seal before this one is missing", entry.n != expected),
            ("broken_link", "the seal is not chained to the last", entry.prev_hash != previous),
            ("altered", "the seal is not what was written", right != entry.hash),
        )
        faults += [
            RecordFault(entry.ticket_id, entry.n, code, text) for code, text, bad in found if bad
        ]
        previous, expected = entry.hash, entry.n + 1
    head = session.get(ArchiveHeadRow, _HEAD)
    end = (head.n, head.hash) if head else (0, GENESIS)
    if end != (expected - 1, previous):
        faults.append(RecordFault("", end[0], "missing_seal", "the last seals are missing"))
    return faults


def _seal_hash(n: int, ticket_id: str, events: int, head_hash: str, prev_hash: str) -> str:
    return digest([n, ticket_id, events, head_hash, prev_hash])
