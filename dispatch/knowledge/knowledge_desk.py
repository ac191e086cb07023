"""Writing in the knowledge base: a new entry, a new version, and whether one was the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from dispatch.knowledge.entry import EntryText, Version, read_entry
from dispatch.knowledge.phrases import Phrase
from dispatch.knowledge.versions import put_version, versions_of
from kit.actors import Actor
from kit.clock import Clock
from kit.db import Database
from kit.errors import Conflict, Forbidden
from kit.fields import Fields
from kit.idempotency import claim, fingerprint
from kit.ids import new_id
from kit.rights import may
from kit.step import Stamp


@dataclass(frozen=True, slots=True)
class KnowledgeDesk:
    """What the hotline works with: records, clock, the company's zone, and what is read out."""

    db: Database
    clock: Clock
    zone: tzinfo
    phrases: tuple[Phrase, ...]

    def day(self, now: datetime) -> date:
        """Return the day of the company's calendar."""
        return now.astimezone(self.zone).date()


def write_entry(desk: KnowledgeDesk, raw: Mapping[str, Any], actor: Actor, key: str) -> Version:
    """Write the first version of a new entry; durable when this returns.

    The same ``key`` again changes nothing. Raises ``Forbidden``, ``Invalid``.
    """
    require(actor, "knowledge.write")
    now = desk.clock.now()
    made, request = new_id(now), ["write_entry", fingerprint(raw)]
    with desk.db.write() as session:
        before = claim(session, key=key, actor_id=actor.id, request=request, answer=made, now=now)
        if before:
            return versions_of(session, before)[0]
        text = _read(desk, raw, now, first=True)
        return put_version(session, Version(made, 1, text, Stamp(actor, now)))


def rewrite_entry(
    desk: KnowledgeDesk, entry_id: str, raw: Mapping[str, Any], actor: Actor, key: str
) -> Version:
    """Write the next version of an entry; those before it stay. Durable when this returns.

    ``raw`` says in ``n`` which version the writer has read. The same ``key`` again changes nothing.
    Raises ``Forbidden``, ``NotFound``, ``Invalid``, and ``Conflict`` when somebody else has written
    a version meanwhile.
    """
    require(actor, "knowledge.write")
    now = desk.clock.now()
    request = ["rewrite_entry", entry_id, fingerprint(raw)]
    with desk.db.write() as session:
        known = versions_of(session, entry_id, lock=True)
        next_n = len(known) + 1
        before = claim(
            session, key=key, actor_id=actor.id, request=request, answer=str(next_n), now=now
        )
        if before:
            return known[int(before) - 1]
        text = _read(desk, raw, now, first=False, read_n=len(known))
        return put_version(session, Version(entry_id, next_n, text, Stamp(actor, now)))


def require(actor: Actor, action: str) -> None:
    """Raise ``Forbidden`` for an actor without this right."""
    if not may(actor, action):
        message = f"this is not for the post {actor.post} (R-40)"
        raise Forbidden("post_may_not", message, post=str(actor.post), action=action)


def _read(
    desk: KnowledgeDesk,
    raw: Mapping[str, Any],
    now: datetime,
    *,
    first: bool,
    read_n: int = 0,
) -> EntryText:
    form = Fields(raw, desk.zone)
    text = read_entry(form, desk.day(now), first=first)
    seen = read_n if first else form.whole("n", least=1, most=1_000_000)
    form.done()
    if seen != read_n:
        raise Conflict(
            "entry_rewritten",
            f"somebody else has written version {read_n} meanwhile: read it first",
            n=read_n,
        )
    return text
