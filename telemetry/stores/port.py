"""The port of the time-series store: four verbs, and no query text crosses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from telemetry.model import Bucket, Point, Reading, Series


class StoreUnavailable(Exception):
    """The store can't be reached or did not take the write; the same call may be repeated."""


class StoreRejected(Exception):
    """The store refuses these points for good (they are malformed); repeating is useless."""


class Store(Protocol):
    """A place for points. Every method raises ``StoreUnavailable`` when the store is away."""

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep the values; durable when this returns. The same reading twice is one point."""
        ...

    def last(self, series: Sequence[Series]) -> Mapping[Series, Point]:
        """Return the newest point of each series that has one."""
        ...

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        """Return what lies in ``[start, end)``, in buckets of ``every`` aligned to 1970 UTC.

        Empty buckets are left out. ``every`` is at least a second. Raises ``ValueError`` for
        ``end <= start``.
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
