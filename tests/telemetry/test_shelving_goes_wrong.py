"""A hostile week of shelving: two at once, removed rules, restarts, clocks that are set back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from kit.actors import SYSTEM, Actor
from kit.db import Database
from kit.errors import Conflict, NotFound
from kit.instants import to_micros
from telemetry.alarms.alarm_search import list_alarms
from telemetry.alarms.desk import AlarmDesk, acknowledge, shelve
from telemetry.alarms.evaluate import NORMAL, evaluate
from telemetry.alarms.rule_store import remove_rule, save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.alarms.shelf import shelvings_of
from telemetry.alarms.silence import Hearing, check_silence
from telemetry.alarms.state_store import lock_states, record, save_states
from telemetry.rule_file import load_rule_book
from tests.telemetry.shelved_rule import HOUR, LEADER, OPERATOR, RULE, ZONE, Watch


def test_of_two_who_shelve_at_once_one_is_told_who_was_first(watch: Watch) -> None:
    alarm = watch.raised()

    def press(actor: Actor) -> object:
        try:
            return watch.shelve(alarm, key=actor.id, actor=actor)
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(2) as two:
        answers = list(two.map(press, (OPERATOR, LEADER)))
    (late,) = [one for one in answers if isinstance(one, Conflict)]
    with watch.desk.db.read() as session:
        (one,) = shelvings_of(session, RULE.id)
    assert late.code == "already_shelved"
    assert late.params == {"name": one.shelved.by.name}


def test_an_unshelving_that_is_sent_again_does_not_end_the_next_shelving(watch: Watch) -> None:
    alarm = watch.raised()
    watch.shelve(alarm)
    watch.unshelve(alarm)
    watch.shelve(alarm, key="k2")
    watch.unshelve(alarm)
    assert watch.shelved() == [alarm.id]


def test_what_is_not_there_can_not_be_shelved(watch: Watch) -> None:
    alarm = watch.raised()
    with pytest.raises(NotFound):
        shelve(watch.desk, "nothing", {"until": "", "reason": ""}, OPERATOR, "k1")
    with watch.desk.db.write() as session:
        remove_rule(session, RULE.id, watch.clock.now())
    with pytest.raises(NotFound) as caught:
        watch.shelve(alarm)
    assert caught.value.code == "alarm_rule_not_found"
    with watch.desk.db.write() as session:  # nothing of the refused attempt is left
        assert lock_states(session, [RULE.id]) == {}


def test_a_rule_that_is_removed_is_shelved_no_more_and_one_with_its_id_begins_anew(
    watch: Watch,
) -> None:
    alarm = watch.raised()
    watch.shelve(alarm)
    with watch.desk.db.write() as session:
        remove_rule(session, RULE.id, watch.clock.now())
        save_rule(session, RULE, watch.clock.now())
        (one,) = shelvings_of(session, RULE.id)
    assert one.ended is not None
    assert one.ended.by == SYSTEM
    assert watch.shelved() == []
    watch.see(0.7)
    assert watch.occurrences() == 2


def test_a_restart_neither_loses_nor_lengthens_a_shelving(watch: Watch, database_url: str) -> None:
    alarm = watch.raised()
    watch.see(0.4)
    watch.shelve(alarm)
    watch.desk.db.close()
    again = Database(database_url)
    after = Watch(AlarmDesk(again, watch.clock, load_rule_book(), ZONE), watch.clock)
    after.see(0.7)
    assert (after.occurrences(), after.shelved()) == (1, [alarm.id])
    after.clock.advance(HOUR)
    after.see(0.7)
    assert (after.occurrences(), after.shelved()) == (2, [])
    again.close()


def test_a_clock_that_is_set_back_does_not_make_a_shelving_longer(watch: Watch) -> None:
    """Who shelved by a clock that was hours ahead is asked again, and the old one is over."""
    before = watch.clock.now()
    watch.clock.advance(8 * HOUR)
    wrong = watch.clock.now()
    with watch.desk.db.write() as session:  # an alarm of the right time, a hand at the wrong one
        state, transition = evaluate(NORMAL, RULE, to_micros(before), 0.7)
        save_states(session, {RULE.id: state})
        assert transition is not None
        record(session, RULE, transition, "MPa")
        alarm = list_alarms(session).rows[0]
    watch.shelve(alarm, key="ahead")
    watch.clock.set(before)
    assert watch.shelved() == []
    watch.see(0.4)
    watch.see(0.7)
    assert watch.occurrences() == 2
    watch.shelve(alarm, key="right")
    assert watch.shelved() == [alarm.id]
    watch.clock.set(wrong + timedelta(minutes=1))
    assert watch.shelved() == []


def test_a_silent_station_may_be_shelved_and_comes_back_too(
    watch: Watch, add_station: Callable[..., None]
) -> None:
    add_station()
    rule = AlarmRule("quiet", "pump-01", AlarmKind.SILENT, after_s=60)
    start, db = watch.clock.now(), watch.desk.db

    def look(later: timedelta) -> int:
        now = watch.clock.advance(later)
        return check_silence(db, now, lambda *_: Hearing(start, {}))

    with db.write() as session:
        save_rule(session, rule, start)
    assert look(timedelta(seconds=61)) == 1
    with db.read() as session:
        (alarm,) = list_alarms(session, kind=AlarmKind.SILENT).rows
    with db.write() as session:
        acknowledge(session, alarm.id, OPERATOR, watch.clock.now())
    watch.shelve(alarm)
    heard: datetime = watch.clock.advance(timedelta(seconds=1))
    assert check_silence(db, heard, lambda *_: Hearing(start, {"pump-01": heard})) == 1
    start = heard
    assert look(timedelta(minutes=59)) == 0
    assert look(timedelta(minutes=1)) == 1
