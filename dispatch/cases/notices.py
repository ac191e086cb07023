"""The notices of a case (R-04): all that is missing, told at once; or why it is refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.cases.answering import over
from dispatch.cases.case import (
    TEXT,
    Case,
    CaseContext,
    Given,
    MissingNotice,
    PaperWait,
    RefusalNotice,
)
from dispatch.cases.required_papers import Paper
from kit.fields import FaultKind, Fields
from kit.step import Stamp, Step

ITEM = 100
"""Longest name of a paper that is written by hand, in characters."""
MOST = 40

NOTHING_MISSING = FaultKind(
    "nothing_missing", "a notice names what is missing: tick a paper, or write what else is missing"
)
UNKNOWN_PAPER = FaultKind("unknown_paper", "is not a paper that this matter needs")


@dataclass(frozen=True, slots=True)
class MissingPapers:
    """Everything that is missing, each once."""

    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Supplemented:
    """What the customer brought, and when."""

    note: str
    brought_at: datetime


@dataclass(frozen=True, slots=True)
class CaseRefused:
    """Why a case is refused, and by which rule."""

    reason: str
    basis: str


def late_items(case: Case, papers: tuple[Paper, ...]) -> tuple[str, ...]:
    """Return what a further notice asks for that no notice before it did: a fault (R-04)."""
    if not case.notices:
        return ()
    known = {paper.name for notice in case.notices for paper in notice.papers}
    return tuple(paper.name for paper in papers if paper.name not in known)


def _read_missing(form: Fields, given: Given) -> MissingPapers:
    required = {paper.key: paper for paper in given.subject.required}
    keys = form.items("papers", lambda one: one.plain("id"), most=MOST)
    ticked = [required[key] for key in keys if key in required]
    if unknown := set(keys) - required.keys():
        form.fault("papers", UNKNOWN_PAPER, papers=", ".join(sorted(unknown)))
    written = form.text("more", longest=ITEM * MOST, needed=False).splitlines()
    more = [Paper("", line.strip()) for line in written if line.strip()]
    if any(len(paper.name) > ITEM for paper in more):
        form.fault("more", "too_long", max=ITEM)
    found = {paper.name: paper for paper in (*ticked, *more)}
    if not found:
        form.fault("more", NOTHING_MISSING)
    elif len(found) > MOST:
        form.fault("more", "too_many", max=MOST)
    return MissingPapers(tuple(found.values()))


def _notify(case: Case, said: MissingPapers, stamp: Stamp) -> Case:
    number = f"{case.number}-B{len(case.notices) + 1}"
    notice = MissingNotice(number, said.papers, stamp, late_items(case, said.papers))
    waits = case.waits
    if not waits or waits[-1].until is not None:
        waits = (*waits, PaperWait(stamp.at))
    return replace(case, notices=(*case.notices, notice), waits=waits)


def _read_supplement(form: Fields, given: Given) -> Supplemented:
    brought = form.time("brought_at", given.now)
    if brought > given.now + given.context.rules.tolerance:
        form.fault("brought_at", "in_the_future")
    return Supplemented(form.text("note", longest=TEXT, needed=False), brought)


def _supplement(case: Case, said: Supplemented, _stamp: Stamp) -> Case:
    return replace(case, waits=_ended(case.waits, said.brought_at))


def _ended(waits: tuple[PaperWait, ...], at: datetime) -> tuple[PaperWait, ...]:
    """Return the waits with the last one ended: never before it began, whatever the clocks say."""
    if not waits or waits[-1].until is not None:
        return waits
    return (*waits[:-1], replace(waits[-1], until=max(at, waits[-1].since)))


def _read_refusal(form: Fields, _given: Given) -> CaseRefused:
    return CaseRefused(form.text("reason", longest=TEXT), form.text("basis", longest=TEXT))


def _refuse(case: Case, said: CaseRefused, stamp: Stamp) -> Case:
    notice = RefusalNotice(f"{case.number}-T1", said.reason, said.basis, stamp)
    return replace(over(case, stamp), refusal=notice)


NOTIFY: Step[Case, CaseContext, MissingPapers] = Step(
    "notify_missing", _read_missing, _notify,
    "A notice lists everything that is missing; the case waits, and its clock is paused.",
    {"papers": [{"id": "title"}], "more": "物业同意书"},
)  # fmt: skip
SUPPLEMENT: Step[Case, CaseContext, Supplemented] = Step(
    "take_supplement", _read_supplement, _supplement,
    "The customer has brought all that was missing; the clock runs on.",
    {"note": "两份材料齐全", "brought_at": "2026-11-24T09:10"},
)  # fmt: skip
REFUSE: Step[Case, CaseContext, CaseRefused] = Step(
    "refuse_case", _read_refusal, _refuse, "The case is refused by a notice with its reason.",
    {"reason": "房屋在拆迁范围内", "basis": "供水用水条例"},
)  # fmt: skip
