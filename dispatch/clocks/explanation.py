"""A deadline and why it is then: every minute from the start, counted or not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dispatch.clocks.limits import Limit
from dispatch.clocks.office_time import TimeKind, Why
from dispatch.clocks.pauses import Pause, intervals

_ROUND_THE_CLOCK = Why(TimeKind.ROUND_THE_CLOCK)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time, whether it counts and why; ``total`` is what has counted by its end.

    ``until`` None: a pause that has not ended.
    """

    since: datetime
    until: datetime | None
    why: Why
    total: timedelta

    @property
    def counted(self) -> bool:
        """Whether this time counts towards the limit."""
        return self.why.counts


@dataclass(frozen=True, slots=True)
class Explanation:
    """A deadline that explains itself: its limit, and all time from ``start`` to ``due_at``.

    ``due_at`` None: a pause holds it, and nobody knows yet. ``unpublished`` are years within it
    whose holidays were not published when the limit was set, so that only weekends are off.
    """

    start: datetime
    limit: Limit
    due_at: datetime | None
    segments: tuple[Segment, ...]
    unpublished: tuple[int, ...]


def explain(start: datetime, limit: Limit, pauses: Iterable[Pause] = ()) -> Explanation:
    """Return the first instant by which the limit's time has counted, and how it was reached."""
    start = start.astimezone(UTC)
    segments = _segments(start, limit, pauses)
    last = segments[-1]
    years = limit.office.unpublished(start, last.until or last.since) if limit.office else ()
    return Explanation(start, limit, last.until, tuple(segments), years)


def _segments(start: datetime, limit: Limit, pauses: Iterable[Pause]) -> list[Segment]:
    found: list[Segment] = []
    total = timedelta()
    for since, until, why in _time(start, limit, pauses):
        if until is not None and why.counts:
            total += until - since
            if total >= limit.amount:
                until, total = until - (total - limit.amount), limit.amount
        if found and found[-1].why == why:
            since = found.pop().since
        found.append(Segment(since, until, why, total))
        if until is None or (total >= limit.amount and why.counts):
            break
    return found


def _time(
    start: datetime, limit: Limit, pauses: Iterable[Pause]
) -> Iterator[tuple[datetime, datetime | None, Why]]:
    """Yield all time from ``start`` on until the limit must be over, or a pause has no end."""
    for interval in intervals(start, pauses):
        since, until = interval.since, interval.until
        if interval.reasons:
            yield since, until, Why(TimeKind.PAUSED, reasons=interval.reasons)
        elif limit.office is None:
            yield since, until or since + limit.amount, _ROUND_THE_CLOCK
        else:
            for stretch in limit.office.stretches(since):
                if until is not None and stretch.until >= until:
                    yield stretch.since, until, stretch.why
                    break
                yield stretch
