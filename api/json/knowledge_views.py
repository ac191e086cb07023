"""What the JSON API shows of the knowledge base: each field says where it is from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import AliasPath, Field

from api.json.views import View
from dispatch.knowledge.entry import EntryKind
from kit.actors import Actor


def _at(*path: str) -> Any:
    return Field(validation_alias=AliasPath(*path))


class VersionView(View):
    """One version of an entry: what it says, since which day, by whom, and known from where."""

    entry_id: str
    n: int
    kind: EntryKind = _at("text", "kind")
    title: str = _at("text", "title")
    body: str = _at("text", "body")
    source: str = _at("text", "source")
    since: date = _at("text", "since")
    last_day: date | None = _at("text", "last_day")
    written_by: Actor = _at("written", "by")
    written_at: datetime = _at("written", "at")


class TallyView(View):
    """How often an entry was the answer, and how often it was not."""

    helped: int
    not_helped: int


class HitView(View):
    """An entry in force that was found, and what people said of it."""

    version: VersionView
    tally: TallyView


class HitsView(View):
    """What was found, the best first, and the rule that asks for it."""

    rule: str = "R-10"
    shortest: int
    rows: list[HitView]


class EntryView(View):
    """One entry: the version in force today, if any, and every version."""

    in_force: VersionView | None
    versions: list[VersionView]
    tally: TallyView
