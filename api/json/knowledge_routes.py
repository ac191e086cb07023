"""The knowledge base by JSON (R-10): searched, read, written, and judged by those who used it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.guard import GivenParts, allow
from api.json.knowledge_views import EntryView, HitsView, HitView, TallyView, VersionView
from api.json.request_parts import DataBody, Key, by
from api.json.step_routes import body_example
from dispatch.knowledge.answers import say_if_answered
from dispatch.knowledge.entry import EntryKind, in_force
from dispatch.knowledge.finding import Tally, search_entries, tallies_of
from dispatch.knowledge.knowledge_desk import rewrite_entry, write_entry
from dispatch.knowledge.sought import SHORTEST
from dispatch.knowledge.versions import versions_of
from kit.actors import Actor

LONGEST_SEARCH = 200

_ENTRY = {
    "kind": "fees",
    "title": "更换水龙头收费",
    "body": "材料按清单计价，人工另计。施工前出示收费标准，用户签字同意后动工。",
    "source": "003 篇5 七",
    "since": "2026-11-23",
}

Reader = Annotated[Actor, by(allow("knowledge.see"))]
Writer = Annotated[Actor, by(allow("knowledge.write"))]
Judge = Annotated[Actor, by(allow("knowledge.judge"))]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])
    made.get("")(search)
    made.post("", status_code=201, openapi_extra=body_example(_ENTRY))(write)
    made.get("/{entry_id}")(entry)
    made.post("/{entry_id}/versions", status_code=201, openapi_extra=body_example(_ENTRY))(rewrite)
    made.post("/{entry_id}/answered", openapi_extra=body_example({"helped": True}))(answered)
    return made


def search(
    _actor: Reader,
    parts: GivenParts,
    q: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
    kind: EntryKind | None = None,
) -> HitsView:
    """Return what is in force today and contains every word of two or more characters."""
    desk = parts.knowledge
    with parts.db.read() as session:
        found = search_entries(session, q, desk.day(parts.clock.now()), kind)
    return HitsView(shortest=SHORTEST, rows=[HitView.model_validate(one) for one in found])


def write(actor: Writer, key: Key, body: DataBody, parts: GivenParts) -> VersionView:
    """Write a new entry."""
    return VersionView.model_validate(write_entry(parts.knowledge, body.data, actor, key))


def entry(entry_id: str, _actor: Reader, parts: GivenParts) -> EntryView:
    """Return an entry with all its versions, the newest first."""
    day = parts.knowledge.day(parts.clock.now())
    with parts.db.read() as session:
        versions = versions_of(session, entry_id)
        tally = tallies_of(session, [entry_id]).get(entry_id, Tally())
    now = in_force(versions, day)
    return EntryView(
        in_force=None if now is None else VersionView.model_validate(now),
        versions=[VersionView.model_validate(one) for one in reversed(versions)],
        tally=TallyView.model_validate(tally),
    )


def rewrite(
    entry_id: str, actor: Writer, key: Key, body: DataBody, parts: GivenParts
) -> VersionView:
    """Write the next version of an entry; ``n`` is the number of the one that you have read."""
    written = rewrite_entry(parts.knowledge, entry_id, body.data, actor, key)
    return VersionView.model_validate(written)


def answered(entry_id: str, actor: Judge, key: Key, body: DataBody, parts: GivenParts) -> TallyView:
    """Say whether the entry was the answer, for a ticket (``ticket_id``) or for a call without."""
    return TallyView.model_validate(
        say_if_answered(parts.knowledge, entry_id, body.data, actor, key)
    )
