"""What a scenario says of a case, and which page each sheet of paper is printed from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.scenarios.told_deadlines import ZONE
from tests.scenarios.words import CASE_KINDS, meant

SHEETS = {
    "三来处理单": "/tickets/{ticket}/intake-sheet",
    "维修任务单": "/tickets/{ticket}/print",
    "第1份补办通知书": "{case}/notices/{number}-B1",
    "第2份补办通知书": "{case}/notices/{number}-B2",
    "不予受理通知书": "{case}/notices/{number}-T1",
}


def path_of_sheet(sheet: str, ticket: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    """Return the page of a sheet: of the ticket, or of the case begun last."""
    path, number = case.get("path", ""), case.get("number", "")
    return meant(SHEETS, sheet).format(ticket=ticket.get("id"), case=path, number=number)


def look_at_case(answer: Mapping[str, Any], step: dict[str, Any]) -> None:
    """Check what a step says of a case: its owner, its type, its faults, what it waits for."""
    if "责任人" in step:
        assert answer["owner"]["name"] == step.pop("责任人")
    if "办件类型" in step:
        assert answer["kind"] == meant(CASE_KINDS, step.pop("办件类型"))
    if "未一次性告知" in step:
        assert answer["notice_faults"] == step.pop("未一次性告知")
    if "移交退回次数" in step:
        assert answer["handovers_returned"] == step.pop("移交退回次数")
    if "办结期限" in step:
        due = answer["close_by"] and datetime.fromisoformat(answer["close_by"]).astimezone(ZONE)
        told = due.strftime("%m-%d %H:%M") if due else "暂停"
        assert told == step.pop("办结期限"), told
    if "暂停次数" in step:
        assert len(answer["waits"]) == step.pop("暂停次数")
