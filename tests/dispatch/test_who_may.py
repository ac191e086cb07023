"""What the workflow lets each person do is what the rules say, at every point of the chain."""

from __future__ import annotations

import pytest

from dispatch.repair.ticket import Ticket, customer_of
from dispatch.repair.workflow import REPAIR
from kit.actors import Actor
from kit.errors import OutOfOrder
from tests.dispatch.who_may import AFTER
from tests.dispatch.world import (
    ADMIN,
    DIRECTOR,
    LEADER,
    MANAGER,
    OPERATOR,
    OTHER_TECHNICIAN,
    RECEPTIONIST,
    TECHNICIAN,
    TO_ARCHIVE,
    World,
)

STAFF = {
    "receptionist": RECEPTIONIST,
    "manager": MANAGER,
    "leader": LEADER,
    "technician": TECHNICIAN,
    "another technician": OTHER_TECHNICIAN,
    "director": DIRECTOR,
    "operator": OPERATOR,
    "administrator": ADMIN,
}
THEIRS = {
    "receptionist": ("archive", "withdraw"),
    "manager": ("issue",),
    "leader": ("assign", "leader_sign"),
    "technician": ("depart", "finish_work"),
    "director": ("director_sign",),
    "customer": ("consent", "customer_sign"),
}
"""Steps that are theirs at one time or another: at any other time they are told what is."""


def everybody(ticket: Ticket) -> dict[str, Actor]:
    return {**STAFF, "customer": customer_of(ticket)}


@pytest.mark.parametrize("last", AFTER)
def test_everybody_can_do_what_the_rules_give_them_and_nothing_else(
    sqlite_world: World, last: str
) -> None:
    chain = ("log", *TO_ARCHIVE)
    ticket = sqlite_world.walk(sqlite_world.log(), chain[1 : chain.index(last) + 1])
    found = {
        who: steps
        for who, actor in everybody(ticket).items()
        if (steps := tuple(x.step.name for x in REPAIR.allowed(ticket, actor)))
    }
    assert found == AFTER[last]


@pytest.mark.parametrize("last", AFTER)
def test_a_step_out_of_turn_is_answered_with_what_the_rules_give(
    sqlite_world: World, last: str
) -> None:
    chain = ("log", *TO_ARCHIVE)
    ticket = sqlite_world.walk(sqlite_world.log(), chain[1 : chain.index(last) + 1])
    for who, actor in everybody(ticket).items():
        possible = AFTER[last].get(who, ())
        for command in set(THEIRS.get(who, ())) - set(possible):
            if actor is TECHNICIAN and not ticket.crew.technicians:
                continue  # before the crew is named, its steps are nobody's
            with pytest.raises(OutOfOrder) as refused:
                sqlite_world.do(ticket, command, actor)
            assert tuple(refused.value.allowed) == possible, (who, command)
