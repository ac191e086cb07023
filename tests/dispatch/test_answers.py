"""The time limit of the answer on a ticket: set, moved, missed, reopened (R-05, R-06)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dispatch.clocks.course import DeadlineKind, DeadlineStatus
from dispatch.clocks.deadlines import DeadlineRow
from dispatch.clocks.limits import CaseType
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.repair.ticket import Ticket
from dispatch.repair.tickets import TICKETS, load
from kit.errors import Forbidden, Invalid, OutOfOrder
from tests.dispatch.world import LEADER, START, TO_DONE, ZONE, World

MINUTE = timedelta(minutes=1)
CLOSING = datetime(2026, 11, 23, 17, 30, tzinfo=ZONE)


def row(world: World, ticket: Ticket) -> DeadlineRow:
    with world.db.read() as session:
        found = select(DeadlineRow).where(DeadlineRow.ticket_id == ticket.id)
        return session.scalars(found.where(DeadlineRow.kind == DeadlineKind.ANSWER)).one()


def misses(world: World, ticket: Ticket) -> int:
    with world.db.read() as session:
        history = TICKETS.history(session, ticket.id)
    return [event.command for event in history].count("miss_answer")


def test_an_ordinary_matter_is_answered_the_same_day_and_kept_with_its_rules(world: World) -> None:
    ticket = world.log()
    found = ticket.deadlines(START)[DeadlineKind.ANSWER]
    assert (found.due_at, found.status) == (CLOSING, DeadlineStatus.PENDING)
    assert "当天办结" in ticket.answer.terms[0].limit.rule.quote
    assert row(world, ticket).due_at == CLOSING
    with world.db.read() as session:
        assert load(session, ticket.id) == ticket


def test_an_alarm_waits_for_no_answer(world: World) -> None:
    ticket = world.alarm()
    assert list(ticket.deadlines(START)) == [DeadlineKind.ARRIVAL]
    with pytest.raises(OutOfOrder, match="alarm"):
        world.do(ticket, "classify")


def test_a_letter_counts_from_when_it_was_read(world: World) -> None:
    ticket = world.log(channel="letter", received_at="2026-11-20T09:00")
    assert ticket.answer.start == START
    assert ticket.deadlines(START)[DeadlineKind.ANSWER].due_at == CLOSING


def test_another_case_type_moves_the_limit_and_counts_from_the_receipt(world: World) -> None:
    ticket = world.do(world.log(), "classify", case_type="joint", reason="市政开挖")
    assert ticket.answer.case_type is CaseType.JOINT
    assert row(world, ticket).due_at == ticket.intake.received_at + timedelta(days=7)
    assert [term.limit.rule.key for term in ticket.answer.terms] == [
        "answer_ordinary",
        "answer_joint",
    ]


def test_the_same_case_type_again_or_one_without_reason_is_refused(world: World) -> None:
    ticket = world.log()
    with pytest.raises(Invalid) as refused:
        world.do(ticket, "classify", case_type="immediate", reason="")
    assert {one.field for one in refused.value.errors} == {"case_type", "reason"}
    with pytest.raises(Forbidden):
        world.do(ticket, "classify", LEADER)


def test_a_missed_answer_is_recorded_once_and_stays(world: World) -> None:
    ticket = world.walk(world.log(), TO_DONE)
    before = CLOSING - timedelta(microseconds=1)
    assert record_missed_deadlines(world.desk, before) == 0
    assert record_missed_deadlines(world.desk, CLOSING) == 1
    assert record_missed_deadlines(world.desk, CLOSING + MINUTE) == 0
    with world.db.read() as session:
        ticket = load(session, ticket.id)
    later = world.do(ticket, "classify", case_type="promised", reason="须开挖")
    # The clock of the server was set back since: it is overdue all the same.
    assert later.deadlines(START)[DeadlineKind.ANSWER].status is DeadlineStatus.OVERDUE
    record_missed_deadlines(world.desk, CLOSING + timedelta(days=9))
    assert misses(world, ticket) == 1
    signed = world.do(later, "customer_sign")
    assert signed.deadlines(START)[DeadlineKind.ANSWER].status is DeadlineStatus.MISSED


def test_work_that_is_sent_back_has_its_limit_again(world: World) -> None:
    signed = world.do(world.walk(world.log(), TO_DONE), "customer_sign")
    assert row(world, signed).settled_at == world.clock.now()
    assert record_missed_deadlines(world.desk, CLOSING + MINUTE) == 0
    again = world.do(signed, "send_back")
    assert (row(world, again).due_at, row(world, again).settled_at) == (CLOSING, None)
    assert record_missed_deadlines(world.desk, CLOSING + MINUTE) == 1
    assert misses(world, again) == 1


def test_a_matter_that_is_withdrawn_in_time_has_nothing_left_to_miss(world: World) -> None:
    ticket = world.do(world.log(), "withdraw")
    assert record_missed_deadlines(world.desk, CLOSING + MINUTE) == 0
    assert ticket.deadlines(CLOSING)[DeadlineKind.ANSWER].status is DeadlineStatus.CLOSED
