"""Time as a seam: the core is handed an instant, the shell is handed a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return the present instant, time-zone aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is told to move: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._now = require_aware(start)

    def now(self) -> datetime:
        """Return the instant that the clock was last set to."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and return the new instant."""
        self._now += by
        return self._now

    def set(self, to: datetime) -> None:
        """Put the clock at an instant, forward or back."""
        self._now = require_aware(to)


def require_aware(value: datetime) -> datetime:
    """Return ``value`` in UTC; raise ``ValueError`` if it has no time zone."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value.astimezone(UTC)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(value: datetime) -> int:
    """Return whole microseconds since 1970 UTC, exactly (no float on the way)."""
    since = require_aware(value) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(value: int) -> datetime:
    """Return the instant, in UTC, that lies ``value`` microseconds after 1970."""
    seconds, micros = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
