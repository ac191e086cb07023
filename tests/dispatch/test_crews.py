"""Several people at one job: relieved on the way, and pressing the same button at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.tickets import TICKETS, load
from dispatch.repair.verify import verify_archive
from kit.actors import Actor
from kit.errors import NotFound, OutOfOrder, SanlaiError
from tests.dispatch.who_may import AFTER
from tests.dispatch.world import LEADER, OTHER_TECHNICIAN, TECHNICIAN, TO_DONE, World

BOTH = [{"id": one.id, "name": one.name} for one in (TECHNICIAN, OTHER_TECHNICIAN)]
OTHER = BOTH[1:]


def at_once(*tries: Callable[[], Ticket]) -> list[Ticket | SanlaiError]:
    """Let all try at the same moment; return what came of each."""
    start = Barrier(len(tries))

    def one(attempt: Callable[[], Ticket]) -> Ticket | SanlaiError:
        start.wait()
        try:
            return attempt()
        except SanlaiError as refused:
            return refused

    with ThreadPoolExecutor(len(tries)) as pool:
        return [done.result() for done in [pool.submit(one, attempt) for attempt in tries]]


def stored(world: World, ticket: Ticket) -> tuple[Ticket, list[str]]:
    with world.db.read() as session:
        assert verify_archive(session) == []
        seen = [event.command for event in TICKETS.history(session, ticket.id)]
        return load(session, ticket.id), seen


@pytest.mark.parametrize("command", ["depart", "arrive", "quote_fee", "start_work", "finish_work"])
def test_of_two_technicians_at_the_same_step_the_second_is_told_what_is_allowed(
    world: World, command: str
) -> None:
    ticket = world.do(world.do(world.log(), "issue"), "assign", technicians=BOTH)
    ticket = world.walk(ticket, TO_DONE[2 : TO_DONE.index(command)])
    data = world.usual_data(ticket, command)

    def press(who: Actor) -> Ticket:
        return take_step(world.desk, ticket.id, command, data, who, f"key of {who.id}")

    found = at_once(lambda: press(TECHNICIAN), lambda: press(OTHER_TECHNICIAN))
    after, seen = stored(world, ticket)
    if command == "quote_fee":  # a step that may be taken again: each has its own quote
        assert seen[-2:] == [command] * 2
        assert after.fee.quote is not None
        assert after.fee.quote.n == 2
        return
    (refused,) = (one for one in found if not isinstance(one, Ticket))
    assert isinstance(refused, OutOfOrder)
    assert refused.code == "not_in_this_state"
    assert tuple(refused.allowed) == AFTER[command]["technician"]
    assert seen.count(command) == 1


def test_who_is_relieved_on_the_way_arrives_first_or_not_at_all(world: World) -> None:
    for n in range(4):
        ticket = world.walk(world.log(), ("issue", "assign", "depart"))
        act, to_other = partial(take_step, world.desk), {"technicians": OTHER}
        arrived, relieved = at_once(
            partial(act, ticket.id, "arrive", {}, TECHNICIAN, f"a{n}"),
            partial(act, ticket.id, "assign", to_other, LEADER, f"r{n}"),
        )
        assert isinstance(relieved, Ticket)
        after, seen = stored(world, ticket)
        assert [person.id for person in after.crew.technicians] == [OTHER_TECHNICIAN.id]
        if isinstance(arrived, Ticket):
            assert (after.state, seen[-2:]) == (State.ON_SITE, ["arrive", "assign"])
        else:
            assert isinstance(arrived, NotFound)  # it is theirs no more
            assert (after.state, after.crew.departed_at) == (State.ASSIGNED, None)
            assert seen[-1] == "assign"


@pytest.mark.parametrize("done", range(2, TO_DONE.index("finish_work") + 1))
def test_another_can_take_over_at_any_point_of_the_work(world: World, done: int) -> None:
    """If a technician falls ill or the account is closed, somebody else can finish the job."""
    ticket = world.walk(world.log(), TO_DONE[:done])
    on_site = ticket.state in (State.ON_SITE, State.WORKING)
    ticket = world.do(ticket, "assign", technicians=OTHER)
    for command in TO_DONE[done if on_site else 2 :]:
        who = None if command == "consent" else OTHER_TECHNICIAN
        with pytest.raises(NotFound):
            world.do(ticket, command, TECHNICIAN)
        ticket = world.do(ticket, command, who)
    assert ticket.state is State.WORK_DONE


def test_a_repeat_shows_nothing_to_who_was_relieved_meanwhile(world: World) -> None:
    """An old key gives no access to a job that is now another's, with any body."""
    ticket = world.walk(world.log(), ("issue", "assign"))
    act = partial(take_step, world.desk, ticket.id, "depart")
    assert act({}, TECHNICIAN, "mine").state is State.EN_ROUTE
    assert act({}, TECHNICIAN, "mine").state is State.EN_ROUTE
    world.do(ticket, "assign", technicians=OTHER)
    for data in ({}, {"note": "另一件事"}):
        with pytest.raises(NotFound):
            act(data, TECHNICIAN, "mine")
