from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from dispatch.repair.alarm_tickets import open_from_alarm, report_return
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.repair.repair_tables import TicketRow
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import State, Ticket
from dispatch.repair.tickets import TICKETS, load
from dispatch.repair.verify import verify_archive
from kit.errors import Conflict, NotFound, OutOfOrder
from tests.dispatch.world import (
    LEADER,
    MANAGER,
    STATION,
    STATION_TO_DONE,
    TO_ARCHIVE,
    TO_SITE,
    World,
    due_of,
    facts,
)

MINUTE = timedelta(minutes=1)
STATION_TO_SIGN = (*STATION_TO_DONE, "customer_sign")


def commands(world: World, ticket: Ticket) -> list[str]:
    with world.db.read() as session:
        return [event.command for event in TICKETS.history(session, ticket.id)]


def test_an_arrival_is_missed_at_its_time_and_not_before(world: World) -> None:
    ticket = world.log()
    due = due_of(ticket)
    assert record_missed_deadlines(world.desk, due - timedelta(microseconds=1)) == 0
    assert record_missed_deadlines(world.desk, due) == 1
    assert record_missed_deadlines(world.desk, due + MINUTE) == 0
    assert commands(world, ticket) == ["log", "miss_arrival"]


def test_a_missed_arrival_keeps_the_state_and_the_work_goes_on(world: World) -> None:
    ticket = world.walk(world.log(), ("issue", "assign"))
    record_missed_deadlines(world.desk, due_of(ticket))
    ticket = world.do(ticket, "depart")
    assert ticket.state is State.EN_ROUTE
    assert ticket.crew.missed_at == ticket.promise.due_at


@pytest.mark.parametrize("path", [TO_SITE, ("withdraw",)])
def test_no_arrival_is_missed_once_someone_was_there_or_nobody_need_come(
    world: World, path: tuple[str, ...]
) -> None:
    ticket = world.walk(world.log(), path)
    assert record_missed_deadlines(world.desk, due_of(ticket) + MINUTE) == 0


def test_two_schedulers_at_once_record_each_missed_arrival_once(world: World) -> None:
    tickets = [world.log() for _ in range(6)]
    late = due_of(tickets[-1]) + MINUTE
    start = Barrier(2)

    def scan() -> int:
        start.wait()
        return record_missed_deadlines(world.desk, late)

    with ThreadPoolExecutor(2) as pool:
        scans = [pool.submit(scan) for _ in range(2)]
        assert sum(scan.result() for scan in scans) == len(tickets)
    for ticket in tickets:
        assert commands(world, ticket) == ["log", "miss_arrival"]


def test_an_arrival_and_its_timer_at_the_same_moment_do_not_lock_each_other(world: World) -> None:
    tickets = [world.walk(world.log(), TO_SITE[:-1]) for _ in range(4)]
    late = due_of(tickets[-1]) + MINUTE
    start = Barrier(2)

    def arrive() -> None:
        start.wait()
        for ticket in tickets:
            world.do(ticket, "arrive")

    def scan() -> int:
        start.wait()
        return record_missed_deadlines(world.desk, late)

    with ThreadPoolExecutor(2) as pool:
        arriving, scanning = pool.submit(arrive), pool.submit(scan)
        arriving.result()
        scanning.result()
    with world.db.read() as session:
        assert verify_archive(session) == []
    for ticket in tickets:
        assert commands(world, ticket).count("arrive") == 1
        assert commands(world, ticket).count("miss_arrival") <= 1


def test_an_alarm_opens_one_ticket_however_often_it_is_delivered(world: World) -> None:
    first = world.alarm("alarm:7")
    assert [world.alarm("alarm:7") for _ in range(3)] == [first] * 3
    assert world.alarm("alarm:8").id != first.id


def test_an_alarm_opens_one_ticket_from_many_bridges_at_once(world: World) -> None:
    start = Barrier(4)

    def deliver() -> str:
        start.wait()
        return open_from_alarm(world.desk, "alarm:1", STATION, facts()).id

    with ThreadPoolExecutor(4) as pool:
        opened = [pool.submit(deliver) for _ in range(4)]
        assert len({ticket.result() for ticket in opened}) == 1
    with world.db.read() as session:
        assert session.scalar(select(func.count()).select_from(TicketRow)) == 1
        assert verify_archive(session) == []


def test_an_alarm_that_comes_late_over_the_bridge_keeps_its_promise_from_its_own_time(
    world: World,
) -> None:
    raised = world.clock.now()
    world.clock.advance(timedelta(hours=1))
    ticket = world.alarm(raised_at=raised)
    assert ticket.intake.received_at == raised
    assert ticket.promise.due_at == raised + timedelta(minutes=30)


def test_telemetry_of_a_ticket_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        report_return(world.desk, "no-such", world.clock.now(), world.clock.now())


def test_telemetry_that_returns_after_the_archive_changes_nothing(world: World) -> None:
    ticket = world.walk(world.returned(world.alarm()), ("withdraw", "archive"))
    assert world.returned(ticket) == ticket


def test_of_two_managers_at_the_same_step_one_wins(world: World) -> None:
    ticket = world.log()
    start = Barrier(2)

    def issue(key: str) -> str:
        start.wait()
        try:
            take_step(world.desk, ticket.id, "issue", {"task": key}, MANAGER, key)
        except (OutOfOrder, Conflict):
            return "refused"
        return "won"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(issue, key) for key in ("one", "two")]
        assert sorted(done.result() for done in both) == ["refused", "won"]
    assert commands(world, ticket) == ["log", "issue"]


def test_the_same_key_from_two_connections_at_once_has_one_effect(world: World) -> None:
    ticket = world.log()
    start = Barrier(2)

    def issue() -> Ticket:
        start.wait()
        return take_step(world.desk, ticket.id, "issue", {}, MANAGER, "same")

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(issue) for _ in range(2)]
        assert both[0].result() == both[1].result()
    assert commands(world, ticket) == ["log", "issue"]


def test_a_key_used_for_something_else_is_a_conflict(world: World) -> None:
    ticket = world.log()
    take_step(world.desk, ticket.id, "issue", {"task": "换阀门"}, MANAGER, "k")
    with pytest.raises(Conflict):
        take_step(world.desk, ticket.id, "issue", {"task": "别的"}, MANAGER, "k")


def test_a_refused_step_leaves_its_key_free(world: World) -> None:
    ticket = world.log()
    data = world.usual_data(ticket, "assign")
    with pytest.raises(OutOfOrder):
        take_step(world.desk, ticket.id, "assign", data, LEADER, "k")
    world.do(ticket, "issue")
    assert take_step(world.desk, ticket.id, "assign", data, LEADER, "k").state is State.ASSIGNED


def test_many_tickets_archived_at_once_are_sealed_in_line(world: World) -> None:
    tickets = [world.walk(world.log(), TO_ARCHIVE[:-1]) for _ in range(4)]
    start = Barrier(4)

    def archive(ticket: Ticket) -> None:
        start.wait()
        world.do(ticket, "archive")

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(archive, ticket) for ticket in tickets]:
            done.result()
    with world.db.read() as session:
        assert verify_archive(session) == []


def again(world: World, n: int, rule_id: str = "low") -> Ticket:
    """Deliver the n-th occurrence of an alarm, begun now."""
    return world.alarm(f"alarm:1#{n}", rule_id=rule_id, raised_at=world.clock.advance(MINUTE))


@pytest.mark.parametrize("done", range(len(STATION_TO_SIGN) + 1))
def test_telemetry_that_goes_bad_again_before_the_leader_signs_is_waited_for_anew(
    world: World, done: int
) -> None:
    ticket = world.walk(world.alarm(rule_id="low"), STATION_TO_SIGN[:done])
    assert world.returned(ticket).telemetry.returned_at is not None
    relapsed = again(world, 2)
    assert (relapsed.id, relapsed.state) == (ticket.id, ticket.state)
    assert relapsed.telemetry.returned_at is None
    assert relapsed.telemetry.relapsed_at == world.clock.now()
    ticket = world.walk(relapsed, STATION_TO_SIGN[done:])
    with pytest.raises(OutOfOrder) as refused:
        world.do(ticket, "leader_sign")
    assert refused.value.code == "telemetry_not_back"
    world.returned(ticket)
    assert world.do(ticket, "leader_sign").state is State.LEADER_SIGNED


def test_each_occurrence_is_told_to_the_ticket_once_and_old_news_changes_nothing(
    world: World,
) -> None:
    first = world.alarm("alarm:1", rule_id="low")
    world.returned(first)
    second = again(world, 2)
    assert second.telemetry.relapsed_at is not None
    told = world.alarm("alarm:1#2", rule_id="low", raised_at=second.telemetry.relapsed_at)
    assert told == world.alarm("alarm:1", rule_id="low") == second
    # A bridge that was held up still speaks of the first occurrence's return.
    assert world.returned(first) == second
    back = world.returned(second)
    assert world.alarm("alarm:1#2", rule_id="low", raised_at=second.telemetry.relapsed_at) == back
    seen = commands(world, first)
    assert seen == ["log", "telemetry_returned", "telemetry_relapsed", "telemetry_returned"]


@pytest.mark.parametrize("past", range(1, 4))
def test_a_ticket_past_the_leader_leaves_a_relapse_to_a_new_one(world: World, past: int) -> None:
    ticket = world.walk(world.alarm(rule_id="low"), STATION_TO_SIGN)
    world.returned(ticket)
    ticket = world.walk(ticket, ("leader_sign", "director_sign", "archive")[:past])
    fresh = again(world, 2)
    assert fresh.id != ticket.id
    assert fresh.intake.received_at == world.clock.now()
    assert again(world, 3).id == fresh.id
    with world.db.read() as session:
        assert load(session, ticket.id) == ticket


def test_an_alarms_ticket_is_withdrawn_only_when_its_telemetry_is_back(world: World) -> None:
    ticket = world.alarm(rule_id="low")
    with pytest.raises(OutOfOrder) as refused:
        world.do(ticket, "withdraw")
    assert refused.value.code == "telemetry_not_back"
    world.returned(ticket)
    assert world.do(ticket, "withdraw").state is State.WITHDRAWN
    assert again(world, 2).id != ticket.id


def test_another_rules_alarm_has_its_own_ticket(world: World) -> None:
    ticket = world.alarm("alarm:1", rule_id="low")
    assert again(world, 2, rule_id="silent").id != ticket.id


def test_a_relapse_from_many_bridges_at_once_is_one_event(world: World) -> None:
    ticket = world.returned(world.alarm(rule_id="low"))
    raised = world.clock.advance(MINUTE)
    start = Barrier(4)

    def deliver() -> str:
        start.wait()
        told = facts(rule_id="low", raised_at=raised)
        return open_from_alarm(world.desk, "alarm:1#2", STATION, told).id

    with ThreadPoolExecutor(4) as pool:
        assert {told.result() for told in [pool.submit(deliver) for _ in range(4)]} == {ticket.id}
    assert commands(world, ticket) == ["log", "telemetry_returned", "telemetry_relapsed"]
