"""A hostile week: clocks, repeats, people who were relieved, and false words."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.clocks.course import DeadlineStatus
from dispatch.repair.evidence import Hindrance
from dispatch.repair.masking import masked_ticket
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.repair.search import TicketFilter, find_tickets
from dispatch.repair.ticket import Outcome, State, Ticket, customer_of
from dispatch.repair.tickets import TICKETS, load
from dispatch.repair.verify import verify_archive
from kit.actors import Actor, Post
from kit.errors import Forbidden, Invalid, NotFound, OutOfOrder
from tests.dispatch.world import (
    DIRECTOR,
    LEADER,
    MANAGER,
    OPERATOR,
    OTHER_TECHNICIAN,
    RECEPTIONIST,
    STATION_TO_DONE,
    TECHNICIAN,
    TO_DONE,
    TO_SITE,
    TO_WORK,
    World,
    due_of,
    told,
)

HOUR = timedelta(hours=1)
TO_END = ("leader_sign", "director_sign", "archive")


def faults_of(world: World, ticket: Ticket, step: str, **data: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        world.do(ticket, step, **data)
    return [(one.field, one.code) for one in refused.value.errors]


def stored(world: World, ticket: Ticket) -> Ticket:
    with world.db.read() as session:
        assert verify_archive(session) == []
        return load(session, ticket.id)


def test_a_pause_has_a_start_and_an_end_and_the_crew_sets_out_again(world: World) -> None:
    waiting = world.do(world.walk(world.log(), TO_SITE), "customer_absent")
    world.clock.advance(HOUR)
    ticket = world.do(waiting, "resume")
    (pause,) = ticket.pauses
    assert pause.hindrance is Hindrance.CUSTOMER_ABSENT
    assert pause.began.by == TECHNICIAN
    assert pause.length == HOUR + timedelta(minutes=1)
    assert (ticket.state, ticket.crew.departed_at) == (State.ASSIGNED, None)
    arrived = ticket.crew.arrived_at
    assert world.walk(ticket, ("depart", "arrive")).crew.arrived_at == arrived


def test_a_clock_set_back_makes_no_pause_shorter_than_nothing(world: World) -> None:
    waiting = world.do(world.walk(world.log(), TO_SITE), "await_part")
    world.clock.set(world.clock.now() - 2 * HOUR)
    ticket = world.do(waiting, "resume")
    assert ticket.pauses[0].length == timedelta(0)
    assert stored(world, ticket) == ticket


def test_a_wait_is_ended_once(world: World) -> None:
    ticket = world.do(world.do(world.walk(world.log(), TO_SITE), "await_part"), "resume")
    with pytest.raises(OutOfOrder, match="not possible"):
        world.do(ticket, "resume")


def test_each_wait_that_goes_on_too_long_is_recorded_once(world: World) -> None:
    ticket = world.walk(world.log(), TO_SITE)
    for _ in range(2):
        until = (world.clock.now() + timedelta(minutes=30)).isoformat()
        ticket = world.do(ticket, "customer_absent", resume_by=until)
        assert ticket.pause is not None
        late = ticket.pause.resume_by
        assert record_missed_deadlines(world.desk, late - timedelta(seconds=1)) == 0
        assert record_missed_deadlines(world.desk, late) == 1
        assert record_missed_deadlines(world.desk, late + HOUR) == 0
        world.clock.set(late)
        ticket = world.walk(stored(world, ticket), ("resume", "depart", "arrive"))
    assert [pause.overran_at is not None for pause in ticket.pauses] == [True, True]


def test_who_was_relieved_while_it_waited_does_not_resume_and_the_new_one_does(
    world: World,
) -> None:
    waiting = world.do(world.walk(world.log(), TO_SITE), "await_part")
    ticket = world.do(waiting, "assign", technicians=[{"id": OTHER_TECHNICIAN.id}])
    assert ticket.state is State.WAITING
    with pytest.raises(NotFound):
        world.do(ticket, "resume", TECHNICIAN)
    assert world.do(ticket, "resume", OTHER_TECHNICIAN).state is State.ASSIGNED


def test_an_alarms_ticket_hears_of_telemetry_while_it_waits(world: World) -> None:
    waiting = world.do(world.walk(world.alarm(), TO_SITE), "await_part")
    heard = world.returned(waiting)
    assert (heard.state, heard.waits_for_telemetry) == (State.WAITING, False)
    ticket = world.walk(heard, ("resume", "depart", "arrive"))
    ticket = world.walk(ticket, STATION_TO_DONE[len(TO_SITE) :])
    assert world.walk(ticket, ("customer_sign", *TO_END)).outcome is Outcome.REPAIRED


def test_a_promise_put_off_by_the_customer_counts_to_the_later_time(world: World) -> None:
    ticket = world.log()
    due = due_of(ticket)
    waiting = world.do(ticket, "customer_defers", customer_of(ticket))
    assert waiting.pause is not None
    until = waiting.pause.resume_by
    assert waiting.due_at == until > due
    assert record_missed_deadlines(world.desk, due) == 0
    ticket = world.walk(waiting, ("issue", "assign", "resume", *TO_SITE[2:]))
    assert ticket.arrival(world.clock.now()).status is DeadlineStatus.MET
    assert ticket.promise.due_at == due


def test_a_promise_that_was_broken_is_not_mended_by_putting_it_off(world: World) -> None:
    ticket = world.log()
    world.clock.set(due_of(ticket))
    assert record_missed_deadlines(world.desk, world.clock.now()) == 1
    world.clock.set(due_of(ticket) - timedelta(minutes=20))  # set back before it was broken
    waiting = world.do(stored(world, ticket), "customer_defers", customer_of(ticket))
    assert (waiting.put_off_to, waiting.due_at) == (None, due_of(ticket))
    assert record_missed_deadlines(world.desk, due_of(ticket) + timedelta(minutes=1)) == 0


def test_no_way_in_is_said_beside_the_broken_promise_and_mends_nothing(world: World) -> None:
    waiting = world.do(world.walk(world.log(), TO_SITE[:-1]), "no_access")
    late = due_of(waiting) + timedelta(seconds=1)
    assert record_missed_deadlines(world.desk, late) == 1
    ticket = stored(world, waiting)
    assert ticket.arrival(late).broken
    assert ticket.kept_away is not None
    assert ticket.kept_away.what == "道路积水"
    with world.db.read() as session:
        found = find_tickets(session, LEADER, late, TicketFilter(overdue=True)).tickets
    assert [one.id for one in found] == [ticket.id]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"resume_by": ""}, ("resume_by", "required")),
        ({"resume_by": "2026-11-23T13:00"}, ("resume_by", "not_ahead")),
        ({"resume_by": "2027-11-23T13:00"}, ("resume_by", "too_far_ahead")),
        ({"attempts": []}, ("attempts", "required")),
        ({"attempts": [{"at": "2026-11-23T23:00"}]}, ("attempts.0.at", "in_the_future")),
        ({"attempts": [{"at": "2026-11-20T09:00"}]}, ("attempts.0.at", "attempt_before_log")),
        ({"left_at_door": " "}, ("left_at_door", "required")),
    ],
)
def test_nobody_at_home_needs_what_shows_it(
    sqlite_world: World, data: dict[str, Any], fault: tuple[str, str]
) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_SITE)
    assert fault in faults_of(sqlite_world, ticket, "customer_absent", **data)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"informant": ""}, ("informant", "required")),
        ({"told_why": ""}, ("told_why", "required")),
        ({"happened_at": ""}, ("happened_at", "required")),
        ({"happened_at": "2026-11-24T09:00"}, ("happened_at", "in_the_future")),
        ({"happened_at": "2026-11-23T13:00"}, ("happened_at", "told_before_receipt")),
    ],
)
def test_an_entry_for_the_crew_says_who_told_it_when_and_why(
    sqlite_world: World, data: dict[str, Any], fault: tuple[str, str]
) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), ("issue", "assign"))
    said = told(sqlite_world.clock.now()) | data
    assert faults_of(sqlite_world, ticket, "depart", actor=LEADER, **said) == [fault]


def test_an_entry_is_judged_by_our_clock_and_shows_the_time_that_was_told(world: World) -> None:
    ticket = world.walk(world.log(), ("issue", "assign"))
    happened = world.clock.now()
    world.clock.advance(3 * HOUR)
    for step in ("depart", "arrive"):
        ticket = world.do(ticket, step, LEADER, **told(happened))
    assert ticket.arrival(world.clock.now()).status is DeadlineStatus.MISSED
    assert [one.told.happened_at for one in ticket.entered_later] == [happened, happened]
    with pytest.raises(Invalid):
        world.do(ticket, "quote_fee", LEADER, **told(happened - timedelta(minutes=1)))


def test_only_who_is_not_of_the_crew_calls_back(world: World) -> None:
    ticket = world.walk(world.log(), TO_WORK)
    ticket = world.do(ticket, "assign", technicians=[{"id": OTHER_TECHNICIAN.id}])
    for step in ("report_flow_test", "finish_work", "record_unsigned"):
        ticket = world.do(ticket, step, OTHER_TECHNICIAN)
    # Whoever holds a second post, and whoever was relieved, is still of the crew.
    for one in (TECHNICIAN, OTHER_TECHNICIAN):
        at_the_desk = Actor(one.id, one.name, Post.RECEPTIONIST)
        with pytest.raises(Forbidden, match="does not call the customer back"):
            world.do(ticket, "call_back", at_the_desk)
    called = world.do(ticket, "call_back", RECEPTIONIST)
    assert world.walk(called, TO_END).outcome is Outcome.REPAIRED


def test_a_refusal_before_a_witness_needs_no_call_and_without_one_it_does(world: World) -> None:
    refusal: dict[str, Any] = {"why": "refused", "account": "嫌贵"}
    seen = world.walk(world.log(), TO_DONE)
    assert faults_of(world, seen, "record_unsigned", **refusal, witness=TECHNICIAN.name) == [
        ("witness", "witness_of_the_crew")
    ]
    seen = world.do(seen, "record_unsigned", **refusal, witness="邻居赵敏")
    assert world.walk(seen, TO_END).state is State.ARCHIVED
    alone = world.do(world.walk(world.log(), TO_DONE), "record_unsigned", **refusal)
    with pytest.raises(OutOfOrder, match="nobody else has called back"):
        world.do(alone, "leader_sign")


def test_a_customer_who_is_never_reached_was_tried_often_enough(world: World) -> None:
    ticket = world.do(world.walk(world.log(), TO_DONE), "record_unsigned")
    for n in range(1, 4):
        ticket = world.do(ticket, "call_back", answered=False)
        settled = ticket.signatures.calls[-1].settles
        assert settled is (n == 3)
    assert world.walk(ticket, TO_END).state is State.ARCHIVED


def test_the_customers_late_signature_counts(world: World) -> None:
    ticket = world.do(world.walk(world.log(), TO_DONE), "record_unsigned")
    ticket = world.do(ticket, "customer_sign", customer_of(ticket))
    assert ticket.signatures.missing is not None
    assert world.walk(ticket, TO_END).signatures.customer is not None


def test_work_that_has_begun_is_not_withdrawn(world: World) -> None:
    waiting = world.do(world.walk(world.log(), TO_WORK), "await_part")
    with pytest.raises(OutOfOrder, match="the work has begun"):
        world.do(waiting, "withdraw", MANAGER)


def test_a_director_who_does_not_believe_it_has_it_begun_anew(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "no_fault_found", "call_back", "leader_sign"))
    ticket = world.do(ticket, "take_up_again", DIRECTOR)
    assert (ticket.state, ticket.outcome) == (State.ISSUED, None)
    assert ticket.signatures.calls == ()


def test_a_pump_motor_needs_no_flow_test_and_a_pipe_does(world: World) -> None:
    ticket = world.walk(world.alarm(), (*TO_SITE, "start_work"))
    with pytest.raises(OutOfOrder, match="no flow test"):
        world.do(ticket, "finish_work")
    ticket = world.walk(ticket, ("classify_work", "finish_work"))
    assert ticket.work.report is not None
    assert [one.id for one in ticket.work.report.checks] == ["trial", "tidy"]


@pytest.mark.parametrize("pressure", [0, 0.019])
def test_a_test_without_pressure_does_not_pass_but_may_fail(world: World, pressure: float) -> None:
    ticket = world.walk(world.log(), TO_WORK)
    found = faults_of(world, ticket, "report_flow_test", pressure_mpa=pressure)
    assert found == [("pressure_mpa", "too_low_to_pass")]
    assert world.do(ticket, "report_flow_test", passed=False, pressure_mpa=pressure).work.flow_test


def test_every_item_of_good_work_is_confirmed_or_says_why_not(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_WORK, "report_flow_test"))
    checks = world.usual_data(ticket, "finish_work")["checks"]
    for wrong, fault in (
        (checks[1:], ("checks", "checks_missing")),
        ([*checks, checks[0]], ("checks", "twice")),
        ([{"item": "ground"}, *checks[1:]], ("checks.0.why", "not_checked")),
        ([*checks, {"item": "trial", "done": True}], ("checks.7.item", "unknown_check")),
    ):
        assert faults_of(world, ticket, "finish_work", checks=wrong) == [fault]
    apart = [{"item": "size", "why": "只有一根管"} if c["item"] == "size" else c for c in checks]
    report = world.do(ticket, "finish_work", checks=apart).work.report
    assert report is not None
    assert [(one.zh, one.why) for one in report.checks if not one.done] == [
        ("先大管，后小管", "只有一根管")
    ]


def test_numbers_and_words_of_the_customer_are_masked_for_who_needs_them_not(world: World) -> None:
    ticket = world.do(world.walk(world.log(), TO_SITE), "customer_absent")
    ticket = world.walk(ticket, ("resume", "depart", "arrive", *TO_DONE[len(TO_SITE) :]))
    ticket = world.do(ticket, "record_unsigned", why="refused", witness="赵敏")
    ticket = world.do(ticket, "call_back", words="家里还有老人")
    seen = masked_ticket(ticket, OPERATOR)
    assert seen.pauses[0].attempts[0].number == "138****5678"
    assert seen.signatures.missing is not None
    assert (seen.signatures.missing.witness, seen.signatures.missing.account) == ("赵*", "")
    assert seen.signatures.calls[0].words == ""
    with world.db.read() as session:
        assert len(TICKETS.history(session, ticket.id)) == ticket.version
