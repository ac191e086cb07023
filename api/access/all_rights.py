"""The whole table of rights: what ``kit.rights`` grants, and the steps of every workflow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from dispatch.workflow import TABLE, Step
from kit.rights import RIGHTS, Grant, Rights


@cache
def all_rights() -> Rights:
    """Return the table that the whole program goes by.

    Raises ``ValueError`` when two tables name the same action.
    """
    return RIGHTS.joined(step_rights("repair", TABLE))


def step_rights(workflow: str, steps: Iterable[Step]) -> Rights:
    """Return the rights to the steps of one workflow: ``repair.assign`` for the step ``assign``.

    A step that stands on several lines is granted to the posts of all of them; whether it is
    possible now, on this ticket, the workflow decides.
    """
    granted: dict[str, dict[Grant, None]] = {}
    for step in steps:
        grants = granted.setdefault(f"{workflow}.{step.command}", {})
        grants |= {Grant(who.post, who.named): None for who in step.who}
    return Rights(granted)
