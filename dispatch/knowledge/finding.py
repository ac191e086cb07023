"""Finding what is in force: by any part of its words of two or more characters (R-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from dispatch.knowledge.entry import EntryKind, Version
from dispatch.knowledge.knowledge_tables import (
    KnowledgeGramRow,
    KnowledgeUseRow,
    KnowledgeVersionRow,
)
from dispatch.knowledge.sought import sought_words
from dispatch.knowledge.versions import to_version
from dispatch.repair.search_grams import grams_of

SHOWN = 20
"""Most entries that a search returns."""

_MOST_GRAMS = 2
"""Two parts narrow a search down: six took twice as long at 5,000 entries (SQLite, measured)."""

_Row = KnowledgeVersionRow
_Later = aliased(KnowledgeVersionRow)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an entry was the answer, and how often it was not."""

    helped: int = 0
    not_helped: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, as it is in force, and what people said of it."""

    version: Version
    tally: Tally


def search_entries(
    session: Session, typed: str, day: date, kind: EntryKind | None = None
) -> list[Hit]:
    """Return the entries in force that contain every word typed, those with it in the title first.

    Words are parts of the text of two or more characters, or pinyin initials of the title. Without
    any such word nothing is found, unless a kind is named: then all of that kind, newest first.
    """
    words = sought_words(typed)
    if not words and (typed.strip() or kind is None):
        return []
    where = [in_force_on(day), *(_Row.folded.contains(word, autoescape=True) for word in words)]
    where += [
        _Row.id.in_(select(KnowledgeGramRow.version_id).where(KnowledgeGramRow.gram == gram))
        for gram in _narrowing(words)
    ]
    if kind is not None:
        where.append(_Row.kind == kind)
    title = func.lower(_Row.title)
    named = and_(*(title.contains(word, autoescape=True) for word in words)) if words else None
    order: list[ColumnElement[Any]] = [] if named is None else [case((named, 0), else_=1)]
    # Sorted by ids alone: sorting whole rows would carry every text that fits.
    order.append(_Row.id.desc())
    ids = session.scalars(select(_Row.id).where(*where).order_by(*order).limit(SHOWN)).all()
    rows = {row.id: row for row in session.scalars(select(_Row).where(_Row.id.in_(ids)))}
    found = [to_version(rows[one]) for one in ids]
    tallies = tallies_of(session, [one.entry_id for one in found])
    return [Hit(one, tallies.get(one.entry_id, Tally())) for one in found]


def in_force_on(day: date) -> ColumnElement[bool]:
    """Return the SQL condition for what ``entry.in_force`` says of one entry."""
    follows = or_(_Later.since > _Row.since, and_(_Later.since == _Row.since, _Later.n > _Row.n))
    followed = exists().where(_Later.entry_id == _Row.entry_id, _Later.since <= day, follows)
    return and_(_Row.since <= day, or_(_Row.last_day.is_(None), _Row.last_day >= day), ~followed)


def tallies_of(session: Session, entry_ids: list[str]) -> dict[str, Tally]:
    """Return what people said of these entries, by id; one that nobody spoke of is left out."""
    chosen = (
        select(KnowledgeUseRow.entry_id, KnowledgeUseRow.helped, func.count())
        .where(KnowledgeUseRow.entry_id.in_(entry_ids))
        .group_by(KnowledgeUseRow.entry_id, KnowledgeUseRow.helped)
    )
    counted = {(entry_id, helped): n for entry_id, helped, n in session.execute(chosen)}
    return {
        entry_id: Tally(counted.get((entry_id, True), 0), counted.get((entry_id, False), 0))
        for entry_id, _ in counted
    }


def _narrowing(words: tuple[str, ...]) -> list[str]:
    """Return a few parts of what is sought, from all over it."""
    found = sorted(frozenset[str]().union(*(grams_of(word) for word in words)))
    return found[:: max(1, -(-len(found) // _MOST_GRAMS))]
