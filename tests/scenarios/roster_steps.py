"""What a scenario does and looks at on the duty roster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from api.access.guard import ACTING_AS
from tests.api.company import Person
from tests.scenarios.words import filled_in


@contextmanager
def acting_as(person: Person, post: str) -> Iterator[None]:
    """Let this person act as one of their posts while the block runs."""
    person.http.headers[ACTING_AS] = post
    try:
        yield
    finally:
        del person.http.headers[ACTING_AS]


def ask_roster(person: Person, step: dict[str, Any]) -> httpx.Response | None:
    """Enter shifts or a stand-in, or look at the roster; None when the step is about none of it."""
    if "排班" in step:
        shifts = [filled_in(one) for one in step.pop("排班")]
        return person.post("/roster/shifts", {"shifts": shifts})
    if "指定B角" in step:
        return person.post("/roster/stand-ins", filled_in(step.pop("指定B角")))
    if step.pop("看值班表", None):
        return person.get("/roster")
    if step.pop("看可派人员", None):
        return person.get("/technicians")
    return None


def look_at_roster(told: Any, step: dict[str, Any]) -> None:
    """Check who is called in which order, the hours without anybody, and who can be named."""
    if "依次呼叫" in step:
        assert [one["name"] for one in told["called"]] == step.pop("依次呼叫")
    if "电话" in step:
        assert [one["phone"] for one in told["called"]] == step.pop("电话")
    if "空班" in step:
        assert len(told["gaps"]) == step.pop("空班")
    if "可派人员" in step:
        assert sorted(one["name"] for one in told) == sorted(step.pop("可派人员"))
