"""What a repair's steps are given besides the ticket: rules, technicians, lists. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from dispatch.clocks.office_time import OfficeTime
from dispatch.fees.fee_standard import FeeItem
from dispatch.materials.catalogue import Material
from dispatch.repair.ticket import Ticket
from dispatch.repair.workmanship import Workmanship
from dispatch.rulebook import DispatchRules
from kit import step, workflow


def in_no_list(_code: str) -> None:
    """Find nothing: the company has loaded no lists."""


@dataclass(frozen=True, slots=True)
class RepairContext:
    """The rules in force, the office's working time, the standard of good work, and technicians.

    ``technician_name`` gives the name of an active one by id, None for anyone else.
    ``material`` finds a material of the catalogue by its code, ``fee`` what the fee standard in
    force says under a code; None where there is none.
    """

    rules: DispatchRules
    office: OfficeTime
    workmanship: Workmanship
    technician_name: Callable[[str], str | None]
    material: Callable[[str], Material | None] = in_no_list
    fee: Callable[[str], FeeItem | None] = in_no_list


TECHNICIANS = "technicians"
"""What a step shows that lets people choose from the technicians."""

QUOTE = "quote"
"""What a step shows that repeats the latest fee quote."""

Content = TypeVar("Content")
Given = step.Given[Ticket, RepairContext]
Step = step.Step[Ticket, RepairContext, Content]
Line = workflow.Line[Ticket, RepairContext]
Workflow = workflow.Workflow[Ticket, RepairContext]
