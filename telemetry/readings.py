"""Readings, series and points: the words that codecs, ingest and stores share. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

import msgspec

LONGEST_KEY = 128
"""Longest key of a measuring point, in characters."""


def is_key(text: str) -> bool:
    """Whether every store takes this as the key of a point.

    It has 1 to 128 printable characters, none of them a backslash, does not begin with ``_`` and
    is not ``time``: InfluxDB has a meaning of its own for these.
    """
    return (
        1 <= len(text) <= LONGEST_KEY
        and text.isprintable()
        and "\\" not in text
        and not text.startswith("_")
        and text != "time"
    )


class Quality(IntEnum):
    """How far a value can be trusted; a higher number is worse. Stores keep the numbers."""

    GOOD = 0
    LATE = 1  # received so long after its time that it is history
    HAND_ENTERED = 2  # somebody read it off and typed it in
    SUBSTITUTED = 3  # a value taken in place of one that was not measured
    CLOCK_DOUBTFUL = 4  # the value is sound, its time may not be
    OUT_OF_RANGE = 5  # outside what this instrument reads, though the quantity may have it

    @property
    def judged(self) -> bool:
        """Whether such a value raises and ends alarms."""
        return self in (Quality.GOOD, Quality.CLOCK_DOUBTFUL)

    @property
    def counted(self) -> bool:
        """Whether such a value is part of the figures of an interval."""
        return self is not Quality.OUT_OF_RANGE


class Series(NamedTuple):
    """One measuring point of one station, by the key under which it is sent."""

    station: str
    metric: str


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one message says: the values of one station at one instant.

    ``boot`` and ``seq`` identify the message for good (``boot`` changes when a station restarts
    its count). ``time_us`` is microseconds since 1970 UTC: the station's milliseconds, and in the
    three digits below them ``seq`` modulo 1000, so that two messages of one millisecond stay two
    points. Values are finite, in the unit of the point's quantity. ``quality`` is that of the
    whole message; ``qualities`` names the values that are worse.
    """

    station: str
    boot: str
    seq: int
    time_us: int
    values: dict[str, float]
    quality: Quality = Quality.GOOD
    qualities: Mapping[str, Quality] | None = None

    def quality_of(self, key: str) -> Quality:
        """Return the quality of one value: the worse of its own and the message's."""
        if self.qualities is None:
            return self.quality
        return max(self.quality, self.qualities.get(key, Quality.GOOD))


class Point(NamedTuple):
    """A value at an instant (microseconds since 1970 UTC)."""

    time_us: int
    value: float
    quality: Quality = Quality.GOOD


class Bucket(NamedTuple):
    """The values of one interval: its start (microseconds), and what lay within it.

    Values out of range are in none of the figures; but ``quality``, the worst of all values of the
    interval, tells of them.
    """

    time_us: int
    minimum: float
    mean: float
    maximum: float
    last: float
    samples: int
    quality: Quality = Quality.GOOD
