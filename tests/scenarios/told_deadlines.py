"""What a scenario says of the time limit of an answer, held against what the program tells."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.web.i18n import read_catalogue
from tests.scenarios.words import YES_NO, meant

ZONE = ZoneInfo("Asia/Shanghai")
WORDS = {"办结期限", "办结依据", "为什么", "放假安排未公布"}


def expect_answer(deadlines: list[dict[str, Any]], step: dict[str, Any]) -> None:
    """Look at the deadline of the answer, as far as the step speaks of it."""
    answer = next((one for one in deadlines if one["kind"] == "answer"), None)
    assert answer is not None, "nobody waits for an answer"
    if "办结期限" in step:
        assert _time(answer["due_at"]) == step.pop("办结期限")
    if "办结依据" in step:
        assert answer["quote"]
        assert f"{answer['rule']} {answer['source']}" == step.pop("办结依据")
    if "放假安排未公布" in step:
        assert answer["unpublished"] == step.pop("放假安排未公布")
    if "为什么" in step:
        told = [[_time(one["since"]), _time(one["until"]), _why(one)] for one in answer["segments"]]
        assert told == step.pop("为什么"), told


def expect_missed(ticket: dict[str, Any], step: dict[str, Any]) -> None:
    """Look at the misses that are on record."""
    for word, name in (("超时未到达", "arrival_missed_at"), ("超期未办结", "answer_missed_at")):
        if word in step:
            assert (ticket[name] is not None) is meant(YES_NO, step.pop(word))


def _time(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZONE).strftime("%m-%d %H:%M")


def _why(segment: dict[str, Any]) -> str:
    words = read_catalogue("zh")
    return words.label("time_kind", segment["why"], name=segment["name"], reasons="")
