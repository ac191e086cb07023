"""The time that counts: round the clock, or the office's hours on working days. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dispatch.clocks.calendar import Calendar, DayKind, last_published_year
from dispatch.rulebook import DispatchRules

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_MINUTES_A_DAY = 1440


class TimeKind(StrEnum):
    """Why a stretch of time counts towards a deadline, or does not."""

    ROUND_THE_CLOCK = "round_the_clock"
    OFFICE_HOURS = "office_hours"
    MAKE_UP_DAY = "make_up_day"  # the office's hours on a day worked for a holiday
    CLOSED = "closed"  # before the office opens, or after it closes
    LUNCH = "lunch"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"


COUNTED = frozenset({TimeKind.ROUND_THE_CLOCK, TimeKind.OFFICE_HOURS, TimeKind.MAKE_UP_DAY})


class Why(NamedTuple):
    """Why a stretch counts or not: the holiday's name in both languages, reasons of a pause."""

    kind: TimeKind
    name: str = ""
    name_en: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether such time counts."""
        return self.kind in COUNTED


class Stretch(NamedTuple):
    """Time of one kind, from one instant to another."""

    since: datetime
    until: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class OfficeTime:
    """When the office works, as it stood when a promise was made by it.

    ``hours`` are its openings and closings in minutes after midnight, in the company's ``zone``
    (an IANA name).
    """

    hours: tuple[tuple[int, int], ...]
    zone: str
    calendar: Calendar

    @property
    def day_length(self) -> timedelta:
        """How long a working day is."""
        return sum((closes - opens for opens, closes in self.hours), start=0) * _MINUTE

    def stretches(self, since: datetime) -> Iterator[Stretch]:
        """Yield the time from an instant on, without end, each stretch of one kind."""
        zone, at = ZoneInfo(self.zone), since.astimezone(UTC)
        day = at.astimezone(zone).date()
        while True:
            for until, why in self._parts(day, zone):
                if until > at:
                    yield Stretch(at, until, why)
                    at = until
            day += _DAY

    def until_closing(self, since: datetime) -> timedelta:
        """Return the office's time from an instant to the end of that day's hours.

        Out of hours, and on a day off, the day is the next one on which the office works.
        """
        zone, first, total = ZoneInfo(self.zone), None, timedelta()
        for stretch in self.stretches(since):
            if stretch.why.counts:
                day = stretch.since.astimezone(zone).date()
                first = first or day
                if day != first:
                    break
                total += stretch.until - stretch.since
        return total

    def unpublished(self, since: datetime, until: datetime) -> tuple[int, ...]:
        """Return the years from one instant to another whose holidays were not published."""
        zone = ZoneInfo(self.zone)
        years = range(since.astimezone(zone).year, until.astimezone(zone).year + 1)
        return tuple(year for year in years if not self.calendar.knows(year))

    def _parts(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, Why]]:
        """Yield the parts of a day by their ends."""
        found = self.calendar.day(day)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)

        def instant(minutes: int) -> datetime:
            # By the clock on the wall, which may be put forward or back on this day.
            return (midnight + minutes * _MINUTE).astimezone(UTC)

        if found.is_worked:
            at_work = _MAKE_UP if found.kind is DayKind.MAKE_UP else _OFFICE_HOURS
            away = _CLOSED
            for opens, closes in self.hours:
                yield instant(opens), away
                yield instant(closes), at_work._replace(name=found.name, name_en=found.name_en)
                away = _LUNCH
            yield instant(_MINUTES_A_DAY), _CLOSED
        elif found.kind is DayKind.HOLIDAY:
            yield instant(_MINUTES_A_DAY), Why(TimeKind.HOLIDAY, found.name, found.name_en)
        else:
            yield instant(_MINUTES_A_DAY), _WEEKEND


_OFFICE_HOURS, _MAKE_UP = Why(TimeKind.OFFICE_HOURS), Why(TimeKind.MAKE_UP_DAY)
_CLOSED, _LUNCH, _WEEKEND = Why(TimeKind.CLOSED), Why(TimeKind.LUNCH), Why(TimeKind.WEEKEND)


def office_time(rules: DispatchRules, zone: str) -> OfficeTime:
    """Return when the office works by the rules in force, and by the calendar as published."""
    opens, lunch_begins, lunch_ends, closes = rules.office_hours
    hours = ((opens, lunch_begins), (lunch_ends, closes))
    return OfficeTime(
        ((opens, closes),) if lunch_begins == lunch_ends else hours,
        zone,
        Calendar(last_published_year(), round(rules.office_days.value)),
    )
