"""What a counter counted from reading to reading. Pure.

Counters roll over, are reset or replaced, step back by a digit, and some gateways send 0 while
they can't reach their meter. A difference is counted only where it is plausible: at most what the
counter counts in the time between two readings, and at most half of its range. What is not
plausible is marked and counts as nothing, so that no sum contains it unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import inf, isfinite
from typing import NamedTuple

from stations.assets.points import PointFormat
from stations.assets.quantities import Quantities, QuantityKind
from stations.assets.station import Station
from telemetry.readings import Bucket, Point, Quality

HOUR_US = 3_600_000_000
GRACE_US = HOUR_US
"""A gateway may read its meter once an hour and repeat that value: as much may come at once."""


class Count(StrEnum):
    """How a counter came from one reading to the next."""

    STEADY = "steady"  # it went on, or stood; a step back by one digit is jitter
    ROLLED_OVER = "rolled_over"  # it was full and began at 0 again
    RESET = "reset"  # it was reset or replaced, and counted from 0
    JUMPED = "jumped"  # none of these explains it: nothing is counted
    STRAY = "stray"  # a later reading took this one back: nothing is counted


class Counter(NamedTuple):
    """A counter, in the unit of its quantity.

    It begins at 0 again at ``roll_over``, counts at most ``fastest`` in an hour, and its readings
    may jitter by ``step``.
    """

    roll_over: float
    fastest: float = inf
    step: float = 0.0

    def most(self, span_us: int) -> float:
        """Return the most that it can count in so many microseconds."""
        return min(self.fastest * ((span_us + GRACE_US) / HOUR_US), self.roll_over / 2)


class Increase(NamedTuple):
    """What was counted between two instants (microseconds), and how; never below 0."""

    since_us: int
    at_us: int
    amount: float
    how: Count


def counter_of(form: PointFormat) -> Counter | None:
    """Return the counter that a point is, or nothing if it is none."""
    if form.kind is not QuantityKind.COUNTER or form.roll_over is None:
        return None
    # One of the last digit that is shown, or one of what the station sends.
    step = max(10.0**-form.decimals, abs(form.factor))
    return Counter(form.roll_over, inf if form.fastest is None else form.fastest, step)


def station_counters(station: Station, quantities: Quantities) -> dict[str, Counter]:
    """Return the counters of a station by their keys."""
    found = {key: counter_of(form) for key, form in station.formats(quantities).items()}
    return {key: counter for key, counter in found.items() if counter is not None}


def increases(points: Iterable[Point], counter: Counter) -> list[Increase]:
    """Return what was counted from each reading to the next, by the order of their times.

    Of two readings of one instant the later given replaces the first, as in a store. Values that
    were not measured (substituted, out of range, below 0, not finite) are passed over.
    """
    readings = sorted({point.time_us: point for point in points if _measured(point)}.values())
    found: list[Increase] = []
    place = 1
    base = readings[0] if readings else Point(0, 0.0)
    while place < len(readings):
        here = readings[place]
        one = _between(base, here, counter)
        if one.how is not Count.STEADY:
            # A value that stands still until the count goes on from before was none.
            back = place + 1
            while back < len(readings) and readings[back].value == here.value:
                back += 1
            if back < len(readings) and _goes_on(base, readings[back], counter):
                strays = readings[place:back]
                found += [Increase(base.time_us, p.time_us, 0.0, Count.STRAY) for p in strays]
                place = back
                continue
        found.append(one)
        jittered = one.how is Count.STEADY and here.value < base.value
        base = here._replace(value=base.value) if jittered else here
        place += 1
    return found


def increases_of(buckets: Iterable[Bucket], counter: Counter) -> dict[int, Increase]:
    """Return what was counted up to the newest value of each interval, by its ``time_us``.

    The first interval has nothing before it, and so no increase.
    """
    points = [Point(bucket.time_us, bucket.last) for bucket in buckets]
    return {one.at_us: one for one in increases(points, counter)}


def _measured(point: Point) -> bool:
    return (
        isfinite(point.value)
        and point.value >= 0
        and point.quality not in (Quality.SUBSTITUTED, Quality.OUT_OF_RANGE)
    )


def _between(before: Point, after: Point, counter: Counter) -> Increase:
    """Judge two readings by themselves."""
    amount, how = after.value - before.value, Count.STEADY
    most = counter.most(after.time_us - before.time_us)
    if -counter.step <= amount < 0:
        amount = 0.0
    elif amount > most:
        amount, how = 0.0, Count.JUMPED
    elif amount < 0:
        amount, how = _after_a_fall(before.value, after.value, most, counter)
    return Increase(before.time_us, after.time_us, amount, how)


def _after_a_fall(
    before: float, after: float, most: float, counter: Counter
) -> tuple[float, Count]:
    over = after + counter.roll_over - before
    if 0 <= over <= most:
        return over, Count.ROLLED_OVER
    # A counter that was reset stands far below; one that only fell back was not.
    if after <= min(most, before / 2):
        return after, Count.RESET
    return 0.0, Count.JUMPED


def _goes_on(before: Point, after: Point, counter: Counter) -> bool:
    return _between(before, after, counter).how is Count.STEADY
