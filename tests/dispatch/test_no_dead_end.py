"""From wherever true steps have led, true steps lead on to the archive."""

import pytest

from dispatch.repair.ticket import State
from tests.dispatch.ways_out import (
    AT_A_STATION,
    PEOPLE,
    SITUATIONS,
    Situation,
    dead_ends,
)
from tests.dispatch.world import World


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_a_call_always_has_a_true_way_to_the_archive(
    sqlite_world: World, situation: Situation
) -> None:
    assert dead_ends(sqlite_world, sqlite_world.log(), situation) == []


@pytest.mark.parametrize("situation", AT_A_STATION, ids=lambda one: one.name)
def test_an_alarm_always_has_a_true_way_to_the_archive(
    sqlite_world: World, situation: Situation
) -> None:
    assert dead_ends(sqlite_world, sqlite_world.alarm(), situation) == []


def test_a_dead_end_would_be_found(sqlite_world: World) -> None:
    """Without the truthful steps that this test is for, nobody at home is a dead end."""
    ways_out = ("customer_absent", "no_fault_found", "transfer", "withdraw", "record_unsigned")
    nobody = Situation("nobody", (*ways_out, "consent", "decline", "customer_defers", "waive"))
    stuck = {ticket.state for ticket in dead_ends(sqlite_world, sqlite_world.log(), nobody)}
    assert State.ON_SITE in stuck
    assert set(nobody.false) <= set(PEOPLE)
