"""A step is named by its room, its table, its piece of page and its texts; by no generic code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jinja2
import jinja2.nodes

from dispatch.repair.workflow import REPAIR

API = Path(__file__).resolve().parents[1] / "api"
PIECES = API / "pages" / "repair" / "step_pieces"
ROOMS = {path.parent.name for path in API.rglob("__init__.py")}
STATES = set(REPAIR.states())
"""A step may be called as a room or a state is: what says ``archive`` means the archive."""

STEPS = {line.step.name for line in REPAIR.lines} - ROOMS - STATES
WORD = re.compile(rf"\b({'|'.join(sorted(STEPS))})\b")


def said_in_python(text: str) -> set[str]:
    """Return the steps that code names: as a text of its own, or by the step's constant."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.Attribute):
            found |= {node.attr.lower()} if node.attr.isupper() else set()
        elif isinstance(node, ast.alias):
            found |= {node.name.lower()} if node.name.isupper() else set()
    return found & STEPS


def said_in_template(text: str) -> set[str]:
    """Return the steps that a template names: in an expression, or in what it writes itself."""
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(text)
    found = {str(node.value) for node in tree.find_all(jinja2.nodes.Const)} & STEPS
    for node in tree.find_all(jinja2.nodes.TemplateData):
        found |= set(WORD.findall(node.data))
    return found


def test_a_named_step_is_found() -> None:
    assert said_in_python("if step == 'assign': pass") == {"assign"}
    assert said_in_python("from dispatch.repair.fee import CONSENT") == {"consent"}
    assert said_in_template("{% if a.step == 'consent' %}x{% endif %}") == {"consent"}
    assert said_in_template('<form action="/jobs/1/depart">') == {"depart"}
    assert said_in_template("{{ fee.consent.name }}") == set()


def test_no_generic_code_or_template_names_a_step() -> None:
    named = {}
    for path in [*API.rglob("*.py"), *API.rglob("*.html")]:
        if PIECES not in path.parents and "versions" not in path.parts:
            text = path.read_text(encoding="utf-8")
            said = said_in_python(text) if path.suffix == ".py" else said_in_template(text)
            if said:
                named[str(path.relative_to(API))] = said
    assert named == {}


def test_every_piece_of_page_is_the_piece_of_a_step() -> None:
    assert {path.stem for path in PIECES.iterdir()} <= {line.step.name for line in REPAIR.lines}
