"""The arrows between rooms, and between the modules of kit, are those of docs/architecture.md.

A room without a line fails, an arrow that is not stated fails, and a stated one that nobody uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.import_graph import PACKAGES, ROOT, imports_of, modules_of, package

ARROWS = re.compile(r"^(\S+) +──► (.+)$", re.MULTILINE)
"""A line of docs/architecture.md: a room, or a module of kit, and what it imports."""
INCLUDES = re.compile(r"""\{%-? *(?:extends|import|include|from) +["']([^"']+)""")
"""A template that takes in another: its file, by its path below its loader's folder."""


def room(module: str) -> str:
    """Return the folder that a module stands in, as a path."""
    path = module.replace(".", "/")
    return path if (ROOT / path).is_dir() else path.rpartition("/")[0]


def room_of_template(name: str) -> str:
    page = "api/pages/" + name.partition("/")[0]
    return page if (ROOT / page).is_dir() else "api/web"


def arrows_between_rooms() -> dict[str, set[str]]:
    """Return which room imports which; kit stands below all but the simulators, and is left out."""
    modules = modules_of(*PACKAGES)
    found: dict[str, set[str]] = {room(module): set() for module in modules if "." in module}
    for module in modules:
        for other in imports_of(module):
            if package(other) in PACKAGES:
                found[room(module)].add(room(other))
    for path in (ROOT / "api" / "pages").rglob("*.html"):
        mine = room_of_template(str(path.relative_to(ROOT / "api" / "pages")))
        for name in INCLUDES.findall(path.read_text(encoding="utf-8")):
            found[mine].add(room_of_template(name))
    return {mine: others - {mine, "kit"} for mine, others in found.items()}


def arrows_in_kit() -> dict[str, set[str]]:
    names = {module: module.removeprefix("kit.") for module in modules_of("kit") if "." in module}
    return {name: {names[o] for o in imports_of(m) & set(names)} for m, name in names.items()}


def stated_arrows() -> list[dict[str, list[str]]]:
    """Return the arrows that the architecture states: between rooms, and between kit's modules."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("\n## Arrows\n")[1].split("\n## ")[0]
    return [
        {mine: [] if others == "no other" else others.split(", ") for mine, others in lines}
        for lines in (ARROWS.findall(block) for block in section.split("```")[1::2])
    ]


@pytest.mark.parametrize("arrows", [arrows_between_rooms, arrows_in_kit])
def test_the_arrows_are_those_that_the_architecture_states(
    arrows: Callable[[], dict[str, set[str]]],
) -> None:
    found, stated = arrows(), stated_arrows()[arrows is arrows_in_kit]
    assert set(found) == set(stated), "each has its line"
    assert {(a, b) for a in found for b in found[a]} == {(a, b) for a in stated for b in stated[a]}


@pytest.mark.parametrize("stated", stated_arrows())
def test_every_stated_arrow_points_down(stated: dict[str, list[str]]) -> None:
    order = list(stated)
    up = [(a, b) for a in order for b in stated[a] if order.index(b) <= order.index(a)]
    assert up == [], "a line names only what stands below it"
