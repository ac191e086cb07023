"""Readings for the tests of the stores, and a store so plain that it can't be wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from kit.instants import from_micros, to_micros
from stations.assets.quantities import load_quantities
from telemetry.readings import Bucket, Point, Quality, Reading, Series

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
SECOND = 1_000_000


def at(seconds: float) -> datetime:
    """Return the instant so many seconds after ``START``."""
    return START + timedelta(seconds=seconds)


def reading(seconds: float, station: str = "north-1", seq: int = 1, **values: float) -> Reading:
    """Return a reading so many seconds after ``START``."""
    return Reading(station, "b1", seq, to_micros(at(seconds)), values or {"pressure": 0.3})


def having(one: Reading, quality: Quality = Quality.GOOD, **each: Quality) -> Reading:
    """Return the reading with this quality, and with those of single values."""
    return msgspec.structs.replace(one, quality=quality, qualities=each or None)


def keyed(seconds: float, values: dict[str, float], station: str = "north-1") -> Reading:
    """Return a reading of points whose keys may look like anything."""
    return Reading(station, "b1", 1, to_micros(at(seconds)), values)


class PlainStore:
    """What the port means, in a dictionary; as exact as its values."""

    def __init__(self) -> None:
        self._points: dict[Series, dict[int, tuple[float, Quality]]] = {}

    def write(self, readings: Sequence[Reading]) -> None:
        for one in readings:
            for metric, value in one.values.items():
                points = self._points.setdefault(Series(one.station, metric), {})
                points[one.time_us] = value, one.quality_of(metric)

    def last(self, series: Sequence[Series]) -> Mapping[Series, Point]:
        return {
            one: Point(at, *self._points[one][at])
            for one in series
            if self._points.get(one)
            for at in (max(self._points[one]),)
        }

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        width = every // timedelta(microseconds=1)
        found: dict[int, list[tuple[float, Quality]]] = {}
        for time_us, cell in sorted(self._points.get(series, {}).items()):
            if start <= from_micros(time_us) < end:
                found.setdefault(time_us - time_us % width, []).append(cell)
        return [_bucket(t, cells) for t, cells in found.items() if any(q != 5 for _, q in cells)]

    def forget(self, before: datetime) -> None:
        for points in self._points.values():
            for time_us in [t for t in points if from_micros(t) < before]:
                del points[time_us]


def _bucket(time_us: int, cells: Sequence[tuple[float, Quality]]) -> Bucket:
    v = [value for value, quality in cells if quality is not Quality.OUT_OF_RANGE]
    worst = max(quality for _, quality in cells)
    return Bucket(time_us, min(v), math.fsum(v) / len(v), max(v), v[-1], len(v), worst)


def step(metric: str) -> float:
    """Return how far a value may be off when it is read back."""
    return float(10.0 ** -(load_quantities()[metric].decimals + 3))


def same_buckets(metric: str, got: list[Bucket], expected: list[Bucket]) -> bool:
    """Whether two answers of ``range`` agree, to the step in which a store keeps the metric."""
    return [(b.time_us, b.samples, b.quality) for b in got] == [
        (b.time_us, b.samples, b.quality) for b in expected
    ] and all(
        math.isclose(x, y, rel_tol=1e-6, abs_tol=step(metric))
        for a, b in zip(got, expected, strict=True)
        for x, y in zip(a[1:5], b[1:5], strict=True)
    )
