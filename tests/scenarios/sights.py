"""What a scenario sees on a ticket besides its state: waits, entries afterwards, the checklist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.scenarios.words import COMMANDS, HINDRANCES, YES_NO, meant

_NAMES = {name: word for word, name in COMMANDS.items()}


def look_at_ticket(
    seen: dict[str, Any], step: dict[str, Any], time: Callable[[str], datetime]
) -> None:
    """Compare what a step says of the ticket with what the API shows, and take it off the step."""
    if "等候" in step:
        assert seen["waits_for"] == meant(HINDRANCES, step.pop("等候"))
    if "等到" in step:
        assert datetime.fromisoformat(seen["resume_by"]) == time(step.pop("等到"))
    if "等候逾期" in step:
        assert bool(seen["pauses"][-1]["overran_at"]) is meant(YES_NO, step.pop("等候逾期"))
    if "改到" in step:
        assert datetime.fromisoformat(seen["put_off_to"]) == time(step.pop("改到"))
    if "补录步骤" in step:
        assert [_NAMES[one["step"]] for one in seen["entered_later"]] == step.pop("补录步骤")


def gone_through(
    checklist: list[dict[str, Any]], written: str | dict[str, str]
) -> list[dict[str, Any]]:
    """Go through the checklist: all done, or all but those that say why they do not apply."""
    assert isinstance(written, dict) or written in ("全部做到", "未确认"), written
    items = {item["zh"]: item["id"] for item in checklist}
    reasons = written if isinstance(written, dict) else {}
    why = {meant(items, item): reason for item, reason in reasons.items()}
    if written == "未确认":
        return []
    return [{"item": i, "done": i not in why, "why": why.get(i, "")} for i in items.values()]
