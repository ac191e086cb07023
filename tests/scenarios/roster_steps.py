"""What a scenario does and looks at on the duty roster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from api.access.guard import ACTING_AS
from api.compose.burst_calls import call_out_for_bursts
from api.compose.lives import desk_of
from dispatch.roster.call_outs import CALL_OUT_LIFE, call_the_next
from tests.api.company import Company, Person
from tests.scenarios.words import JOB_TYPES, OUTCOMES, STATES_OF_LIVES, filled_in, meant


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
    if step.pop("看任务单", None):
        return person.get("/tickets")
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
    if "依次处理" in step:
        wanted = [meant(JOB_TYPES, word) for word in step.pop("依次处理")]
        assert [one["job_type"] for one in told["rows"]] == wanted
    if "可派人员" in step:
        assert sorted(one["name"] for one in told) == sorted(step.pop("可派人员"))


def add_ticket(data: dict[str, Any], command: str, ticket: dict[str, Any]) -> None:
    """Say for which ticket people are called out: the one that the scenario is about."""
    if command == CALL_OUT_LIFE.workflow.opening.name:
        data["ticket"] = ticket["id"]


def run_roster(what: str, company: Company, step: dict[str, Any]) -> str:
    """Let the program look for bursts or for calls that are due; return the call-out's address.

    '' when the program has nothing to do with the roster here.
    """
    parts = company.parts
    desk = desk_of(parts.lives, CALL_OUT_LIFE)
    if what == "查跑水未派人":
        call_out_for_bursts(parts.desk, desk, parts.clock.now())
    elif what == "查呼叫期限":
        call_the_next(desk, parts.clock.now())
    else:
        return ""
    rows = company.as_("ma").get("/call-outs").json()["rows"]
    assert len(rows) == step.pop("呼叫单数", 1), rows
    if not rows:
        return "/call-outs"
    if "结果" in step:
        assert rows[0]["state"] == meant(STATES_OF_LIVES["call_out"], step.pop("结果"))
    look_at_calls(rows[0], step)
    return f"/call-outs/{rows[0]['id']}"


def look_at_calls(told: Any, step: dict[str, Any]) -> None:
    """Check who is being called now, on which number, and what came of each call."""
    if "正在呼叫" in step:
        now = [one for one in told["calls"] if one["outcome"] == "called"]
        assert [one["person_name"] for one in now] == [step.pop("正在呼叫")]
        if "拨打" in step:
            assert now[0]["phone"] == step.pop("拨打")
    if "呼叫经过" in step:
        found = [{one["person_name"]: one["outcome"]} for one in told["calls"]]
        assert found == [
            {who: meant(OUTCOMES, came)}
            for one in step.pop("呼叫经过")
            for who, came in one.items()
        ]
