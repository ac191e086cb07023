"""Of which of the five types a case is (R-05): chosen at first, changed with a reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.cases.case import TEXT, Case, CaseContext, CaseKind, Given, KindChosen
from dispatch.clocks.limits import CaseType, Limit, answer_limit
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp, Step

BY_NOTICE = FaultKind(
    "kind_by_notice", "is made by its notice, not chosen: issue the notice (R-05)"
)
SAME_KIND = FaultKind("same_kind", "is the type of the case already")

KIND_ON_TICKET = Obstacle(
    "kind_on_ticket", "the type of a repair is changed on its ticket (R-05)", moot=True
)

_CHOSEN = (CaseKind.IMMEDIATE, CaseKind.PROMISED, CaseKind.JOINT)


@dataclass(frozen=True, slots=True)
class KindSaid:
    """A type as it was chosen; ``units`` are those that a joint case needs."""

    kind: CaseKind
    units: str
    reason: str
    limit: Limit


def without_ticket(case: Case, _actor: Actor) -> Obstacle | None:
    """R-05: a repair has one type and one time limit, and its ticket has both."""
    return KIND_ON_TICKET if case.matter.ticket_id else None


def limit_of_kind(kind: CaseKind, received_at: datetime, context: CaseContext) -> Limit:
    """Return the time that a type allows by the rules in force (R-06), counted from the receipt."""
    known = CaseType(kind) if kind in _CHOSEN else CaseType.IMMEDIATE
    return answer_limit(known, received_at, context.rules, context.office)


def read_kind(form: Fields) -> tuple[CaseKind, str]:
    """Read one of the types that are chosen, and the units that a joint case needs."""
    kind = form.choice("kind", CaseKind, CaseKind.IMMEDIATE)
    if kind not in _CHOSEN:
        form.fault("kind", BY_NOTICE)
    joint = kind is CaseKind.JOINT
    return kind, form.text("units", longest=TEXT, needed=joint, lines=False)


def _read(form: Fields, given: Given) -> KindSaid:
    kind, units = read_kind(form)
    now = given.subject.chosen[-1]
    if (kind, units) == (now.kind, now.units):
        form.fault("kind", SAME_KIND)
    limit = limit_of_kind(kind, given.subject.matter.received_at, given.context)
    return KindSaid(kind, units, form.text("reason", longest=TEXT), limit)


def _classify(case: Case, said: KindSaid, stamp: Stamp) -> Case:
    chosen = KindChosen(said.kind, said.reason, said.units, stamp, said.limit)
    return replace(case, chosen=(*case.chosen, chosen))


CLASSIFY: Step[Case, CaseContext, KindSaid] = Step(
    "classify_case", _read, _classify,
    "The case gets another type; what was paused or broken before stays so.",
    {"kind": "joint", "units": "市政管理处", "reason": "需开挖路面"},
)  # fmt: skip
