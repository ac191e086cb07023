"""Time is passed in: the core gets an instant, the shell gets a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from kit.instants import require_aware


class Clock(Protocol):
    """A source of the present time."""

    def now(self) -> datetime:
        """Return the present instant, time-zone aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when it is set: for tests and simulations."""

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
