"""The work: begun with consent, of one kind or another, and sent back (R-14, R-16). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import FromCrew
from dispatch.repair.matter import WorkKind
from dispatch.repair.sheets import Signatures
from dispatch.repair.ticket import Outcome, Ticket
from dispatch.repair.words import TEXT, Reason, read_reason
from dispatch.repair.workmanship import Workmanship
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

SAME_KIND = FaultKind("same_work_kind", "is already on the order")

NOT_WORKED_ON = Obstacle(
    "not_worked_on", "it ended without a repair: there is no work to send back to", moot=True
)


@dataclass(frozen=True, slots=True)
class BeginWork(FromCrew):
    """What is worked on, and whether the standard asks for a flow test of it (R-16)."""

    kind: WorkKind
    flow_test: bool
    note: str


@dataclass(frozen=True, slots=True)
class ClassifyWork(FromCrew):
    """The work turned out to be of another kind, and why."""

    kind: WorkKind
    flow_test: bool
    reason: str


def kind_of(ticket: Ticket, workmanship: Workmanship) -> WorkKind:
    """Return what is worked on: as the crew said, else what such a matter usually is."""
    return ticket.work.kind or workmanship.usual_kind(ticket.intake.job_type)


def was_worked_on(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """Only work that was begun can be sent back."""
    return None if ticket.outcome is Outcome.REPAIRED else NOT_WORKED_ON


def _read_begin(form: Fields, given: Given) -> BeginWork:
    workmanship = given.context.workmanship
    usual = kind_of(given.subject, workmanship)
    kind = form.choice("work_kind", WorkKind, usual, needed=False)
    note = form.text("note", longest=TEXT, needed=False)
    return BeginWork(kind, workmanship.kinds[kind].flow_test, note)


def _read_classification(form: Fields, given: Given) -> ClassifyWork:
    workmanship = given.context.workmanship
    was = kind_of(given.subject, workmanship)
    kind = form.choice("work_kind", WorkKind, was)
    if kind is was and not form.errors:
        form.fault("work_kind", SAME_KIND)
    return ClassifyWork(kind, workmanship.kinds[kind].flow_test, form.text("reason", longest=TEXT))


def _write_start(ticket: Ticket, said: BeginWork, stamp: Stamp) -> Ticket:
    begun = replace(
        ticket.work, started_at=stamp.at, kind=said.kind, flow_test_needed=said.flow_test
    )
    return replace(ticket, work=begun)


def _write_classification(ticket: Ticket, said: ClassifyWork, _stamp: Stamp) -> Ticket:
    work = replace(ticket.work, kind=said.kind, flow_test_needed=said.flow_test)
    return replace(ticket, work=work)


def _write_send_back(ticket: Ticket, said: Reason, _stamp: Stamp) -> Ticket:
    # Every proof and signature of this round lapses, and must be given again.
    again = replace(ticket.work, flow_test=None, report=None, sent_back_reason=said.reason)
    return replace(ticket, work=again, signatures=Signatures(), ending=None)


START_WORK = also_afterwards(
    Step[BeginWork](
        "start_work",
        _read_begin,
        _write_start,
        "Work begins; on what, if that is not what such a matter usually is.",
        {"work_kind": "pipe"},
    )
)
CLASSIFY_WORK = also_afterwards(
    Step[ClassifyWork](
        "classify_work",
        _read_classification,
        _write_classification,
        "It is another kind of work than was said, with the reason.",
        {"work_kind": "pump", "reason": "管道完好,电机烧毁"},
    )
)
SEND_BACK = Step[Reason](
    "send_back",
    read_reason,
    _write_send_back,
    "Back to work, with the reason.",
    {"reason": "现场未清理"},
)
