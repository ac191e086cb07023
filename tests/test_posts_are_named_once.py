"""Who may do what stands in the tables of rights; no other code decides by the name of a post."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kit", "stations", "telemetry", "dispatch", "api")
TABLES = (
    *("kit/actors.py", "kit/rights.py", "dispatch/repair/workflow.py"),
    *("dispatch/roster/leave_workflow.py", "dispatch/roster/call_order.py"),
    *("dispatch/queue/waiter_workflow.py", "dispatch/appointments/appointment_workflow.py"),
    "dispatch/cases/case_workflow.py",
    "dispatch/roster/call_out_workflow.py",
    *("dispatch/slips/slip_workflow.py", "dispatch/slips/stock_workflow.py"),
)
"""Where posts and their rights are said."""
DEMO = "api/demo/"
"""The people of the demo hold posts."""
NOT_STAFF = {"CUSTOMER", "SYSTEM"}
"""These two are no posts of the company: nobody logs in as them."""

EXCEPTIONS = {
    ("dispatch/repair/signoff.py", "OPERATOR"): "a condition: at a station the operator signs",
    ("dispatch/repair/afterwards.py", "TEAM_LEADER"): "enters for the crew, and says so",
    ("dispatch/repair/words.py", "TEAM_LEADER"): "enters what was on paper: nobody is there",
    ("dispatch/repair/signature.py", "TEAM_LEADER"): "enters what was signed on paper",
    ("dispatch/repair/waiting.py", "RECEPTIONIST"): "hears it by telephone: nobody is there",
}
"""File and post, and why it is named there."""


def named_posts() -> set[tuple[str, str]]:
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Attribute)
                    and isinstance(node.value, ast.Name)
                    and node.value.id == "Post"
                    and node.attr.isupper()
                ):
                    found.add((name, node.attr))
    return {one for one in found if one[0] not in TABLES and not one[0].startswith(DEMO)}


def test_no_code_outside_of_the_tables_decides_by_the_name_of_a_post() -> None:
    staff = {(name, post) for name, post in named_posts() if post not in NOT_STAFF}
    assert staff == set(EXCEPTIONS)


def test_no_template_compares_a_post() -> None:
    compares = re.compile(r"""actor\.post\s*(==|!=|in\b|not\b)|\bpost\s*[!=]=\s*["']""")
    templates = (ROOT / "api").rglob("*.html")
    assert [p.name for p in templates if compares.search(p.read_text(encoding="utf-8"))] == []


def test_every_right_that_code_asks_for_by_its_name_is_in_the_table() -> None:
    from api.access.all_rights import all_rights

    asked = {
        (path.relative_to(ROOT).as_posix(), node.args[-1].value)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("may", "reach", "allow", "grants_of")
        and node.args
        and isinstance(node.args[-1], ast.Constant)
    }
    assert len(asked) > 20
    assert {action for _, action in asked} <= set(all_rights())
