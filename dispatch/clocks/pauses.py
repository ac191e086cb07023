"""Pauses of a clock: several, overlapping, open-ended; what they leave of the time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that a clock stands still, and why; without an end it still does."""

    began_at: datetime
    reason: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """Time that runs (no ``reasons``) or is paused; ``until`` None: without end."""

    since: datetime
    until: datetime | None
    reasons: tuple[str, ...]


def intervals(start: datetime, pauses: Iterable[Pause]) -> Iterator[Interval]:
    """Yield all time from ``start`` on, cut where a pause begins or ends.

    A pause that ends before it began, as a clock that was set back writes it, is none.
    """
    start = start.astimezone(UTC)
    known = [one for one in pauses if one.ended_at is None or one.ended_at > one.began_at]
    ends = {one.began_at for one in known} | {one.ended_at for one in known if one.ended_at}
    cuts = [start, *sorted(at.astimezone(UTC) for at in ends if at > start)]
    for since, until in zip(cuts, [*cuts[1:], None], strict=True):
        reasons = (one.reason for one in known if _covers(one, since))
        yield Interval(since, until, tuple(dict.fromkeys(reasons)))


def _covers(pause: Pause, at: datetime) -> bool:
    return pause.began_at <= at and (pause.ended_at is None or at < pause.ended_at)
