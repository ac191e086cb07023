"""What completion asks for, by what was worked on: flow test and checklist (R-16, R-17). Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from dispatch.repair.matter import JobType, WorkKind
from kit.rules import RuleFileError


@dataclass(frozen=True, slots=True)
class Completion:
    """One kind of work: the matters that are usually of it, and whether it needs a flow test."""

    jobs: tuple[JobType, ...]
    flow_test: bool
    rule: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One thing that good work has done, in both languages, with its source."""

    id: str
    kinds: tuple[WorkKind, ...]
    zh: str
    en: str
    rule: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Workmanship:
    """The company's standard of good work."""

    kinds: Mapping[WorkKind, Completion]
    items: tuple[CheckItem, ...]

    def usual_kind(self, job: JobType) -> WorkKind:
        """Return what a matter of this type is usually worked on."""
        return next(kind for kind, one in self.kinds.items() if job in one.jobs)

    def checklist(self, kind: WorkKind) -> tuple[CheckItem, ...]:
        """Return the items to go through, in the order of the file."""
        return tuple(item for item in self.items if kind in item.kinds)


def read_workmanship(text: str, name: str = "dispatch/repair/workmanship.toml") -> Workmanship:
    """Return the standard that a file's text holds.

    Raises ``RuleFileError`` for what is missing or unknown, a kind of work or a type of matter
    that is not named once, an item named twice, or an entry without rule, source or quote.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), Workmanship)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RuleFileError(f"{name}: {error}") from error
    if faults := _faults(found):
        raise RuleFileError(f"{name}: " + "; ".join(faults))
    return found


def _faults(found: Workmanship) -> list[str]:
    faults = [f"no kind {kind}" for kind in WorkKind if kind not in found.kinds]
    jobs = [job for one in found.kinds.values() for job in one.jobs]
    faults += [f"{job} is not of one kind" for job in JobType if jobs.count(job) != 1]
    ids = [item.id for item in found.items]
    faults += [f"item {one} is there twice" for one in sorted({x for x in ids if ids.count(x) > 1})]
    cited: list[Any] = [*found.kinds.values(), *found.items]
    if any(not (one.rule and one.source and one.quote) for one in cited):
        faults.append("an entry has no rule, source or quote")
    return faults
