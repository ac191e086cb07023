"""China's calendar of working days: weekends, statutory holidays and make-up days. Pure.

The State Council publishes the holidays of a year in the autumn before. A year that is not
published yet has weekends only; whoever counts in it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from chinese_calendar import Holiday, holidays, workdays


class DayKind(StrEnum):
    """What a day is to those who work by the calendar."""

    WORKING = "working"
    MAKE_UP = "make_up"  # 调休上班: a day off that is worked for a holiday
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar; a holiday or make-up day with the name of its holiday."""

    kind: DayKind
    name: str = ""
    name_en: str = ""

    @property
    def is_worked(self) -> bool:
        """Whether the office is open on this day."""
        return self.kind in (DayKind.WORKING, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which an office works, as far as they were published.

    ``published_to`` is the last year whose holidays were known when somebody counted by it.
    ``days_a_week`` is how many days the company works, from Monday on.
    """

    published_to: int
    days_a_week: int = 5

    def knows(self, year: int) -> bool:
        """Whether the holidays of this year are published."""
        return _first_year() <= year <= self.published_to

    def day(self, day: date) -> Day:
        """Return what this day is."""
        if self.knows(day.year):
            if day in workdays:
                return _of_holiday(DayKind.MAKE_UP, workdays[day])
            if day in holidays:
                return _of_holiday(DayKind.HOLIDAY, holidays[day])
        working = day.isoweekday() <= self.days_a_week
        return _WORKING if working else _WEEKEND


@cache
def last_published_year() -> int:
    """Return the last year whose holidays the installed calendar has."""
    last: date = max(holidays)
    return last.year


@cache
def _first_year() -> int:
    first: date = min(holidays)
    return first.year


@cache
def _of_holiday(kind: DayKind, english: str) -> Day:
    return Day(kind, Holiday(english).chinese, english)


_WORKING, _WEEKEND = Day(DayKind.WORKING), Day(DayKind.WEEKEND)
