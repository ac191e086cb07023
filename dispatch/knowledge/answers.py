"""Was this the answer? Said of an entry, with the ticket that it was looked up for (R-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.knowledge.entry import in_force
from dispatch.knowledge.finding import Tally, tallies_of
from dispatch.knowledge.knowledge_desk import KnowledgeDesk, require
from dispatch.knowledge.knowledge_tables import KnowledgeUseRow, KnowledgeVersionRow
from dispatch.knowledge.versions import versions_of
from dispatch.repair.reading import get_ticket
from kit.actors import Actor
from kit.errors import Conflict
from kit.fields import Fields
from kit.idempotency import claim, fingerprint
from kit.ids import new_id


@dataclass(frozen=True, slots=True)
class LookedUp:
    """An entry that was looked up for a ticket, by whom, and whether it was the answer."""

    entry_id: str
    n: int
    title: str
    helped: bool
    by_name: str


def say_if_answered(
    desk: KnowledgeDesk, entry_id: str, raw: Mapping[str, Any], actor: Actor, key: str
) -> Tally:
    """Record whether the entry in force was the answer; return what all have said of it.

    ``raw`` has ``helped``, and ``ticket_id`` unless the call needed no ticket. Durable when this
    returns; the same ``key`` again changes nothing. Raises ``Forbidden``, ``Invalid``, ``NotFound``
    (also for a ticket that the actor may not know of), and ``Conflict`` when they have said so of
    this ticket before.
    """
    require(actor, "knowledge.judge")
    now = desk.clock.now()
    made, request = new_id(now), ["say_if_answered", entry_id, fingerprint(raw)]
    with desk.db.write() as session:
        known = versions_of(session, entry_id, lock=True)
        if not claim(session, key=key, actor_id=actor.id, request=request, answer=made, now=now):
            form = Fields(raw, desk.zone)
            helped, ticket_id = form.yes("helped"), form.plain("ticket_id") or None
            form.done()
            if ticket_id:
                get_ticket(session, actor, ticket_id)
                _once(session, entry_id, ticket_id, actor)
            version = in_force(known, desk.day(now)) or known[-1]
            session.add(
                KnowledgeUseRow(
                    id=made, entry_id=entry_id, n=version.n, ticket_id=ticket_id, helped=helped,
                    at=now, by_id=actor.id, by_name=actor.name,
                )
            )  # fmt: skip
            session.flush()
        return tallies_of(session, [entry_id])[entry_id]


def looked_up_for(session: Session, ticket_id: str) -> list[LookedUp]:
    """Return what was looked up for a ticket, in the order in which it was said."""
    version, use = KnowledgeVersionRow, KnowledgeUseRow
    chosen = (
        select(use.entry_id, use.n, version.title, use.helped, use.by_name)
        .join(version, (version.entry_id == use.entry_id) & (version.n == use.n))
        .where(use.ticket_id == ticket_id)
        .order_by(use.id)
    )
    return [LookedUp(*row) for row in session.execute(chosen)]


def _once(session: Session, entry_id: str, ticket_id: str, actor: Actor) -> None:
    said = select(KnowledgeUseRow.id).where(
        KnowledgeUseRow.entry_id == entry_id,
        KnowledgeUseRow.ticket_id == ticket_id,
        KnowledgeUseRow.by_id == actor.id,
    )
    if session.scalar(said):
        raise Conflict("answer_told_before", "you have said so of this ticket and entry before")
