"""The times that a replay gives to its rows."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from enum import StrEnum

import click


class Times(StrEnum):
    """Which row is now; ``AUTO`` is ``LIVE`` at speed 1, else ``ENDING_NOW``."""

    AUTO = "auto"
    LIVE = "live"
    ENDING_NOW = "ending-now"
    ORIGINAL = "original"


def parse_start(text: str | None) -> int | None:
    """Return milliseconds since 1970 of an ISO 8601 time (UTC unless it says its offset)."""
    if text is None:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError as fault:
        raise click.BadParameter(f"{text!r} is no ISO 8601 time") from fault
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    return round(start.timestamp() * 1000)


def iso(t_ms: int) -> str:
    """Return the time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(t_ms / 1000, UTC).isoformat(timespec="milliseconds")


def now_ms() -> int:
    """Return the machine's time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def start_of(times: Times, start_ms: int | None, speed: float, length_ms: int) -> int:
    """Return the time of the first row: as told, or by ``times`` from the machine's clock."""
    if start_ms is not None:
        return start_ms
    live = times is Times.LIVE or (times is Times.AUTO and speed == 1.0)
    return now_ms() - (0 if live else length_ms)
