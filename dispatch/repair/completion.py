"""What a finished repair needs: flow test, checklist, materials, a cleared site. Pure.

R-16, R-17, R-21 and R-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import FromCrew
from dispatch.repair.material_use import read_materials_used
from dispatch.repair.sheets import CheckedItem, FlowTest, MaterialUsed, WorkReport
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import NAME, TEXT
from dispatch.repair.work import kind_of
from dispatch.repair.workmanship import CheckItem
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

MOST_CHECKS = 50
HIGHEST_PRESSURE_MPA = 4.0
"""No gauge of a water network reads more (the range of pressure in the catalogue of quantities)."""

FLOW_TEST_MISSING = Obstacle(
    "flow_test_missing", "no flow test has been reported since the work began (R-16)"
)
FLOW_TEST_FAILED = Obstacle("flow_test_failed", "the latest flow test did not pass (R-16)")
TOO_LOW_TO_PASS = FaultKind(
    "too_low_to_pass", "less than {least} MPa lets no water through: the test did not pass (R-16)"
)
CHECKS_MISSING = FaultKind("checks_missing", "lack {items} (R-17)")
UNKNOWN_CHECK = FaultKind("unknown_check", "is not on the checklist of this work")
NOT_CHECKED = FaultKind("not_checked", "confirm it, or say why it does not apply (R-17)")


@dataclass(frozen=True, slots=True)
class ReportFlowTest(FromCrew):
    """What the flow test showed (通水试验); pressure in MPa."""

    passed: bool
    pressure_mpa: float
    note: str


@dataclass(frozen=True, slots=True)
class FinishWork(FromCrew):
    """The technicians confirm good work and a cleared site (R-16, R-17, R-21, R-24)."""

    checks: tuple[CheckedItem, ...]
    materials: tuple[MaterialUsed, ...]
    extra_help: str
    note: str


def flow_test_passed(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-16: the latest flow test of this round passed, where the kind of work asks for one."""
    test = ticket.work.flow_test
    if not ticket.work.flow_test_needed:
        return None
    if test is None:
        return FLOW_TEST_MISSING
    return None if test.passed else FLOW_TEST_FAILED


def _read_flow_test(form: Fields, given: Given) -> ReportFlowTest:
    least = given.context.rules.flow_test_least.value
    passed = form.yes("passed")
    pressure = form.number("pressure_mpa", least=0, most=HIGHEST_PRESSURE_MPA, unit="MPa")
    if passed and pressure < least and not form.errors:
        form.fault("pressure_mpa", TOO_LOW_TO_PASS, least=least)
    return ReportFlowTest(passed, pressure, form.text("note", longest=TEXT, needed=False))


def _read_finish(form: Fields, given: Given) -> FinishWork:
    form.confirmed("work_done_well")
    form.confirmed("site_cleared")
    return FinishWork(
        _read_checks(form, given),
        read_materials_used(form, given),
        form.text("extra_help", longest=TEXT, needed=False),
        form.text("note", longest=TEXT, needed=False),
    )


def _read_checks(form: Fields, given: Given) -> tuple[CheckedItem, ...]:
    """Read every item of the checklist: ``done``, or ``why`` it does not apply (R-17)."""
    workmanship = given.context.workmanship
    listed = workmanship.checklist(kind_of(given.subject, workmanship))
    items = {item.id: item for item in listed}
    found = form.items("checks", lambda one: _read_check(one, items), most=MOST_CHECKS)
    ids = [one.id for one in found if one is not None]
    if left := [item.id for item in listed if item.id not in ids]:
        form.fault("checks", CHECKS_MISSING, items=", ".join(left))
    elif len(set(ids)) < len(ids):
        form.fault("checks", "twice")
    return tuple(one for one in found if one is not None)


def _read_check(form: Fields, items: Mapping[str, CheckItem]) -> CheckedItem | None:
    item = items.get(form.plain("item"))
    done, why = form.yes("done", needed=False), form.text("why", longest=NAME, needed=False)
    if item is None:
        form.fault("item", UNKNOWN_CHECK)
        return None
    if not done and not why:
        form.fault("why", NOT_CHECKED)
    return CheckedItem(item.id, item.zh, item.en, done, why)


def _write_flow_test(ticket: Ticket, said: ReportFlowTest, stamp: Stamp) -> Ticket:
    # The latest counts; the earlier ones stay in the events.
    test = FlowTest(said.passed, said.pressure_mpa, said.note, stamp.at)
    return replace(ticket, work=replace(ticket.work, flow_test=test))


def _write_finish(ticket: Ticket, said: FinishWork, stamp: Stamp) -> Ticket:
    report = WorkReport(said.materials, said.extra_help, said.note, stamp.at, said.checks)
    return replace(ticket, work=replace(ticket.work, report=report))


REPORT_FLOW_TEST = also_afterwards(
    Step[ReportFlowTest](
        "report_flow_test",
        _read_flow_test,
        _write_flow_test,
        "The result of the flow test, in MPa.",
        {"passed": True, "pressure_mpa": 0.28},
    )
)
FINISH_WORK = also_afterwards(
    Step[FinishWork](
        "finish_work",
        _read_finish,
        _write_finish,
        "Work is done well and the site is cleared.",
        {
            "work_done_well": True,
            "site_cleared": True,
            "checks": [{"item": "ground", "done": True}, {"item": "size", "why": "只有一根管"}],
            "materials": [{"name": "DN20 阀门", "quantity": 1, "unit": "个"}],
        },
    )
)
