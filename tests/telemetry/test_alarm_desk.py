from datetime import timedelta

import pytest

from kit.actors import Actor, Post
from kit.db import to_micros
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from telemetry.alarms import desk as alarm_desk
from telemetry.alarms.desk import AlarmRule, Kind
from telemetry.alarms.evaluate import NORMAL, evaluate
from telemetry.alarms.log import lock_states, record, save_states

OPERATOR = Actor("u1", "运转工甲", Post.OPERATOR)
RULE = AlarmRule(
    "p-high", "pump-01", Kind.HIGH, "pressure", limit=0.6, deadband=0.1, needs_hands=True
)


@pytest.fixture
def see(database, clock):
    """Give a function that evaluates a value a second later; the rule is entered."""
    with database.write() as session:
        alarm_desk.save_rule(session, RULE, clock.now())

    def see(value):
        at = to_micros(clock.advance(timedelta(seconds=1)))
        with database.write() as session:
            state = lock_states(session, [RULE.id]).get(RULE.id, NORMAL)
            state, transition = evaluate(state, RULE, at, value)
            save_states(session, {RULE.id: state})
            if transition:
                record(session, RULE, transition)

    return see


def the_alarm(database):
    with database.read() as session:
        return alarm_desk.recent_alarms(session)[0]


def test_a_rule_is_read_back_as_it_was_saved_and_may_change_its_numbers(database, clock):
    silent = AlarmRule("quiet", "pump-01", Kind.SILENT, after_s=60, needs_hands=True)
    changed = AlarmRule("p-high", "pump-01", Kind.HIGH, "pressure", limit=0.9, on_delay_s=5)
    with database.write() as session:
        for rule in (RULE, silent, changed):
            alarm_desk.save_rule(session, rule, clock.now())
        assert alarm_desk.rules_of(session, "pump-01") == [changed, silent]
        other = AlarmRule("p-high", "pump-01", Kind.LOW, "pressure")
        with pytest.raises(Conflict):
            alarm_desk.save_rule(session, other, clock.now())


def test_acknowledging_keeps_the_first_name_and_ends_a_returned_alarm(database, clock, see):
    see(0.7)
    see(0.4)
    alarm = the_alarm(database)
    other = Actor("u2", "班长", Post.TEAM_LEADER)
    for actor in (OPERATOR, other):
        with database.write() as session:
            alarm_desk.acknowledge(session, alarm.id, actor, clock.now())
    alarm = the_alarm(database)
    assert (alarm.acked_by, alarm.acked_by_name) == ("u1", "运转工甲")
    assert alarm.closed_at == alarm.acked_at
    see(0.7)
    assert the_alarm(database).id != alarm.id


def test_an_acknowledged_alarm_ends_when_it_returns(database, clock, see):
    see(0.7)
    with database.write() as session:
        alarm_desk.acknowledge(session, the_alarm(database).id, OPERATOR, clock.now())
        assert len(alarm_desk.open_alarms(session, "pump-01")) == 1
    see(0.4)
    with database.read() as session:
        assert alarm_desk.open_alarms(session) == []


@pytest.mark.parametrize("post", [Post.CUSTOMER, Post.TECHNICIAN, Post.SYSTEM])
def test_who_does_not_mind_stations_may_not_acknowledge(database, clock, see, post):
    see(0.7)
    with pytest.raises(Forbidden), database.write() as session:
        alarm_desk.acknowledge(session, the_alarm(database).id, Actor("x", "x", post), clock.now())
    assert the_alarm(database).acked_at is None


def test_an_alarm_that_is_not_there_is_not_found(database, clock):
    with pytest.raises(NotFound), database.write() as session:
        alarm_desk.acknowledge(session, "nothing", OPERATOR, clock.now())


def test_a_shelved_rule_raises_nothing_until_it_is_taken_back(database, clock, see):
    with database.write() as session:
        until = clock.now() + timedelta(hours=1)
        alarm_desk.shelve(session, RULE.id, OPERATOR, until, clock.now())
        assert list(alarm_desk.shelved_rules(session, clock.now())) == [RULE.id]
    see(0.7)
    with database.write() as session:
        assert alarm_desk.recent_alarms(session) == []
        alarm_desk.shelve(session, RULE.id, OPERATOR, clock.now(), clock.now())
    see(0.7)
    assert the_alarm(database).rule_id == RULE.id


def test_nothing_is_shelved_for_more_than_a_week(database, clock, see):
    until = clock.now() + timedelta(days=8)
    with pytest.raises(Invalid), database.write() as session:
        alarm_desk.shelve(session, RULE.id, OPERATOR, until, clock.now())


def test_each_occurrence_is_forwarded_once_and_each_return_is_reported(database, clock, see):
    see(0.7)
    with database.write() as session:
        (alarm,) = alarm_desk.unforwarded(session)
        assert alarm.dedupe_key == f"alarm:{alarm.id}"
        alarm_desk.mark_forwarded(session, alarm, "T1", clock.now())
        alarm_desk.mark_forwarded(session, alarm, "T2", clock.now())
        assert alarm_desk.unforwarded(session) == []
    assert the_alarm(database).ticket_ref == "T1"
    see(0.4)
    with database.write() as session:
        (returned,) = alarm_desk.returned_unreported(session)
    see(0.7)  # comes back before the report is noted: the note must not hide the next return
    see(0.4)
    with database.write() as session:
        alarm_desk.mark_return_reported(session, returned, clock.now())
        assert alarm_desk.returned_unreported(session) == []  # the new occurrence goes first
        (raised_again,) = alarm_desk.unforwarded(session)
        assert raised_again.dedupe_key == f"alarm:{alarm.id}#2"
        assert raised_again.occurred_at > alarm.occurred_at == alarm.raised_at
        alarm_desk.mark_forwarded(session, alarm, "T3", clock.now())  # of the first: too late
        alarm_desk.mark_forwarded(session, raised_again, "T1", clock.now())
        assert alarm_desk.unforwarded(session) == []
        (again,) = alarm_desk.returned_unreported(session)
        alarm_desk.mark_return_reported(session, again, clock.now())
        assert alarm_desk.returned_unreported(session) == []


def test_removing_a_rule_ends_its_open_alarm(database, clock, see):
    see(0.7)
    with database.write() as session:
        alarm_desk.remove_rule(session, RULE.id, clock.now())
    with database.read() as session:
        assert alarm_desk.rules_of(session) == []
        assert alarm_desk.open_alarms(session) == []
