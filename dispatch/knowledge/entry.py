"""An entry of the knowledge base, version by version; none is ever overwritten (R-10). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.fields import FaultKind, Fields
from kit.step import Stamp

TITLE, BODY, SOURCE = 80, 4000, 200
"""Longest entries, in characters."""

NOT_A_DAY = FaultKind("not_a_day", "is not a day (write it as 2026-11-23)")
ENDS_BEFORE = FaultKind("ends_before_it_begins", "lies before the first day")
DAY_IS_OVER = FaultKind("day_is_over", "lies in the past: what was in force then stays as it was")


class EntryKind(StrEnum):
    """What an entry tells."""

    FEES = "fees"  # 收费标准
    PROCEDURES = "procedures"  # 办事程序
    OUTAGES = "outages"  # 停水信息
    ANSWERS = "answers"  # 常见问答


@dataclass(frozen=True, slots=True)
class EntryText:
    """What one version says, where it is known from, and the days on which it holds."""

    kind: EntryKind
    title: str
    body: str
    source: str
    since: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry: its number from 1, what it says, who wrote it and when."""

    entry_id: str
    n: int
    text: EntryText
    written: Stamp


def in_force(versions: Iterable[Version], day: date) -> Version | None:
    """Return the version that holds on a day, or None.

    Of those that have begun it is the one that began last; of two with one first day, the one that
    was written later. An entry whose last version has ended is in force no more: the version
    before it does not come back.
    """
    begun = [one for one in versions if one.text.since <= day]
    last = max(begun, key=lambda one: (one.text.since, one.n), default=None)
    return last if last and (last.text.last_day is None or day <= last.text.last_day) else None


def read_entry(form: Fields, today: date, *, first: bool) -> EntryText:
    """Read the text of a version; note every fault.

    The ``first`` version of an entry may have begun long ago, like a fee that is in force for
    years. A later one may not: an answer that was given last week must be found as it was then.
    """
    since = _read_day(form, "since") or today
    last_day = _read_day(form, "last_day")
    if not first and since < today:
        form.fault("since", DAY_IS_OVER)
    if last_day is not None and last_day < since:
        form.fault("last_day", ENDS_BEFORE)
    return EntryText(
        kind=form.choice("kind", EntryKind, EntryKind.ANSWERS),
        title=form.text("title", longest=TITLE, lines=False),
        body=form.text("body", longest=BODY),
        source=form.text("source", longest=SOURCE, lines=False),
        since=since,
        last_day=last_day,
    )


def _read_day(form: Fields, name: str) -> date | None:
    typed = form.plain(name)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        form.fault(name, NOT_A_DAY)
        return None
