"""Alarm evaluation: limits with deadband, delays, latch, acknowledge and shelve. Pure.

The words are those of ISA-18.2 (IEC 62682). A comparator with a deadband says whether the value
is beyond its setpoint; the on-delay and the off-delay are counted on the comparator; only then is
the condition active. An alarm is open from its raising until its condition has returned to normal
and, where the rule latches, until somebody has acknowledged it too. While it is open, the same
condition coming back is the same alarm: flapping gives one.

Time is that of the readings, in microseconds since 1970 UTC. A reading not newer than the last
evaluated one changes nothing, so a replay changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kit.instants import from_micros
from kit.ulid import ulid
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.readings import Point, Quality, Reading

MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class AlarmState:
    """Where the evaluation of one rule stands. Times in microseconds; 0 and "" mean never, none."""

    last_us: int = 0
    beyond: bool = False  # what the comparator says
    since_us: int = 0  # since when it says so
    active: bool = False  # the condition, after its delays
    alarm_id: str = ""  # the open alarm
    returned: bool = False
    acked: bool = False
    shelved_from_us: int = 0
    shelved_until_us: int = 0


NORMAL = AlarmState()


class Change(StrEnum):
    """How an alarm changed."""

    RAISED = "raised"
    RAISED_AGAIN = "raised_again"  # the open alarm's condition came back
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of one alarm; ``closed`` when the alarm is open no longer."""

    change: Change
    alarm_id: str
    at_us: int
    value: float
    closed: bool = False


def alarm_id_of(rule: AlarmRule, onset_us: int) -> str:
    """Return the id of the rule's alarm with this onset; the same two always give the same id."""
    digest = hashlib.sha256(f"{rule.id}\n{onset_us}".encode()).digest()
    return ulid(from_micros(onset_us), int.from_bytes(digest[:10]))


def beyond(rule: AlarmRule, was: bool, value: float) -> bool:
    """Whether the comparator trips: past the setpoint, until past the deadband on the way back."""
    if rule.kind is AlarmKind.LOW:
        return value < (rule.limit + rule.deadband if was else rule.limit)
    return value > (rule.setpoint - rule.deadband if was else rule.setpoint)


def evaluate(
    state: AlarmState, rule: AlarmRule, time_us: int, value: float
) -> tuple[AlarmState, Transition | None]:
    """Return the state after this value, and the change of the alarm, if there is one."""
    if time_us <= state.last_us:
        return state, None
    trips = beyond(rule, state.beyond, value)
    since_us = state.since_us if trips == state.beyond else time_us
    held_us = time_us - since_us
    active = state.active
    if trips and not active:
        active = held_us >= rule.on_delay_s * MICROS
    elif not trips and active:
        active = held_us < rule.off_delay_s * MICROS
    state = replace(state, last_us=time_us, beyond=trips, since_us=since_us, active=active)
    if active:
        return _when_active(state, rule, time_us, value)
    if state.alarm_id and not state.returned:
        closed = state.acked or not rule.latch
        gone = Transition(Change.RETURNED, state.alarm_id, time_us, value, closed)
        return _close(state) if closed else replace(state, returned=True), gone
    return state, None


def _when_active(
    state: AlarmState, rule: AlarmRule, time_us: int, value: float
) -> tuple[AlarmState, Transition | None]:
    # Not before it began either: a clock that is set back must not make a shelving longer.
    if state.shelved_from_us <= time_us < state.shelved_until_us:
        return state, None
    if not state.alarm_id:
        new = alarm_id_of(rule, state.since_us)
        state = replace(state, alarm_id=new, returned=False, acked=False)
        return state, Transition(Change.RAISED, new, time_us, value)
    if state.returned:
        again = Transition(Change.RAISED_AGAIN, state.alarm_id, time_us, value)
        return replace(state, returned=False), again
    return state, None


def points_for_alarms(readings: Sequence[Reading], key: str, received_us: int) -> list[Point]:
    """Return the values of one point that may raise an alarm, in the order of their evaluation.

    A good value counts at its own time, one of a doubtful clock at its receipt. What is late,
    substituted, typed in by hand or out of range raises no alarm and ends none.
    """
    points = []
    for reading in readings:
        value = reading.values.get(key)
        if value is None:
            continue
        quality = Quality.GOOD
        if reading.quality or reading.qualities:
            quality = reading.quality_of(key)
        if quality is Quality.GOOD:
            points.append(Point(reading.time_us, value))
        elif quality.judged:
            # A microsecond apart, so that the newest of them is evaluated last.
            points.append(Point(received_us + len(points), value))
    points.sort()
    return points


def evaluate_series(
    state: AlarmState, rule: AlarmRule, points: Sequence[Point]
) -> tuple[AlarmState, list[Transition]]:
    """Evaluate points in the order of their times: what ``evaluate`` says of each in turn."""
    quiet = not (state.beyond or state.active or state.alarm_id)
    if quiet and points:
        # The common case: nothing trips, so only the last time moves.
        values = [point.value for point in points]
        worst = min(values) if rule.kind is AlarmKind.LOW else max(values)
        if not beyond(rule, False, worst):
            last = max(state.last_us, points[-1].time_us)
            return replace(state, last_us=last), []
    transitions = []
    for point in points:
        state, transition = evaluate(state, rule, point.time_us, point.value)
        if transition is not None:
            transitions.append(transition)
    return state, transitions


def acknowledge(state: AlarmState) -> AlarmState:
    """Return the state after somebody acknowledged the open alarm; closed if it has returned."""
    return _close(state) if state.returned else replace(state, acked=True)


def shelve(state: AlarmState, from_us: int, until_us: int) -> AlarmState:
    """Return the state in which no alarm is raised from the one time to the other; 0, 0 ends it."""
    return replace(state, shelved_from_us=from_us, shelved_until_us=until_us)


def _close(state: AlarmState) -> AlarmState:
    return replace(state, alarm_id="", returned=False, acked=False)
