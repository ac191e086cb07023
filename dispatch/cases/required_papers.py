"""What a customer's matter is about, and the papers that it needs, by date (R-04). Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kit.rules import RuleFileError


class About(StrEnum):
    """What a customer comes about."""

    REPAIR = "repair"
    ENQUIRY = "enquiry"
    NEW_CONNECTION = "new_connection"
    CHANGE_OF_NAME = "change_of_name"
    METER_MOVE = "meter_move"
    CLOSING = "closing"
    BILLING = "billing"
    SUGGESTION = "suggestion"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper or fact that a matter needs; ``key`` empty: written by hand in a notice."""

    key: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class DatedPaper:
    """A paper that is required from one day on, up to another, with the source that asks for it."""

    paper: Paper
    since: date
    until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class RequiredPapers:
    """The papers of every matter, past and present."""

    of: Mapping[About, tuple[DatedPaper, ...]]

    def on(self, about: About, day: date) -> tuple[Paper, ...]:
        """Return what such a matter needs on a day of the company's calendar."""
        return tuple(
            one.paper
            for one in self.of.get(about, ())
            if one.since <= day and (one.until is None or day < one.until)
        )


def parse_papers(text: str, name: str = "papers.toml") -> RequiredPapers:
    """Read the list; raise ``RuleFileError`` naming every entry that can't be used."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(f"{name}: {error}") from error
    found: dict[About, tuple[DatedPaper, ...]] = {}
    faults = [f"{key} is no matter" for key in tables if key not in set(About)]
    for about in (one for one in About if one in tables):
        entries = tables[about]
        if not isinstance(entries, list):
            faults.append(f"{about} is not a list of papers")
            continue
        faults += (f for place, one in enumerate(entries, 1) for f in _faults(about, place, one))
        keys = [one.get("key") for one in entries if isinstance(one, dict)]
        faults += [f"{about}: {key} is named twice" for key in set(keys) if keys.count(key) > 1]
        if not faults:
            found[about] = tuple(_paper(one) for one in entries)
    if faults:
        raise RuleFileError(f"{name}: " + "; ".join(faults))
    return RequiredPapers(found)


_NEEDED = {"key": str, "name": str, "name_en": str, "since": date, "source": str}


def _faults(about: About, place: int, entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return [f"{about}.{place} is not a table"]
    where = f"{about}.{place}"
    faults = [
        f"{where}.{name} is missing or not a {kind.__name__}"
        for name, kind in _NEEDED.items()
        if not isinstance(entry.get(name), kind) or not entry[name]
    ]
    if not isinstance(entry.get("until", date.max), date):
        faults.append(f"{where}.until is not a date")
    faults += [f"{where}.{name} is not known" for name in entry.keys() - _NEEDED - {"until"}]
    return faults


def _paper(entry: Mapping[str, Any]) -> DatedPaper:
    paper = Paper(entry["key"], entry["name"], entry["name_en"])
    return DatedPaper(paper, entry["since"], entry.get("until"), entry["source"])
