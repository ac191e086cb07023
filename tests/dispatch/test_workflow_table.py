"""The table itself: nothing unreachable, nothing stuck, nothing said twice."""

from pathlib import Path

from dispatch.commands import READERS
from dispatch.diagram import page
from dispatch.guards import REFUSALS
from dispatch.model import State
from dispatch.workflow import TABLE
from kit.actors import Post

DOCS = Path(__file__).parents[2] / "docs"


def reachable(start: State) -> set[State]:
    seen, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        onward = {step.to for step in TABLE if state in step.sources and step.to} - seen
        seen |= onward
        waiting += onward
    return seen


def test_every_state_is_reached_from_the_register() -> None:
    assert reachable(State.NEW) == set(State)


def test_the_archive_is_reached_from_every_state() -> None:
    assert all(State.ARCHIVED in reachable(state) for state in State)


def test_nothing_leaves_the_archive() -> None:
    assert not [step for step in TABLE if State.ARCHIVED in step.sources]


def test_every_state_but_the_archive_gives_some_person_a_step_onward() -> None:
    for state in set(State) - {State.ARCHIVED}:
        onward = [s for s in TABLE if state in s.sources and s.to not in (None, state)]
        assert any(who.post is not Post.SYSTEM for step in onward for who in step.who), state


def test_no_post_has_two_steps_of_one_name_in_one_state() -> None:
    seen = [
        (state, step.command, who.post)
        for step in TABLE
        for state in step.sources
        for who in step.who
    ]
    assert len(seen) == len(set(seen))


def test_every_command_of_the_table_can_be_read_and_no_other() -> None:
    assert {step.command for step in TABLE} == set(READERS)


def test_every_step_cites_the_rule_that_asks_for_it() -> None:
    assert all(step.cites.startswith("R-") for step in TABLE)


def test_every_reason_has_its_own_code() -> None:
    assert len({reason.code for reason in REFUSALS}) == len(REFUSALS)


def test_the_page_in_the_documentation_is_the_table() -> None:
    assert (DOCS / "workflow.md").read_text(encoding="utf-8") == page()
