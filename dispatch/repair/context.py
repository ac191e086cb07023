"""What a repair's steps are given besides the ticket: rules in force, and technicians. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from dispatch.clocks.office_time import OfficeTime
from dispatch.repair.ticket import Ticket
from dispatch.rulebook import DispatchRules
from kit import step, workflow


@dataclass(frozen=True, slots=True)
class RepairContext:
    """The rules in force, the office's working time, and technicians.

    ``technician_name`` gives the name of an active one by id, None for anyone else.
    """

    rules: DispatchRules
    office: OfficeTime
    technician_name: Callable[[str], str | None]


TECHNICIANS = "technicians"
"""What a step shows that lets people choose from the technicians."""

QUOTE = "quote"
"""What a step shows that repeats the latest fee quote."""

Content = TypeVar("Content")
Given = step.Given[Ticket, RepairContext]
Step = step.Step[Ticket, RepairContext, Content]
Line = workflow.Line[Ticket, RepairContext]
Workflow = workflow.Workflow[Ticket, RepairContext]
