"""Attempts that were refused: wrong person, wrong order, or a condition not met (R-40)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kit.actors import Actor, Post
from kit.db import Base, BigInt, Database, Json, UtcDateTime
from kit.errors import Forbidden, NotFound, OutOfOrder
from kit.where import Where

ID_LENGTH = 64


class RefusalRow(Base):
    """An attempt that was refused: wrong person, wrong order, or a condition not met (R-40)."""

    __tablename__ = "refusal"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ticket_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    command: Mapped[str] = mapped_column(String(32))
    actor_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    actor_name: Mapped[str] = mapped_column(String(80))
    actor_role: Mapped[str] = mapped_column(String(20))
    where: Mapped[Any] = mapped_column("where_json", Json)
    code: Mapped[str] = mapped_column(String(48))
    message: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class RefusedAttempt:
    """One attempt that was refused."""

    at: datetime
    ticket_id: str | None
    command: str
    actor: Actor
    code: str
    message: str


class Concealed(NotFound):
    """The answer to an actor who may not know of something: that it does not exist.

    The attempt is recorded as ``refused`` (R-40).
    """

    def __init__(self, told: NotFound, refused: Forbidden) -> None:
        super().__init__(told.code, told.message, **told.params)
        self.refused = refused


@contextmanager
def recording_refusals(
    db: Database, ticket_id: str | None, command: str, actor: Actor, where: Where, now: datetime
) -> Iterator[None]:
    """Record whatever is refused while the block runs, then re-raise it."""
    try:
        yield
    except (Forbidden, OutOfOrder, Concealed) as error:
        refused = error.refused if isinstance(error, Concealed) else error
        # A transaction of its own: the attempt is rolled back, its record must not be.
        with db.write() as session:
            record_refusal(session, ticket_id, command, actor, where, now, refused)
        raise


def record_refusal(
    session: Session,
    ticket_id: str | None,
    command: str,
    actor: Actor,
    where: Where,
    now: datetime,
    refused: Forbidden | OutOfOrder,
) -> None:
    """Add one refused attempt; durable when the session commits."""
    session.add(
        RefusalRow(
            at=now,
            ticket_id=ticket_id,
            command=command[:32],
            actor_id=actor.id,
            actor_name=actor.name,
            actor_role=actor.post,
            where=msgspec.to_builtins(where),
            code=refused.code,
            message=refused.message,
        )
    )


def refused_attempts(
    session: Session, ticket_id: str | None = None, *, limit: int = 100
) -> list[RefusedAttempt]:
    """Return the latest refused attempts, of one ticket or of all."""
    statement = select(RefusalRow).order_by(RefusalRow.id.desc()).limit(limit)
    if ticket_id is not None:
        statement = statement.where(RefusalRow.ticket_id == ticket_id)
    return [
        RefusedAttempt(
            row.at,
            row.ticket_id,
            row.command,
            Actor(row.actor_id, row.actor_name, Post(row.actor_role)),
            row.code,
            row.message,
        )
        for row in session.scalars(statement)
    ]
