"""The table itself: nothing unreachable, nothing stuck, nothing said twice."""

from enum import StrEnum
from pathlib import Path

from dispatch.repair.diagram import page
from dispatch.repair.ticket import State
from dispatch.repair.workflow import REPAIR
from kit.actors import Post
from tests.dispatch.obstacles import obstacles

DOCS = Path(__file__).parents[2] / "docs"


def reachable(start: StrEnum) -> set[StrEnum]:
    seen, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        onward = {line.to for line in REPAIR.lines if state in line.sources and line.to} - seen
        seen |= onward
        waiting += onward
    return seen


def test_every_state_is_reached_from_the_register() -> None:
    assert reachable(State.LOGGED) == set(State) - {State.NEW}


def test_the_archive_is_reached_from_every_state() -> None:
    assert all(State.ARCHIVED in reachable(state) for state in set(State) - {State.NEW})


def test_nothing_leaves_the_archive() -> None:
    assert not [line for line in REPAIR.lines if State.ARCHIVED in line.sources]


def test_every_state_but_the_archive_gives_some_person_a_step_onward() -> None:
    for state in set(State) - {State.NEW, State.ARCHIVED}:
        onward = [x for x in REPAIR.lines if state in x.sources and x.to not in (None, state)]
        assert any(who.post is not Post.SYSTEM for line in onward for who in line.who), state


def test_no_post_has_two_steps_of_one_name_in_one_state() -> None:
    seen = [
        (state, line.step.name, who.post)
        for line in REPAIR.lines
        for state in line.sources
        for who in line.who
    ]
    assert len(seen) == len(set(seen))


def test_every_step_cites_the_rule_that_asks_for_it() -> None:
    assert all(line.cites.startswith("R-") for line in REPAIR.lines)


def test_every_reason_has_its_own_code() -> None:
    codes = [obstacle.code for obstacle in obstacles()]
    assert len(set(codes)) == len(codes) > 10


def test_the_page_in_the_documentation_is_the_table() -> None:
    assert (DOCS / "workflow.md").read_text(encoding="utf-8") == page()
