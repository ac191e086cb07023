"""What the demo's knowledge base begins with."""

from __future__ import annotations

import tomllib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.knowledge.entry import Version, read_entry
from dispatch.knowledge.knowledge_tables import KnowledgeVersionRow
from dispatch.knowledge.versions import put_version
from kit.actors import SYSTEM
from kit.fields import Fields
from kit.ids import new_id
from kit.step import Stamp


def seed_knowledge(session: Session, text: str, now: datetime) -> None:
    """Write the entries of a file's text, unless there is any entry already."""
    if session.scalar(select(KnowledgeVersionRow.id).limit(1)):
        return
    for told in tomllib.loads(text)["entry"]:
        form = Fields(told)
        entry = read_entry(form, now.date(), first=True)
        form.done()
        put_version(session, Version(new_id(now), 1, entry, Stamp(SYSTEM, now)))
