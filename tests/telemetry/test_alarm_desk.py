from collections.abc import Callable
from datetime import timedelta

import pytest

from kit.actors import Actor, Post
from kit.clock import ManualClock
from kit.db import Database
from kit.errors import Conflict, Forbidden, NotFound
from kit.instants import to_micros
from telemetry.alarms.alarm_search import Alarm, list_alarms, open_alarms
from telemetry.alarms.desk import acknowledge
from telemetry.alarms.evaluate import NORMAL, evaluate
from telemetry.alarms.forwarding import (
    mark_forwarded,
    mark_return_reported,
    returned_unreported,
    unforwarded,
)
from telemetry.alarms.rule_store import remove_rule, rules_of, save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.alarms.state_store import lock_states, record, save_states

OPERATOR = Actor("u1", "运转工甲", Post.OPERATOR)
RULE = AlarmRule(
    "p-high", "pump-01", AlarmKind.HIGH, "pressure", limit=0.6, deadband=0.1, needs_hands=True
)


@pytest.fixture
def see(database: Database, clock: ManualClock) -> Callable[[float], None]:
    """Give a function that evaluates a value a second later; the rule is entered."""
    with database.write() as session:
        save_rule(session, RULE, clock.now())

    def see(value: float) -> None:
        at = to_micros(clock.advance(timedelta(seconds=1)))
        with database.write() as session:
            state = lock_states(session, [RULE.id]).get(RULE.id, NORMAL)
            state, transition = evaluate(state, RULE, at, value)
            save_states(session, {RULE.id: state})
            if transition:
                record(session, RULE, transition, "MPa")

    return see


def the_alarm(database: Database) -> Alarm:
    with database.read() as session:
        return list_alarms(session).rows[0]


def test_a_rule_is_read_back_as_it_was_saved_and_may_change_its_numbers(
    database: Database, clock: ManualClock
) -> None:
    silent = AlarmRule("quiet", "pump-01", AlarmKind.SILENT, after_s=60, needs_hands=True)
    changed = AlarmRule("p-high", "pump-01", AlarmKind.HIGH, "pressure", limit=0.9, on_delay_s=5)
    with database.write() as session:
        for rule in (RULE, silent, changed):
            save_rule(session, rule, clock.now())
        assert rules_of(session, "pump-01") == [changed, silent]
        other = AlarmRule("p-high", "pump-01", AlarmKind.LOW, "pressure")
        with pytest.raises(Conflict):
            save_rule(session, other, clock.now())


def test_acknowledging_keeps_the_first_name_and_ends_a_returned_alarm(
    database: Database, clock: ManualClock, see: Callable[[float], None]
) -> None:
    see(0.7)
    see(0.4)
    alarm = the_alarm(database)
    other = Actor("u2", "班长", Post.TEAM_LEADER)
    for actor in (OPERATOR, other):
        with database.write() as session:
            acknowledge(session, alarm.id, actor, clock.now())
    alarm = the_alarm(database)
    assert (alarm.acked_by, alarm.acked_by_name) == ("u1", "运转工甲")
    assert alarm.closed_at == alarm.acked_at
    see(0.7)
    assert the_alarm(database).id != alarm.id


def test_an_acknowledged_alarm_ends_when_it_returns(
    database: Database, clock: ManualClock, see: Callable[[float], None]
) -> None:
    see(0.7)
    with database.write() as session:
        acknowledge(session, the_alarm(database).id, OPERATOR, clock.now())
        assert len(open_alarms(session, "pump-01")) == 1
    see(0.4)
    with database.read() as session:
        assert open_alarms(session) == []


@pytest.mark.parametrize("post", [Post.CUSTOMER, Post.TECHNICIAN, Post.SYSTEM])
def test_who_does_not_mind_stations_may_not_acknowledge(
    database: Database, clock: ManualClock, see: Callable[[float], None], post: Post
) -> None:
    see(0.7)
    with pytest.raises(Forbidden), database.write() as session:
        acknowledge(session, the_alarm(database).id, Actor("x", "x", post), clock.now())
    assert the_alarm(database).acked_at is None


def test_an_alarm_that_is_not_there_is_not_found(database: Database, clock: ManualClock) -> None:
    with pytest.raises(NotFound), database.write() as session:
        acknowledge(session, "nothing", OPERATOR, clock.now())


def test_each_occurrence_is_forwarded_once_and_each_return_is_reported(
    database: Database, clock: ManualClock, see: Callable[[float], None]
) -> None:
    see(0.7)
    with database.write() as session:
        (alarm,) = unforwarded(session)
        assert alarm.dedupe_key == f"alarm:{alarm.id}"
        mark_forwarded(session, alarm, "T1", clock.now())
        mark_forwarded(session, alarm, "T2", clock.now())
        assert unforwarded(session) == []
    assert the_alarm(database).ticket_ref == "T1"
    see(0.4)
    with database.write() as session:
        (returned,) = returned_unreported(session)
    see(0.7)  # comes back before the report is noted: the note must not hide the next return
    see(0.4)
    with database.write() as session:
        mark_return_reported(session, returned, clock.now())
        assert returned_unreported(session) == []  # the new occurrence goes first
        (raised_again,) = unforwarded(session)
        assert raised_again.dedupe_key == f"alarm:{alarm.id}#2"
        assert raised_again.occurred_at > alarm.occurred_at == alarm.raised_at
        mark_forwarded(session, alarm, "T3", clock.now())  # of the first: too late
        mark_forwarded(session, raised_again, "T1", clock.now())
        assert unforwarded(session) == []
        (again,) = returned_unreported(session)
        mark_return_reported(session, again, clock.now())
        assert returned_unreported(session) == []


def test_removing_a_rule_ends_its_open_alarm(
    database: Database, clock: ManualClock, see: Callable[[float], None]
) -> None:
    see(0.7)
    with database.write() as session:
        remove_rule(session, RULE.id, clock.now())
    with database.read() as session:
        assert rules_of(session) == []
        assert open_alarms(session) == []
