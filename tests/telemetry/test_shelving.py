"""Shelving: an alarm is away for a stated time and comes back by itself."""

from datetime import date, timedelta
from importlib import resources

import pytest

from kit.actors import Actor, Post
from kit.errors import Forbidden, Invalid
from kit.rules import RuleFileError
from telemetry.alarms.alarm_search import open_alarms
from telemetry.alarms.desk import acknowledge, unshelve
from telemetry.alarms.shelf import shelved_alarms, shelvings_of
from telemetry.rulebook import read_rule_book
from tests.telemetry.shelved_rule import HOUR, LEADER, OPERATOR, RULE, ZONE, Watch


def codes(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {error.field: error.code for error in caught.value.errors}


def test_a_shelved_alarm_does_not_come_again_until_its_time_and_then_by_itself(
    watch: Watch,
) -> None:
    alarm = watch.raised()
    watch.shelve(alarm)
    watch.see(0.4)
    watch.see(0.7)
    assert watch.occurrences() == 1
    assert watch.shelved() == [alarm.id]
    watch.clock.advance(HOUR)
    assert watch.shelved() == []
    watch.see(0.7)
    assert watch.occurrences() == 2


def test_who_shelved_when_until_when_and_why_is_on_record(watch: Watch) -> None:
    alarm = watch.raised()
    watch.shelve(alarm, reason="  换表期间读数不准 ")
    at = watch.clock.now()
    with watch.desk.db.read() as session:
        (one,) = shelvings_of(session, RULE.id)
    assert (one.shelved.by, one.shelved.at) == (OPERATOR, at)
    assert (one.order.until, one.order.reason) == (at + HOUR, "换表期间读数不准")
    watch.clock.advance(timedelta(minutes=5))
    watch.unshelve(alarm)
    with watch.desk.db.read() as session:
        (one,) = shelvings_of(session, RULE.id)
    assert one.ended is not None
    assert (one.ended.by, one.ended.at) == (LEADER, watch.clock.now())


def test_a_time_without_offset_is_the_companys_own(watch: Watch) -> None:
    alarm = watch.raised()
    local = (watch.clock.now() + HOUR).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    watch.shelve(alarm, until=local)
    with watch.desk.db.read() as session:
        (one,) = shelved_alarms(session, watch.clock.now())
    assert one.shelving.order.until.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M") == local


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("", "required"),
        ("soon", "not_a_time"),
        ("2026-11-24", "not_a_time"),
        ("2026-11-23T07:59Z", "shelve_past"),
        ("2026-11-23T08:00:01Z", "shelve_past"),
        ("1026-11-23T08:30Z", "shelve_past"),
        ("2026-11-23T20:00:02Z", "shelve_too_long"),
        ("2036-11-23T08:30Z", "shelve_too_long"),
        ("9999-12-31T23:59Z", "shelve_too_long"),
        ("0001-01-01T00:00+14:00", "not_a_time"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(watch: Watch, until: str, code: str) -> None:
    alarm = watch.raised()
    with pytest.raises(Invalid) as caught:
        watch.shelve(alarm, until=until)
    assert codes(caught) == {"until": code}
    assert watch.shelved() == []


def test_every_fault_is_told_at_once_and_the_key_stays_free(watch: Watch) -> None:
    alarm = watch.raised()
    with pytest.raises(Invalid) as caught:
        watch.shelve(alarm, until="", reason=" ")
    assert codes(caught) == {"until": "required", "reason": "required"}
    with pytest.raises(Invalid) as caught:
        watch.shelve(alarm, reason="长" * 201)
    assert codes(caught) == {"reason": "too_long"}
    watch.shelve(alarm)
    assert watch.shelved() == [alarm.id]


def test_the_longest_time_is_that_of_the_day(watch: Watch) -> None:
    text = resources.files("telemetry").joinpath("rules.toml").read_text(encoding="utf-8")
    later = "[[shelve_longest.values]]\nvalue = 2\nsince = 2026-12-01\n"
    later += 'source = "order 3"\nquote = "two hours"\n'
    book = read_rule_book(text + later)
    assert book.on(date(2026, 11, 30)).longest_shelving == timedelta(hours=12)
    assert book.on(date(2026, 12, 1)).longest_shelving == timedelta(hours=2)
    with pytest.raises(RuleFileError, match="shelve_longest.unit is 'd', not 'h'"):
        read_rule_book(text.replace('unit = "h"', 'unit = "d"'))


@pytest.mark.parametrize("post", [Post.CUSTOMER, Post.TECHNICIAN, Post.INSPECTOR, Post.ADMIN])
def test_who_does_not_mind_stations_may_neither_shelve_nor_unshelve(
    watch: Watch, post: Post
) -> None:
    alarm = watch.raised()
    other = Actor("x", "x", post)
    with pytest.raises(Forbidden):
        watch.shelve(alarm, actor=other)
    watch.shelve(alarm)
    with pytest.raises(Forbidden):
        unshelve(watch.desk, alarm.id, other, "k2")
    assert watch.shelved() == [alarm.id]


def test_pressing_twice_is_one_shelving(watch: Watch) -> None:
    alarm = watch.raised()
    until = (watch.clock.now() + HOUR).isoformat()
    first = watch.shelve(alarm, until=until)
    watch.clock.advance(timedelta(seconds=1))
    assert watch.shelve(alarm, until=until) == first
    watch.clock.advance(2 * HOUR)  # a phone sends it again hours later: still the same answer
    assert watch.shelve(alarm, until=until) == first
    assert watch.shelved() == []


def test_unshelving_lets_the_alarm_come_at_once_and_twice_is_harmless(watch: Watch) -> None:
    alarm = watch.raised()
    watch.see(0.4)
    watch.shelve(alarm)
    watch.see(0.7)
    watch.unshelve(alarm)
    ended = watch.clock.now()
    watch.see(0.7)
    assert watch.occurrences() == 2
    watch.unshelve(alarm, "k10")
    with watch.desk.db.read() as session:
        (one,) = shelvings_of(session, RULE.id)
    assert one.ended is not None
    assert one.ended.at == ended


def test_an_alarm_that_is_over_may_be_shelved_for_it_may_come_again(watch: Watch) -> None:
    alarm = watch.raised()
    watch.see(0.4)
    with watch.desk.db.write() as session:
        acknowledge(session, alarm.id, OPERATOR, watch.clock.now())
        assert open_alarms(session) == []
    watch.shelve(alarm)
    watch.see(0.7)
    assert watch.occurrences() == 1
    with watch.desk.db.read() as session:
        (one,) = shelved_alarms(session, watch.clock.now())
    assert one.beyond_limit
