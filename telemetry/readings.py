"""Readings, series and points: the words that codecs, ingest and stores share. Pure."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Series(NamedTuple):
    """One metric of one station."""

    station: str
    metric: str


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What one message says: the values of one station at one instant.

    ``boot`` and ``seq`` identify the message for good (``boot`` changes when a station restarts
    its count). ``time_us`` is microseconds since 1970 UTC: the station's milliseconds, and in the
    three digits below them ``seq`` modulo 1000, so that two messages of one millisecond stay two
    points. Values are finite, in the unit of ``stations.assets.station.QUANTITIES``.
    """

    station: str
    boot: str
    seq: int
    time_us: int
    values: dict[str, float]


class Point(NamedTuple):
    """A value at an instant (microseconds since 1970 UTC)."""

    time_us: int
    value: float


class Bucket(NamedTuple):
    """The values of one interval: its start (microseconds), and what lay within it."""

    time_us: int
    minimum: float
    mean: float
    maximum: float
    last: float
    samples: int
