"""Counters: what they counted, against a true meter that is simulated second by second."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.assets.points import MeasuringPoint, format_of
from stations.assets.quantities import load_quantities
from telemetry.derived.counters import (
    HOUR_US,
    Count,
    Counter,
    counter_of,
    increases,
)
from telemetry.readings import Point, Quality

MINUTE_US = 60_000_000
METER = Counter(roll_over=100_000.0, fastest=600.0, step=1.0)


def minutes(*values: float) -> list[Point]:
    return [Point(n * MINUTE_US, value) for n, value in enumerate(values)]


def told(*values: float) -> list[tuple[float, Count]]:
    return [(one.amount, one.how) for one in increases(minutes(*values), METER)]


STEADY, RESET, JUMPED, STRAY = Count.STEADY, Count.RESET, Count.JUMPED, Count.STRAY


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((5, 9, 9), [(4, STEADY), (0, STEADY)]),
        ((99_995, 3, 8), [(8, Count.ROLLED_OVER), (5, STEADY)]),
        ((52_000, 3, 8), [(3, RESET), (5, STEADY)]),
        ((52_000, 0), [(0, RESET)]),
        ((100, 99, 100, 101), [(0, STEADY), (0, STEADY), (1, STEADY)]),  # jitter
        ((52_000, 0, 52_004), [(0, STRAY), (4, STEADY)]),
        ((52_000, 0, 0, 0, 52_004), [(0, STRAY)] * 3 + [(4, STEADY)]),
        ((5_000, 0, 5_001, 5_003), [(0, STRAY), (1, STEADY), (2, STEADY)]),
        ((100, 90_000, 104), [(0, STRAY), (4, STEADY)]),
        ((100, 40_000, 40_002), [(0, JUMPED), (2, STEADY)]),
        ((52_000, 51_900, 51_903), [(0, JUMPED), (3, STEADY)]),  # it ran backwards
        ((0, 99_999, 1), [(0, STRAY), (1, STEADY)]),  # jitter where it rolls over
        ((5, -3, math.nan, 7), [(2, STEADY)]),
        ((5,), []),
        ((), []),
    ],
)
def test_what_a_counter_did_is_told_by_its_values(
    values: Sequence[float], expected: list[tuple[float, Count]]
) -> None:
    assert told(*values) == expected


def test_after_a_long_gap_more_is_plausible() -> None:
    gap = [Point(0, 90_000.0), Point(30 * HOUR_US, 5_000.0)]
    assert [(one.amount, one.how) for one in increases(gap, METER)] == [
        (15_000.0, Count.ROLLED_OVER)
    ]
    assert told(90_000, 5_000) == [(0, JUMPED)]


def test_late_and_repeated_readings_take_their_place() -> None:
    in_order = minutes(5, 9, 12, 20)
    mixed = [Point(MINUTE_US, 8.0), *reversed(in_order), in_order[2]]
    assert increases(mixed, METER) == increases(in_order, METER)


@pytest.mark.parametrize("quality", Quality)
def test_only_what_was_measured_is_counted(quality: Quality) -> None:
    first, middle, last = minutes(5, 11, 12)
    found = increases([first, middle._replace(quality=quality), last], METER)
    passed_over = quality in (Quality.SUBSTITUTED, Quality.OUT_OF_RANGE)
    assert [one.amount for one in found] == ([7.0] if passed_over else [6.0, 1.0])


def test_a_point_knows_its_counter() -> None:
    catalogue = load_quantities()
    meter = MeasuringPoint("meter.1.volume", "meter-1", "volume", roll_over=1e6)
    assert counter_of(format_of(meter, catalogue["volume"])) == Counter(1e6, 10_000.0, 1.0)
    pulses = MeasuringPoint("meter.1.volume", "meter-1", "volume", scale=10.0)
    assert counter_of(format_of(pulses, catalogue["volume"])) == Counter(1e8, 10_000.0, 10.0)
    level = MeasuringPoint("level", "tank", "level")
    assert counter_of(format_of(level, catalogue["level"])) is None


class TrueMeter:
    """A meter, minute by minute: what it counted, and what its register shows."""

    def __init__(self, shown: float) -> None:
        self.register, self.counted, self.unseen = shown, 0.0, 0.0

    def run(self, amount: float) -> None:
        self.counted += amount
        self.unseen += amount
        self.register = (self.register + amount) % METER.roll_over

    def replaced(self) -> None:
        """Put a new meter in its place: what nobody read off the old one is lost."""
        self.counted -= self.unseen
        self.register = self.unseen = 0.0

    def read(self) -> float:
        self.unseen = 0.0
        return self.register


flows = st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=120)


@given(st.integers(0, 99_999), flows)
def test_what_a_meter_counted_is_found_through_roll_overs_and_gaps(
    shown: int, flow: list[tuple[int, bool]]
) -> None:
    meter = TrueMeter(float(shown))
    points = [Point(0, meter.read())]
    before = 0.0
    for minute, (amount, sent) in enumerate(flow, start=1):
        meter.run(float(amount))
        if sent:
            points.append(Point(minute * MINUTE_US, meter.read()))
            before = meter.counted
    found = increases(points, METER)
    assert sum(one.amount for one in found) == before
    assert {one.how for one in found} <= {STEADY, Count.ROLLED_OVER}


@given(st.integers(5_000, 80_000), flows, flows, st.integers(0, 3))
def test_a_replaced_meter_counts_from_0_and_stray_values_count_nothing(
    shown: int, old: list[tuple[int, bool]], new: list[tuple[int, bool]], zeros: int
) -> None:
    meter = TrueMeter(float(shown))
    points = [Point(0, meter.read())]
    minute, read = 0, 0.0
    for part in (old, new):
        for amount, sent in part:
            minute += 1
            meter.run(float(amount))
            if sent:
                points.append(Point(minute * MINUTE_US, meter.read()))
                read = meter.counted
        if part is old:
            # The gateway loses the meter for a while, and finds it again.
            for _ in range(zeros):
                minute += 1
                points.append(Point(minute * MINUTE_US, 0.0))
            minute += 1
            points.append(Point(minute * MINUTE_US, meter.read()))
            read = meter.counted
            meter.replaced()
    found = increases(points, METER)
    assert sum(one.amount for one in found) == read
    assert [one.how for one in found].count(STRAY) == zeros
    assert [one.how for one in found].count(RESET) == any(sent for _, sent in new)


anything = st.lists(
    st.builds(
        Point,
        st.integers(0, 50).map(lambda n: n * MINUTE_US),
        st.floats(-1e9, 1e9) | st.just(math.nan) | st.integers(0, 100_000).map(float),
        st.sampled_from(Quality),
    ),
    max_size=40,
)


@given(anything)
def test_whatever_comes_no_amount_is_negative_or_more_than_plausible(points: list[Point]) -> None:
    found = increases(points, METER)
    for one in found:
        assert 0 <= one.amount <= METER.most(one.at_us - one.since_us)
    assert [one.at_us for one in found] == sorted({one.at_us for one in found})
