"""What every codec returns: a message, or why the bytes are not one. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from telemetry.readings import Quality


class QuarantineReason(StrEnum):
    """Why a message or a value is in quarantine."""

    UNDECODABLE = "undecodable"
    TOO_LARGE = "too_large"
    BAD_TOPIC = "bad_topic"
    UNKNOWN_STATION = "unknown_station"
    INVALID_BOOT = "invalid_boot"
    INVALID_SEQ = "invalid_seq"
    INVALID_TIME = "invalid_time"
    TIME_TOO_OLD = "time_too_old"
    TIME_IN_FUTURE = "time_in_future"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    NOT_FINITE = "not_finite"
    WRONG_TYPE = "wrong_type"
    WRONG_UNIT = "wrong_unit"
    UNKNOWN_METRIC = "unknown_metric"
    UNKNOWN_QUALITY = "unknown_quality"
    OUT_OF_RANGE = "out_of_range"
    STORE_REJECTED = "store_rejected"


QUALITY_WORDS = {
    "good": Quality.GOOD,
    "hand_entered": Quality.HAND_ENTERED,
    "substituted": Quality.SUBSTITUTED,
    "clock_doubtful": Quality.CLOCK_DOUBTFUL,
}
"""The words by which a station states the quality of a value; it can't say that it is late."""


class ValueFault(NamedTuple):
    """One value that is refused, and why."""

    reason: QuarantineReason
    metric: str


class Uplink(msgspec.Struct, gc=False):
    """One data message as it came: ``t`` in ms since 1970 UTC, ``m`` values by key.

    ``u`` are their units, ``q`` their qualities as the station states them; both only where given.
    """

    boot: str | int
    seq: int
    t: int
    m: dict[str, float]
    u: dict[str, str] | None = None
    q: dict[str, str] | None = None


class Unreadable(Exception):
    """The message as a whole can't be used; ``boot`` and ``seq`` are given where known."""

    def __init__(
        self,
        reason: QuarantineReason,
        detail: str = "",
        boot: str | None = None,
        seq: int | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.boot = boot
        self.seq = seq
