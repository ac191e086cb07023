"""What a scenario says of appointments and services at home, held against the program's answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from api.parts.parts import Parts
from dispatch.appointments.missed_answers import record_missed_answers
from tests.api.company import Company
from tests.scenarios.words import YES_NO, meant

ZONE = ZoneInfo("Asia/Shanghai")


def slot_key(company: Company, written: str) -> str:
    """Return the key of the slot that begins at this time of the scenario: ``2026-11-24 09:00``."""
    day, hour = written.split(" ")
    weekday = date.fromisoformat(day).isoweekday()
    offered = company.as_("liu").get("/slot-templates").json()
    found = [
        one["id"] for one in offered if one["weekday"] == weekday and one["begins"][:5] == hour
    ]
    assert found, f"no slot begins at {written}"
    return f"{found[0]}@{day}"


def own_path(company: Company, path: str) -> str:
    """Return where the customer of an appointment finds it: the receptionist hands the link."""
    plural = path.strip("/").partition("/")[0]
    return f"/own/{plural}/{company.as_('liu').get(f'{path}/link').json()['token']}"


def look_at_appointment(answer: dict[str, Any], step: dict[str, Any]) -> None:
    """Check the deadlines that the answer shows, each with its rule, as the scenario has them."""
    agreed, told = answer.get("agreed"), answer.get("cannot_keep")
    if "最迟告知时间" in step:
        assert agreed is not None
        assert _local(agreed["tell_by"]) == step.pop("最迟告知时间")
        begins = datetime.fromisoformat(agreed["begins_at"])
        ahead = timedelta(hours=agreed["notice"]["value"])
        assert begins - ahead == datetime.fromisoformat(agreed["tell_by"])
        assert agreed["notice"]["rule"] == step.pop("依据")
        assert "提前" in agreed["notice"]["quote"]
    if "告知已迟" in step:
        assert told
        assert told[-1]["late"] is meant(YES_NO, step.pop("告知已迟"))
    if "到场已迟" in step:
        assert answer["arrived_late"] is meant(YES_NO, step.pop("到场已迟"))
    if "答复期限" in step:
        assert _local(answer["answer_by"]) == step.pop("答复期限")
        assert answer["answer_rule"]["rule"] == step.pop("依据")
        assert "1个工作日" in answer["answer_rule"]["quote"]
    if "逾期未答复" in step:
        missed = answer["answer_missed_at"] is not None
        assert missed is meant(YES_NO, step.pop("逾期未答复"))


def look_for_missed_answers(parts: Parts, step: dict[str, Any]) -> None:
    """Let the program look for answers that are overdue, and check how many it records."""
    desk = next(one for one in parts.lives if one.life.name == "home_service")
    assert record_missed_answers(desk) == step.pop("逾期件数")


def _local(written: str) -> str:
    return datetime.fromisoformat(written).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
