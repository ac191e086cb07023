"""The events of tickets in the database: rows are added and read, never changed (R-39)."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.repair.repair_tables import TicketEventRow
from kit.actors import Actor, Post
from kit.record import GENESIS, Event
from kit.where import Where


def events_of(session: Session, ticket_id: str) -> list[Event]:
    """Return every event of a ticket, in order."""
    rows = session.scalars(
        select(TicketEventRow)
        .where(TicketEventRow.ticket_id == ticket_id)
        .order_by(TicketEventRow.n)
    )
    return [_to_event(row) for row in rows]


def head_hash(session: Session, ticket_id: str, version: int) -> str:
    """Return the hash that the next event is chained to."""
    if version == 0:
        return GENESIS
    found = session.scalar(
        select(TicketEventRow.hash).where(
            TicketEventRow.ticket_id == ticket_id, TicketEventRow.n == version
        )
    )
    # A missing event shows when the record is verified; it must not stop the repair.
    return found or GENESIS


def append(session: Session, event: Event) -> None:
    """Add one event; the pair (ticket, n) is unique, so no two can be the same step."""
    session.add(
        TicketEventRow(
            ticket_id=event.subject_id,
            n=event.n,
            at=event.at,
            actor_id=event.actor.id,
            actor_name=event.actor.name,
            actor_role=event.actor.post,
            where=msgspec.to_builtins(event.where),
            command=event.command,
            data=event.data,
            from_state=event.from_state,
            to_state=event.to_state,
            after=event.after,
            prev_hash=event.prev_hash,
            hash=event.hash,
        )
    )
    session.flush()


def _to_event(row: TicketEventRow) -> Event:
    return Event(
        subject_id=row.ticket_id,
        n=row.n,
        at=row.at,
        actor=Actor(row.actor_id, row.actor_name, Post(row.actor_role)),
        where=msgspec.convert(row.where, Where),
        command=row.command,
        data=row.data,
        from_state=row.from_state,
        to_state=row.to_state,
        after=row.after,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
