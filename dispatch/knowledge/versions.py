"""The versions of an entry as they are kept."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dispatch.knowledge.entry import EntryKind, EntryText, Version
from dispatch.knowledge.knowledge_tables import KnowledgeGramRow, KnowledgeVersionRow
from dispatch.knowledge.sought import folded
from dispatch.repair.search_grams import grams_of
from kit.actors import Actor, Post
from kit.db import one_at_a_time
from kit.errors import NotFound
from kit.ids import new_id
from kit.step import Stamp


def versions_of(session: Session, entry_id: str, *, lock: bool = False) -> list[Version]:
    """Return every version of an entry, the first first; raise ``NotFound``.

    ``lock`` makes others wait to write the next one.
    """
    if lock:
        one_at_a_time(session, f"knowledge:{entry_id}")
    chosen = select(KnowledgeVersionRow).where(KnowledgeVersionRow.entry_id == entry_id)
    rows = session.scalars(chosen.order_by(KnowledgeVersionRow.n)).all()
    if not rows:
        raise NotFound("entry_not_found", f"there is no entry {entry_id!r}", id=entry_id)
    return [to_version(row) for row in rows]


def put_version(session: Session, version: Version) -> Version:
    """Add a version, findable at once; durable when the session commits."""
    text, stamp = version.text, version.written
    row_id = new_id(stamp.at)
    compared = f"{folded(text.title)} {folded(text.body)} {initials(text.title)}"
    session.add(
        KnowledgeVersionRow(
            id=row_id,
            entry_id=version.entry_id,
            n=version.n,
            kind=text.kind,
            title=text.title,
            body=text.body,
            source=text.source,
            since=text.since,
            last_day=text.last_day,
            at=stamp.at,
            by_id=stamp.by.id,
            by_name=stamp.by.name,
            by_post=stamp.by.post,
            folded=compared,
        )
    )
    session.flush()
    found = [{"gram": gram, "version_id": row_id} for gram in sorted(grams_of(compared))]
    if found:
        session.execute(insert(KnowledgeGramRow), found)
    return version


def initials(title: str) -> str:
    """Return the first letter of each syllable, as people type them: ``tstz`` for 停水通知."""
    # The library is loaded only when something is written.
    from pypinyin import Style, lazy_pinyin

    return folded("".join(lazy_pinyin(title, style=Style.FIRST_LETTER))).replace(" ", "")


def to_version(row: KnowledgeVersionRow) -> Version:
    """Return the version that a row keeps."""
    text = EntryText(EntryKind(row.kind), row.title, row.body, row.source, row.since, row.last_day)
    by = Actor(row.by_id, row.by_name, Post(row.by_post))
    return Version(row.entry_id, row.n, text, Stamp(by, row.at))
