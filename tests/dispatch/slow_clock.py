"""A slow, independent account of deadlines: it looks at every minute, one after the other.

It shares nothing with ``dispatch.clocks`` but what a case is made of. Times are whole minutes
since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

import chinese_calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = 10**9


@dataclass(frozen=True)
class Case:
    """What a deadline is worked out from; ``opening`` None: every minute counts."""

    start: int
    needed: int
    pauses: tuple[tuple[int, int | None], ...]
    opening: tuple[tuple[int, int], ...] | None
    zone: str
    days_a_week: int
    published_to: int


def instant(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def minute_of(at: datetime) -> int:
    minutes, rest = divmod(at - EPOCH, timedelta(minutes=1))
    assert not rest
    return minutes


@cache
def offset_minutes(zone: str, quarter: int) -> int:
    offset = instant(quarter * 15).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // timedelta(minutes=1)


@cache
def is_worked(day_number: int, days_a_week: int, published_to: int) -> bool:
    day = date(1970, 1, 1) + timedelta(days=day_number)
    if day.year > published_to:
        return day.isoweekday() <= days_a_week
    off, name = chinese_calendar.get_holiday_detail(day)
    return not off if name else day.isoweekday() <= days_a_week


@cache
def office_minutes(
    opening: tuple[tuple[int, int], ...] | None, zone: str, days: int, published_to: int, day: int
) -> bytes:
    """Return for each minute of a day of 1970's count (UTC) whether it is the office's."""

    def counts(minute: int) -> bool:
        if opening is None:
            return True
        local, of_day = divmod(minute + offset_minutes(zone, minute // 15), 1440)
        worked = is_worked(local, days, published_to)
        return worked and any(opens <= of_day < closes for opens, closes in opening)

    return bytes(counts(day * 1440 + minute) for minute in range(1440))


def is_office_minute(case: Case, minute: int) -> bool:
    day, of_day = divmod(minute, 1440)
    rules = (case.opening, case.zone, case.days_a_week, case.published_to)
    return bool(office_minutes(*rules, day)[of_day])


def paused_minutes(case: Case, until: int) -> set[int]:
    """Return every paused minute; those of a pause without end up to ``until``."""
    return {
        minute
        for began, ended in case.pauses
        for minute in range(began, until + 1 if ended is None else ended)
    }


def held_from(case: Case) -> int:
    """Return the minute from which a pause has no end; else the end of time."""
    return min((began for began, ended in case.pauses if ended is None), default=NEVER)


def minutes_until_due(case: Case) -> Iterator[tuple[int, bool]]:
    """Yield each minute from the start, and whether it counts, until enough have counted.

    It ends where a pause has no end.
    """
    counted, held = 0, held_from(case)
    paused = paused_minutes(case, held)
    for minute in count(case.start):
        if counted == case.needed or minute >= held:
            return
        counts = minute not in paused and is_office_minute(case, minute)
        counted += counts
        yield minute, counts


# -- cases by lot ------------------------------------------------------------------------------

INTERESTING = [
    datetime(2025, 12, 24, tzinfo=UTC),  # New Year, with the year's end
    datetime(2026, 2, 8, tzinfo=UTC),  # spring festival: nine days, two make-up days
    datetime(2026, 3, 5, tzinfo=UTC),  # clocks go forward in New York
    datetime(2026, 4, 1, tzinfo=UTC),  # tomb sweeping; clocks go back on Lord Howe Island
    datetime(2026, 9, 17, tzinfo=UTC),  # mid-autumn and national day, close together
    datetime(2026, 10, 30, tzinfo=UTC),  # clocks go back in New York
    datetime(2026, 11, 23, tzinfo=UTC),  # nothing at all
    datetime(2026, 12, 24, tzinfo=UTC),  # into a year that is not published
]
ZONES = ["Asia/Shanghai"] * 7 + ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
OPENINGS = [
    ((510, 720), (810, 1050)),
    ((480, 1080),),
    ((540, 541), (700, 900), (901, 1440)),
]


def drawn(lot: Random) -> Case:
    """Draw a case: a start, a limit, and up to four pauses that may overlap or never end."""
    start = minute_of(lot.choice(INTERESTING)) + lot.randrange(14 * 1440)
    opening = lot.choice([None, *OPENINGS])
    longest = 5 * 1440 if opening is None else 4 * 500
    pauses = []
    for _ in range(lot.choice([0, 1, 1, 2, 3, 4])):
        began = start + lot.randrange(-1440, 5 * 1440)
        length = lot.choice([lot.randrange(-30, 300), lot.randrange(300), lot.randrange(4 * 1440)])
        pauses.append((began, None if lot.random() < 0.08 else began + length))
    return Case(
        start,
        lot.randint(1, lot.choice([120, 600, longest])),
        tuple(pauses),
        opening,
        lot.choice(ZONES),
        lot.choice([5, 5, 5, 6, 7]),
        lot.choice([2025, 2026, 2026, 2026]),
    )
