"""The port of the time-series store: four verbs, and no query text crosses it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from telemetry.readings import Bucket, Point, Reading, Series


class StoreUnavailable(Exception):
    """The store can't be reached or did not take the write; the same call may be repeated."""


class StoreRejected(Exception):
    """The store refuses ``readings`` for good (they are malformed); repeating is useless.

    Every other reading of the same call was kept, durably.
    """

    def __init__(self, message: str, readings: Sequence[Reading] = ()) -> None:
        super().__init__(message)
        self.readings = tuple(readings)


class Store(Protocol):
    """A place for points. Every method raises ``StoreUnavailable`` when the store is away."""

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep the values; durable when this returns. The same reading twice is one point.

        A later write at the same instant of the same station replaces the metrics it names and
        leaves the others. Raises ``ValueError`` for NaN, an infinity or a time before 1970 (a
        fault of the caller: nothing of the call is kept), ``StoreRejected`` for what the store
        can never take (the rest of the call is kept).
        """
        ...

    def last(self, series: Sequence[Series]) -> Mapping[Series, Point]:
        """Return the newest point of each series that has one."""
        ...

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        """Return what lies in ``[start, end)``, in buckets of ``every`` aligned to 1970 UTC.

        A bucket is named by its aligned start, even when ``start`` cuts it. Empty buckets are left
        out. Raises ``ValueError`` for ``end <= start`` and for ``every`` under a second.
        """
        ...

    def forget(self, before: datetime) -> None:
        """Delete every point older than ``before``."""
        ...

    def ping(self) -> None:
        """Return if the store answers."""
        ...

    def close(self) -> None:
        """Give back what the store holds."""
        ...


SHORTEST_BUCKET = timedelta(seconds=1)
"""The smallest ``every`` of ``Store.range``."""


def require_window(start: datetime, end: datetime, every: timedelta) -> None:
    """Raise ``ValueError`` unless these can be given to ``Store.range``."""
    if end <= start:
        raise ValueError(f"the range ends ({end.isoformat()}) before it starts")
    if every < SHORTEST_BUCKET:
        raise ValueError(f"buckets of {every} are shorter than {SHORTEST_BUCKET}")


def require_sound(readings: Sequence[Reading]) -> None:
    """Raise ``ValueError`` for a value that is not finite, or a time before 1970."""
    for reading in readings:
        # A sum is finite only if every term is; the few sums that overflow are looked at again.
        total = sum(reading.values.values())
        if total - total != 0.0 and any(v - v != 0.0 for v in reading.values.values()):
            raise ValueError(f"{reading.station} {reading.boot}/{reading.seq}: value not finite")
        if reading.time_us < 0:
            raise ValueError(f"{reading.station} {reading.boot}/{reading.seq}: before 1970")
