"""The whole table of rights: what ``kit.rights`` grants, and the steps of every workflow."""

from __future__ import annotations

from functools import cache
from typing import Any

from dispatch.appointments.appointment_workflow import APPOINTMENT, HOME_SERVICE
from dispatch.cases.case_workflow import CASE
from dispatch.queue.waiter_workflow import WAITER
from dispatch.repair.workflow import REPAIR
from dispatch.roster.call_out_workflow import CALL_OUT
from dispatch.roster.leave_workflow import LEAVE
from dispatch.slips.slip_workflow import SLIP
from dispatch.slips.stock_workflow import STOCK
from kit.rights import RIGHTS, Rights
from kit.workflow import Workflow

WORKFLOWS: tuple[Workflow[Any, Any], ...] = (
    REPAIR,
    LEAVE,
    WAITER,
    CASE,
    CALL_OUT,
    SLIP,
    STOCK,
    APPOINTMENT,
    HOME_SERVICE,
)
"""The tables whose steps are rights."""


@cache
def all_rights(*workflows: Workflow[Any, Any]) -> Rights:
    """Return the table that the whole program goes by, with the steps of these workflows.

    Raises ``ValueError`` when two tables name the same action.
    """
    rights = RIGHTS
    for workflow in workflows or WORKFLOWS:
        rights = rights.joined(step_rights(workflow))
    return rights


def step_rights(workflow: Workflow[Any, Any]) -> Rights:
    """Return the rights to the steps of one workflow: ``repair.assign`` for the step ``assign``.

    A step that stands on several lines is granted to the posts of all of them; whether it is
    possible now, on this ticket, the workflow decides.
    """
    opening = workflow.opening
    granted = {f"{workflow.name}.{opening.name}": dict.fromkeys(opening.who)}
    for line in workflow.lines:
        grants = granted.setdefault(f"{workflow.name}.{line.step.name}", {})
        grants |= dict.fromkeys(line.who)
    return Rights(granted)
