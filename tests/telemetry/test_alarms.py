from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Invalid
from telemetry.alarms.evaluate import (
    NORMAL,
    AlarmState,
    Change,
    acknowledge,
    evaluate,
    evaluate_series,
    shelve,
)
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.readings import Point

S = 1_000_000
HIGH = AlarmRule("r", "s", AlarmKind.HIGH, "pressure", limit=0.6, deadband=0.1)


def play(
    rule: AlarmRule, *seconds_and_values: tuple[int, float], state: AlarmState = NORMAL
) -> tuple[AlarmState, list[tuple[Change, int]]]:
    """Evaluate (second, value) pairs; return the state and the changes with their seconds."""
    changes = []
    for second, value in seconds_and_values:
        state, transition = evaluate(state, rule, second * S, value)
        if transition:
            changes.append((transition.change, transition.at_us // S))
    return state, changes


def test_a_value_past_the_limit_raises_and_past_the_deadband_returns() -> None:
    _, changes = play(HIGH, (1, 0.5), (2, 0.61), (3, 0.55), (4, 0.51), (5, 0.49))
    assert changes == [(Change.RAISED, 2), (Change.RETURNED, 5)]


def test_a_low_limit_is_the_mirror_of_a_high_one() -> None:
    rule = AlarmRule("r", "s", AlarmKind.LOW, "pressure", limit=0.2, deadband=0.1)
    _, changes = play(rule, (1, 0.3), (2, 0.19), (3, 0.29), (4, 0.31))
    assert changes == [(Change.RAISED, 2), (Change.RETURNED, 4)]


def test_a_value_at_the_limit_is_no_alarm() -> None:
    assert play(HIGH, (1, 0.6))[1] == []


def test_the_on_delay_swallows_a_short_peak() -> None:
    rule = replace(HIGH, on_delay_s=10)
    _, changes = play(rule, (1, 0.7), (9, 0.7), (10, 0.4), (11, 0.7), (20, 0.7), (21, 0.7))
    assert changes == [(Change.RAISED, 21)]


def test_the_off_delay_swallows_a_short_dip() -> None:
    rule = replace(HIGH, off_delay_s=10)
    _, changes = play(rule, (1, 0.7), (5, 0.4), (6, 0.7), (8, 0.4), (17, 0.4), (18, 0.4))
    assert changes == [(Change.RAISED, 1), (Change.RETURNED, 18)]


def test_a_flapping_latched_alarm_is_one_alarm() -> None:
    state, changes = play(HIGH, (1, 0.7), (2, 0.4), (3, 0.7), (4, 0.4))
    assert [change for change, _ in changes] == [
        Change.RAISED,
        Change.RETURNED,
        Change.RAISED_AGAIN,
        Change.RETURNED,
    ]
    assert state.alarm_id


def test_a_latched_alarm_ends_when_it_has_returned_and_was_acknowledged() -> None:
    state, _ = play(HIGH, (1, 0.7), (2, 0.4))
    state = acknowledge(state)
    assert state.alarm_id == ""
    _, changes = play(HIGH, (3, 0.7), state=state)
    assert changes == [(Change.RAISED, 3)]


def test_acknowledging_first_and_returning_later_ends_it_too() -> None:
    state, _ = play(HIGH, (1, 0.7))
    state, transition = evaluate(acknowledge(state), HIGH, 2 * S, 0.4)
    assert transition is not None
    assert transition.closed
    assert state.alarm_id == ""


def test_an_alarm_that_does_not_latch_ends_when_it_returns() -> None:
    state, _ = play(replace(HIGH, latch=False), (1, 0.7), (2, 0.4))
    assert state.alarm_id == ""


def test_a_reading_not_newer_than_the_last_changes_nothing() -> None:
    state, _ = play(HIGH, (10, 0.5))
    assert evaluate(state, HIGH, 10 * S, 0.9) == (state, None)
    assert evaluate(state, HIGH, 3 * S, 0.9) == (state, None)


def test_a_shelved_rule_raises_nothing_until_its_time_is_over() -> None:
    state = shelve(NORMAL, 1 * S, 10 * S)
    _, changes = play(HIGH, (1, 0.7), (9, 0.7), (10, 0.7), state=state)
    assert changes == [(Change.RAISED, 10)]


def test_an_open_alarm_that_is_shelved_stays_open_and_does_not_flap() -> None:
    state, _ = play(HIGH, (1, 0.7))
    state, changes = play(
        HIGH, (3, 0.4), (4, 0.7), (5, 0.4), (6, 0.7), (9, 0.7), state=shelve(state, 2 * S, 9 * S)
    )
    assert changes == [(Change.RETURNED, 3), (Change.RAISED_AGAIN, 9)]


def test_a_shelving_is_not_in_force_before_it_began() -> None:
    _, changes = play(HIGH, (4, 0.7), state=shelve(NORMAL, 5 * S, 10 * S))
    assert changes == [(Change.RAISED, 4)]


def test_the_same_onset_gives_the_same_alarm() -> None:
    first, _ = play(HIGH, (5, 0.7))
    again, _ = play(HIGH, (5, 0.9))
    other, _ = play(HIGH, (6, 0.7))
    assert first.alarm_id == again.alarm_id != other.alarm_id


def test_silence_is_measured_against_its_seconds() -> None:
    rule = AlarmRule("r", "s", AlarmKind.SILENT, after_s=30)
    _, changes = play(rule, (1, 29.0), (2, 31.0), (3, 0.5))
    assert changes == [(Change.RAISED, 2), (Change.RETURNED, 3)]


def test_a_rule_that_makes_no_sense_names_every_fault() -> None:
    with pytest.raises(Invalid) as caught:
        AlarmRule("", "s", AlarmKind.HIGH, "no key", deadband=-1, on_delay_s=float("nan"))
    fields = {error.field for error in caught.value.errors}
    assert fields == {"id", "metric", "deadband", "on_delay_s"}


rules = st.builds(
    AlarmRule,
    id=st.just("r"),
    station_id=st.just("s"),
    kind=st.sampled_from([AlarmKind.HIGH, AlarmKind.LOW]),
    metric=st.just("pressure"),
    limit=st.integers(-2, 2).map(float),
    deadband=st.integers(0, 2).map(float),
    on_delay_s=st.integers(0, 4).map(float),
    off_delay_s=st.integers(0, 4).map(float),
    latch=st.booleans(),
)
series = st.lists(
    st.builds(Point, st.integers(1, 40).map(lambda s: s * S), st.integers(-5, 5).map(float)),
    max_size=40,
).map(sorted)


@given(rules, series)
def test_a_series_at_once_is_the_same_as_one_by_one(rule: AlarmRule, points: list[Point]) -> None:
    state, transitions = NORMAL, []
    for point in points:
        state, transition = evaluate(state, rule, *point[:2])
        transitions += [transition] if transition else []
    together, listed = evaluate_series(NORMAL, rule, points)
    assert listed == transitions
    quiet = replace(state, since_us=0)
    assert replace(together, since_us=0) == quiet


@given(rules, series, st.data())
def test_cutting_a_series_and_playing_parts_again_changes_nothing(
    rule: AlarmRule, points: list[Point], data: st.DataObject
) -> None:
    whole, expected = evaluate_series(NORMAL, rule, points)
    cut = data.draw(st.integers(0, len(points)))
    back = data.draw(st.integers(0, cut))
    state, got = evaluate_series(NORMAL, rule, points[:cut])
    state, more = evaluate_series(state, rule, points[back:])
    assert got + more == expected
    assert replace(state, since_us=0) == replace(whole, since_us=0)


@given(rules, series)
def test_raised_and_returned_take_turns(rule: AlarmRule, points: list[Point]) -> None:
    _, transitions = evaluate_series(NORMAL, rule, points)
    kinds = [t.change is Change.RETURNED for t in transitions]
    assert kinds == [n % 2 == 1 for n in range(len(kinds))]


@given(rules, series)
def test_a_latched_alarm_that_nobody_acknowledges_stays_one(
    rule: AlarmRule, points: list[Point]
) -> None:
    _, transitions = evaluate_series(NORMAL, replace(rule, latch=True), points)
    assert len({t.alarm_id for t in transitions}) <= 1


@given(rules, series)
def test_an_alarm_needs_a_value_past_the_limit(rule: AlarmRule, points: list[Point]) -> None:
    _, transitions = evaluate_series(NORMAL, rule, points)
    past = [
        p.value > rule.limit if rule.kind is AlarmKind.HIGH else p.value < rule.limit
        for p in points
    ]
    assert any(past) or not transitions
