"""Which time counts: working days, office hours, holidays, and the file that sets them."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch.clocks.explanation import explain
from dispatch.clocks.limits import CaseType, limit_of
from dispatch.clocks.office_time import TimeKind, office_time
from dispatch.clocks.pauses import Pause
from dispatch.rulebook import read_rule_book
from kit.rules import RuleFileError
from tests.dispatch.clock_words import OFFICE, ONE_WORKING_DAY, TEXT, answer, at, told, working_days


def test_one_working_day_over_mid_autumn_and_the_make_up_sunday_before_it() -> None:
    start = at("2026-09-24T16:30")
    explained = explain(start, limit_of(ONE_WORKING_DAY, start, OFFICE))
    assert explained.due_at == at("2026-09-28T16:30")
    assert told(explained) == [
        ("09-24 16:30", "09-24 17:30", "office_hours"),
        ("09-24 17:30", "09-25 00:00", "closed"),
        ("09-25 00:00", "09-28 00:00", "holiday中秋"),
        ("09-28 00:00", "09-28 08:30", "closed"),
        ("09-28 08:30", "09-28 12:00", "office_hours"),
        ("09-28 12:00", "09-28 13:30", "lunch"),
        ("09-28 13:30", "09-28 16:30", "office_hours"),
    ]
    start = at("2026-09-18T16:30")
    explained = explain(start, limit_of(ONE_WORKING_DAY, start, OFFICE))
    assert explained.due_at == at("2026-09-20T16:30")
    assert [one.why.kind for one in explained.segments].count(TimeKind.MAKE_UP_DAY) == 2


def test_three_days_and_a_week_are_days_of_24_hours_as_their_source_says() -> None:
    start = at("2026-09-30T10:07")
    assert answer(CaseType.PROMISED, start).amount == timedelta(hours=72)
    assert answer(CaseType.JOINT, start).amount == timedelta(hours=168)
    assert explain(start, answer(CaseType.PROMISED, start)).due_at == at("2026-10-03T10:07")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-25T10:00", "2026-11-25T17:30"),
        ("2026-11-25T17:29", "2026-11-25T17:30"),
        ("2026-11-25T17:30", "2026-11-26T17:30"),  # the office has closed
        ("2026-11-25T03:00", "2026-11-25T17:30"),  # not yet open
        ("2026-11-27T20:00", "2026-11-30T17:30"),  # Friday night
        ("2026-09-30T18:00", "2026-10-08T17:30"),  # the evening before national day
        ("2026-02-14T10:00", "2026-02-14T17:30"),  # a Saturday that is worked
    ],
)
def test_the_same_day_ends_with_the_hours_of_the_day_on_which_the_office_works(
    received: str, due: str
) -> None:
    start = at(received)
    assert explain(start, answer(CaseType.IMMEDIATE, start)).due_at == at(due)


def test_a_year_that_is_not_published_has_weekends_only_and_says_so() -> None:
    start = at("2026-12-31T17:00")
    explained = explain(start, working_days(2))
    assert explained.due_at == at("2027-01-04T17:00")
    assert explained.unpublished == (2027,)
    assert explain(at("2026-12-30T09:00"), working_days(1)).unpublished == ()


def test_a_promise_keeps_the_calendar_as_it_was_published_when_it_was_made() -> None:
    start = at("2026-02-13T10:00")
    calendar = replace(OFFICE.calendar, published_to=2025)
    then = explain(start, limit_of(ONE_WORKING_DAY, start, replace(OFFICE, calendar=calendar)))
    assert (then.due_at, then.unpublished) == (at("2026-02-16T10:00"), (2026,))
    assert explain(start, working_days(1)).due_at == at("2026-02-14T10:00")


@pytest.mark.parametrize(
    ("found", "put", "says"),
    [
        ("value = 17.5", "value = 8.5", "not one after the other"),
        ("value = 17.5", "value = 25", "not one after the other"),
        ("value = 12\n", "value = 14\n", "not one after the other"),
        ('unit = "d/wk"\n\n[[office_days.values]]\nvalue = 5',
         'unit = "d/wk"\n\n[[office_days.values]]\nvalue = 5.5', "whole days a week"),
        ('unit = "office_day"', 'unit = "h"', "'d' or 'workday' or 'office_day'"),
    ],
)  # fmt: skip
def test_an_office_that_never_works_stops_the_start(found: str, put: str, says: str) -> None:
    assert found in TEXT
    with pytest.raises(RuleFileError, match=says):
        read_rule_book(TEXT.replace(found, put))


def test_a_company_without_lunch_has_one_stretch_a_day() -> None:
    rules = read_rule_book(TEXT.replace("value = 13.5", "value = 12")).on(date(2026, 11, 25))
    assert office_time(rules, "Asia/Shanghai").hours == ((510, 1050),)


def test_a_deadline_of_weeks_is_worked_out_in_well_under_a_millisecond() -> None:
    start = at("2026-09-24T16:30")
    pauses = [
        Pause(start + timedelta(days=2 * n), "parts", start + timedelta(days=2 * n, hours=5))
        for n in range(5)
    ]

    def once() -> float:
        began = time.process_time()
        explain(start, working_days(20), pauses)
        return time.process_time() - began

    assert min(once() for _ in range(20)) < 0.001
