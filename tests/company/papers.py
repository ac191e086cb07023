"""What callers say and customers sign at the test company."""

from __future__ import annotations

from typing import Any

STROKES = [[[10, 10], [60, 40], [90, 15]], [[20, 50], [80, 55]]]
"""A name as a finger draws it."""


SIGNED = {
    "signer_name": "王小明",
    "relation": "self",
    "strokes": STROKES,
    "device_at": "2026-11-23T14:33:21+08:00",
}
"""A signature on the technician's phone; by the customer's link the same is taken."""
PIPE_ITEMS = ("ground", "size", "main", "thread", "filler", "leak", "tidy")
CHECKS = [{"item": item, "done": True} for item in PIPE_ITEMS]
"""Every item of good work on a pipe, confirmed (R-17)."""
FINISHED = {"work_done_well": True, "site_cleared": True, "checks": CHECKS}
"""What the crew says of a pipe that is repaired."""
TICKED = {f"checks.{n}.item": item for n, item in enumerate(PIPE_ITEMS)} | {
    f"checks.{n}.done": "on" for n in range(len(PIPE_ITEMS))
}
"""The same as a form sends it."""


def call(**changes: Any) -> dict[str, Any]:
    """Return what a caller from the residential area says, 3.2 km from the service office."""
    return {
        "channel": "call",
        "received_at": "2026-11-23T14:05",
        "name": "王小明",
        "phone": "13812345678",
        "address": "和平小区3号楼2单元401",
        "place_id": "heping",
        "job_type": "leak",
        "content": "厨房水管漏水",
        "explained": "维修人员14:37前到达",
    } | changes
