"""The events of a workflow's subjects in the database: added and read, never changed (R-39)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Integer, String, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from kit.actors import Actor, Post
from kit.db import BigInt, Json, UtcDateTime
from kit.record import GENESIS, Event
from kit.where import Where

ID_LENGTH = 64
HASH_LENGTH = 64


class EventColumns:
    """The columns of a table of events, one row a step taken.

    ``id`` grows, so a page can poll it. The table itself adds ``subject_id``, with the key that it
    refers to, and makes the pair (subject, n) unique, so that no two rows can be the same step.
    """

    subject_id: InstrumentedAttribute[str]

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    n: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    actor_name: Mapped[str] = mapped_column(String(80))
    actor_role: Mapped[str] = mapped_column(String(20))
    where: Mapped[Any] = mapped_column("where_json", Json)
    command: Mapped[str] = mapped_column(String(32))
    data: Mapped[Any] = mapped_column(Json)
    from_state: Mapped[str] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(HASH_LENGTH))
    prev_hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))


def events_of(session: Session, table: type[EventColumns], subject_id: str) -> list[Event]:
    """Return every event of a subject, in order."""
    found = select(table).where(table.subject_id == subject_id).order_by(table.n)
    return [_to_event(row) for row in session.scalars(found)]


def head_hash(session: Session, table: type[EventColumns], subject_id: str, version: int) -> str:
    """Return the hash that the next event is chained to."""
    if version == 0:
        return GENESIS
    found = session.scalar(
        select(table.hash).where(table.subject_id == subject_id, table.n == version)
    )
    # A missing event shows when the record is verified; it must not stop the work.
    return found or GENESIS


def append(session: Session, table: type[EventColumns], event: Event) -> None:
    """Add one event; durable when the session commits."""
    columns: Any = table  # a mapped class takes its columns by name, which its mixin can't say
    session.add(
        columns(
            subject_id=event.subject_id,
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


def _to_event(row: EventColumns) -> Event:
    return Event(
        subject_id=row.subject_id,
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
