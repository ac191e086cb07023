"""What the tests of deadlines say: the rules and the office of these tests, times, segments."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from dispatch.clocks.explanation import Explanation
from dispatch.clocks.limits import CaseType, Limit, answer_limit
from dispatch.clocks.office_time import office_time
from kit.rules import CitedNumber
from tests.dispatch.world import RULE_BOOK

RULES = RULE_BOOK.on(date(2026, 11, 25))
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = office_time(RULES, "Asia/Shanghai")
ONE_WORKING_DAY = CitedNumber(
    "home_service",
    "R-13",
    1,
    "workday",
    date(2026, 1, 1),
    "003 篇2 第八条",
    "应在1个工作日内给予答复",
)
TEXT = files("dispatch").joinpath("rules.toml").read_text(encoding="utf-8")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def answer(case_type: CaseType, start: datetime) -> Limit:
    return answer_limit(case_type, start, RULES, OFFICE)


def working_days(number: int) -> Limit:
    return Limit(ONE_WORKING_DAY, number * OFFICE.day_length, OFFICE)


def told(explained: Explanation) -> list[tuple[str, str, str]]:
    """Return the segments as a screen shows them: from, until, why."""

    def words(instant: datetime | None) -> str:
        return instant.astimezone(ZONE).strftime("%m-%d %H:%M") if instant else "?"

    return [
        (words(one.since), words(one.until), str(one.why.kind) + one.why.name)
        for one in explained.segments
    ]
