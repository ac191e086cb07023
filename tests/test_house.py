"""Sizes and names: what keeps the house one that people find their way in.

``house.toml`` holds the exceptions, each with its reason. It is a ratchet: what is not on it may
not break a rule, and what breaks no rule any more must come off it.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import jinja2.nodes
import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ("api", "dispatch", "kit", "simulators", "stations", "telemetry")
CODE = (*PROGRAM, "benchmarks", "deploy", "tests")
TEMPLATES = ROOT / "api"

LONGEST_FUNCTION = 40
LONGEST_FILE = 300
NO_EXCEPTION_IS_LONGER = 400
LONGEST_TEMPLATE_LINE = 160
MOST_OF_ONE_STEM = 2
NAMED_BY_TOOLS = {"__init__", "__main__", "conftest"}
"""File names that Python and pytest give a meaning to."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

HIDES_WHAT_IS_INSIDE = {
    *("lists", "status", "rows", "links", "lines", "office", "watch", "field_watch", "steps"),
    *("utils", "util", "helpers", "misc", "common", "base", "manager"),
}
"""Names of files and folders that could stand over anything."""


@cache
def trees(*packages: str) -> dict[str, ast.Module]:
    """Return every Python file of the packages, by its path in the repository."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if "versions" not in path.parts  # a step of the schema is written by a program
    }


def held_to(rule: str, broken: set[str]) -> None:
    """Fail for whatever breaks a rule without being excepted, and for exceptions without need."""
    excepted: dict[str, str] = tomllib.loads((ROOT / "tests" / "house.toml").read_text())[rule]
    assert sorted(broken - excepted.keys()) == [], "new: mend it"
    assert sorted(excepted.keys() - broken) == [], "mended: take it off tests/house.toml"
    assert [name for name, why in excepted.items() if not why.strip()] == [], "no reason is given"


def length(node: Function) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_a_function_fits_on_a_screen() -> None:
    found = {
        f"{path}: {node.name}"
        for path, tree in trees(*CODE).items()
        for node in ast.walk(tree)
        if isinstance(node, Function) and length(node) > LONGEST_FUNCTION
    }
    held_to("long_functions", found)


def test_a_file_holds_one_subject() -> None:
    lines = {p: len((ROOT / p).read_text(encoding="utf-8").splitlines()) for p in trees(*CODE)}
    held_to("long_files", {path for path, number in lines.items() if number > LONGEST_FILE})
    assert {p: n for p, n in lines.items() if n >= NO_EXCEPTION_IS_LONGER} == {}


def test_a_file_name_says_which_file_is_meant() -> None:
    stems = defaultdict(list)
    for path in trees(*CODE):
        stems[Path(path).stem].append(path)
    often = {s for s, paths in stems.items() if len(paths) > MOST_OF_ONE_STEM} - NAMED_BY_TOOLS
    held_to("stems", often)


def test_a_name_says_what_is_inside() -> None:
    hiding = {path for path in trees(*CODE) if Path(path).stem in HIDES_WHAT_IS_INSIDE}
    folders = {path for package in CODE for path in (ROOT / package).rglob("*") if path.is_dir()}
    hiding |= {str(one.relative_to(ROOT)) for one in folders if one.name in HIDES_WHAT_IS_INSIDE}
    held_to("hiding_names", hiding)


def test_a_class_name_means_one_thing() -> None:
    homes = defaultdict(list)
    for path, tree in trees(*PROGRAM).items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(path)
    held_to("classes", {name for name, paths in homes.items() if len(paths) > 1})


def words_used(tree: ast.Module) -> Iterator[str]:
    """Yield every name that code speaks: names, attributes, and dotted names in short texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and _is_dotted_name(node.value):
            yield from re.split(r"[.:]", str(node.value))


def _is_dotted_name(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w.:]{1,80}", value) is not None


MADE_BY = {"property", "classmethod", "staticmethod", "contextmanager", "cache"}
"""Decorators that leave it to others to call the function; any other hands it to somebody."""


def is_handed_on(node: Function | ast.ClassDef) -> bool:
    names = {ast.unparse(one).split("(")[0].split(".")[-1] for one in node.decorator_list}
    return isinstance(node, Function) and bool(names - MADE_BY)


def public_names(tree: ast.Module) -> Iterator[str]:
    for home in ast.walk(tree):
        if isinstance(home, ast.Module | ast.ClassDef):
            for node in home.body:
                if isinstance(node, Function | ast.ClassDef) and not is_handed_on(node):
                    yield node.name


def test_nothing_is_there_for_tests_alone() -> None:
    used = {
        w for tree in trees(*PROGRAM, "benchmarks", "deploy").values() for w in words_used(tree)
    }
    used |= {w for path in TEMPLATES.rglob("*.html") for w in re.findall(r"\w+", path.read_text())}
    idle = {
        f"{path}: {name}"
        for path, tree in trees(*PROGRAM).items()
        for name in public_names(tree)
        if not name.startswith("_") and name not in used
    }
    held_to("only_tests_call", idle)


def test_a_line_of_a_template_can_be_read() -> None:
    found = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line) > LONGEST_TEMPLATE_LINE
    }
    held_to("long_template_lines", found)


@cache
def said_by_templates() -> frozenset[str]:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    words: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        words |= {node.attr for node in tree.find_all(jinja2.nodes.Getattr)}
    return frozenset(words)


def is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(one) for one in node.decorator_list)


def contexts() -> Iterator[Any]:
    for path, tree in trees("api").items():
        if path.startswith("api/pages/"):
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and is_dataclass(node):
                    yield pytest.param(node, id=f"{Path(path).stem}.{node.name}")


@pytest.mark.parametrize("context", list(contexts()))
def test_every_field_of_a_page_is_shown_or_worked_with(context: ast.ClassDef) -> None:
    """A field is used when a template says its name, or a method of its class does."""
    fields = {
        node.target.id
        for node in context.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    worked_with = {node.attr for node in ast.walk(context) if isinstance(node, ast.Attribute)}
    assert fields - said_by_templates() - worked_with == set()
