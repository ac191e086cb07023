"""The work: begun with consent, tested, finished, or sent back (R-16, R-24). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.repair.context import Given, Step
from dispatch.repair.material_use import read_materials_used
from dispatch.repair.sheets import FlowTest, MaterialUsed, Signatures, Work, WorkReport
from dispatch.repair.ticket import Outcome, Ticket
from dispatch.repair.words import TEXT, Note, Reason, read_note, read_reason
from kit.actors import Actor
from kit.fields import Fields
from kit.step import Obstacle, Stamp

HIGHEST_PRESSURE_MPA = 4.0
"""No gauge of a water network reads more (the range of pressure in the catalogue of quantities)."""

FLOW_TEST_MISSING = Obstacle(
    "flow_test_missing", "no flow test has been reported since the work began (R-16)"
)
FLOW_TEST_FAILED = Obstacle("flow_test_failed", "the latest flow test did not pass (R-16)")
NOT_WORKABLE = Obstacle("declined", "the customer declined: there is no work to do")


@dataclass(frozen=True, slots=True)
class ReportFlowTest:
    """What the flow test showed (通水试验); pressure in MPa."""

    passed: bool
    pressure_mpa: float
    note: str


@dataclass(frozen=True, slots=True)
class FinishWork:
    """The technicians confirm good work and a cleared site (R-16, R-21, R-24)."""

    materials: tuple[MaterialUsed, ...]
    extra_help: str
    note: str


def flow_test_passed(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-16: the latest flow test of this round of work passed."""
    if ticket.work.flow_test is None:
        return FLOW_TEST_MISSING
    return None if ticket.work.flow_test.passed else FLOW_TEST_FAILED


def was_worked_on(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """Only work that was begun can be sent back."""
    return NOT_WORKABLE if ticket.outcome is Outcome.DECLINED else None


def _read_flow_test(form: Fields, _given: Given) -> ReportFlowTest:
    return ReportFlowTest(
        form.yes("passed"),
        form.number("pressure_mpa", least=0, most=HIGHEST_PRESSURE_MPA, unit="MPa"),
        form.text("note", longest=TEXT, needed=False),
    )


def _read_finish(form: Fields, given: Given) -> FinishWork:
    form.confirmed("work_done_well")
    form.confirmed("site_cleared")
    return FinishWork(
        read_materials_used(form, given),
        form.text("extra_help", longest=TEXT, needed=False),
        form.text("note", longest=TEXT, needed=False),
    )


def _write_start(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    return replace(ticket, work=replace(ticket.work, started_at=stamp.at))


def _write_flow_test(ticket: Ticket, said: ReportFlowTest, stamp: Stamp) -> Ticket:
    # The latest counts; the earlier ones stay in the events.
    test = FlowTest(said.passed, said.pressure_mpa, said.note, stamp.at)
    return replace(ticket, work=replace(ticket.work, flow_test=test))


def _write_finish(ticket: Ticket, said: FinishWork, stamp: Stamp) -> Ticket:
    report = WorkReport(said.materials, said.extra_help, said.note, stamp.at)
    return replace(ticket, work=replace(ticket.work, report=report))


def _write_send_back(ticket: Ticket, said: Reason, _stamp: Stamp) -> Ticket:
    # Every proof and signature of this round lapses, and must be given again.
    again = Work(started_at=ticket.work.started_at, sent_back_reason=said.reason)
    return replace(ticket, work=again, signatures=Signatures(), ending=None)


START_WORK = Step[Note]("start_work", read_note, _write_start, "Work begins.")
REPORT_FLOW_TEST = Step[ReportFlowTest](
    "report_flow_test",
    _read_flow_test,
    _write_flow_test,
    "The result of the flow test, in MPa.",
    {"passed": True, "pressure_mpa": 0.28},
)
FINISH_WORK = Step[FinishWork](
    "finish_work",
    _read_finish,
    _write_finish,
    "Work is done well and the site is cleared.",
    {
        "work_done_well": True,
        "site_cleared": True,
        "materials": [{"name": "DN20 阀门", "quantity": 1, "unit": "个"}],
    },
)
SEND_BACK = Step[Reason](
    "send_back",
    read_reason,
    _write_send_back,
    "Back to work, with the reason.",
    {"reason": "现场未清理"},
)
