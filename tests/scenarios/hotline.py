"""What a receptionist does besides tickets, in the words of the scenarios: knowledge and queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from tests.api.company import Company, Person
from tests.scenarios.words import ENTRY_KINDS, PHRASE_STEPS, QUEUES, YES_NO, filled_in, meant

Step = dict[str, Any]


def ask_at_hotline(
    company: Company, person: Person, step: Step, ticket_id: str
) -> httpx.Response | None:
    """Do what the step says, if it is something of the hotline; otherwise return None."""
    for word, ask in _ASKED.items():
        if word in step:
            return ask(company, person, step, ticket_id)
    return None


def look_at_hotline(answer: dict[str, Any], step: Step) -> None:
    """Check what the answer tells, as far as the step says what it must be."""
    if "找到" in step:
        found = [row["version"]["title"] for row in answer["rows"]]
        assert found == step.pop("找到"), found
    if "版本" in step:
        assert answer["n"] == step.pop("版本")
    if "答对次数" in step:
        assert answer["helped"] == step.pop("答对次数")
    if "等候人数" in step:
        assert answer["waiting"] == step.pop("等候人数"), answer
    if "响铃超过规定" in step:
        assert answer["rang_too_long"] is meant(YES_NO, step.pop("响铃超过规定"))
    if "读作" in step:
        assert [one["zh"] for one in answer["phrases"]] == step.pop("读作"), answer
        assert {one["rule"] for one in answer["phrases"]} == {step.pop("依据")}
    if "先后" in step:
        assert [row["name"] for row in answer["rows"]] == step.pop("先后"), answer
        found = [[one["rule"] for one in row["priority_reasons"]] for row in answer["rows"]]
        assert found == step.pop("先后依据"), found
    if "最长等候（分钟）" in step:
        assert answer["longest_wait_s"] == step.pop("最长等候（分钟）") * 60, answer
    if "应增设窗口" in step:
        assert answer["open_another"] is meant(YES_NO, step.pop("应增设窗口")), answer
    if "下一个" in step:
        assert _place(answer["next_number"]) == step.pop("下一个"), answer
    if "超出的规定" in step:
        found = [(one["rule"], one["value"]) for one in answer["exceeded"]]
        assert found == [tuple(one) for one in step.pop("超出的规定")], found


def _search(_company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    return person.get("/knowledge", q=step.pop("查知识库"))


def _write(_company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    return person.post("/knowledge", _entry(step.pop("写知识条目")))


def _rewrite(company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    entry = _entry_called(company, step.pop("改写知识条目"))
    data = _entry(step.pop("填写")) | {"n": step.pop("读过的版本")}
    return person.post(f"/knowledge/{entry}/versions", data)


def _judge(company: Company, person: Person, step: Step, ticket_id: str) -> httpx.Response:
    data = {"helped": meant(YES_NO, step.pop("是否答对"))}
    entry = _entry_called(company, step.pop("评价知识条目"))
    return person.post(
        f"/knowledge/{entry}/answered", data | ({"ticket_id": ticket_id} if ticket_id else {})
    )


def _line(_company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    """Ask for the queue, and answer with the one line that the step looks at."""
    queue, answer = meant(QUEUES, step.pop("看排队")), person.get("/queue")
    if not answer.is_success:
        return answer
    (line,) = [one for one in answer.json()["lines"] if one["queue"] == queue]
    return httpx.Response(200, json=line)


def _phrases(_company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    """Ask for the phrases, and answer with those of the step that is looked at."""
    chosen, answer = meant(PHRASE_STEPS, step.pop("看用语")), person.get("/phrases")
    if not answer.is_success:
        return answer
    found = [one for one in answer.json() if one["step"] == chosen]
    return httpx.Response(200, json={"phrases": found})


def _board(_company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    assert step.pop("看任务单") is True
    return person.get("/tickets", open_only=True, sort="priority")


def _jump(_company: Company, person: Person, step: Step, ticket_id: str) -> httpx.Response:
    assert step.pop("插队") is True
    return person.post(f"/tickets/{ticket_id}/go-first")


def _join(_company: Company, person: Person, step: Step, _ticket: str) -> httpx.Response:
    """Let as many join the line as the step says, one after the other."""
    queue, first = meant(QUEUES, step.pop("取号")), step.pop("优先", "否")
    data = {"queue": queue, "vulnerable": meant(YES_NO, first)}
    answers = [person.post("/waiters", data) for _ in range(step.pop("人数", 1))]
    return next((one for one in answers if not one.is_success), answers[-1])


def _of_number(step: str, word: str) -> Callable[..., httpx.Response]:
    def ask(company: Company, person: Person, said: Step, _ticket: str) -> httpx.Response:
        place = said.pop(word)
        rows = company.as_("ma").get("/waiters", page_size=200).json()["rows"]
        (found,) = [row["id"] for row in rows if _place(row["number"]) == place]
        rings = {"rings": said.pop("响铃次数")} if "响铃次数" in said else {}
        return person.post(f"/waiters/{found}/{step}", rings)

    return ask


_ASKED: dict[str, Callable[..., httpx.Response]] = {
    "查知识库": _search,
    "写知识条目": _write,
    "改写知识条目": _rewrite,
    "评价知识条目": _judge,
    "看排队": _line,
    "看用语": _phrases,
    "看任务单": _board,
    "插队": _jump,
    "取号": _join,
    "叫号": _of_number("call-up", "叫号"),
    "办结": _of_number("finish-serving", "办结"),
    "已离开": _of_number("leave-queue", "已离开"),
}


def _place(number: str) -> int:
    """Return the place of a number in its day: 3 for PH20261123-0003."""
    return int(number.rpartition("-")[2])


def _entry(written: dict[str, Any]) -> dict[str, Any]:
    data = filled_in({word: value for word, value in written.items() if word != "类别"})
    return data | {"kind": meant(ENTRY_KINDS, written["类别"])}


def _entry_called(company: Company, title: str) -> str:
    rows = company.as_("ma").get("/knowledge", q=title).json()["rows"]
    return str(next(row["version"]["entry_id"] for row in rows if row["version"]["title"] == title))
