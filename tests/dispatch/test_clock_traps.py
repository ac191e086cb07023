"""Each trap of a deadline by name: what commercial systems get wrong."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.clocks.course import Course, DeadlineStatus, Term, judge
from dispatch.clocks.explanation import explain
from dispatch.clocks.limits import CaseType, Limit, answer_limit
from dispatch.clocks.office_time import OfficeTime, office_time
from dispatch.clocks.pauses import Pause
from dispatch.rulebook import read_rule_book
from tests.dispatch.clock_words import (
    OFFICE,
    ONE_WORKING_DAY,
    TEXT,
    ZONE,
    answer,
    at,
    told,
    working_days,
)
from tests.dispatch.world import RULE_BOOK

# -- pauses


def test_a_pause_over_a_weekend_takes_only_its_working_time() -> None:
    start = at("2026-11-27T10:00")  # a Friday
    pause = Pause(at("2026-11-27T16:30"), "parts", at("2026-11-30T09:30"))
    free, paused = explain(start, working_days(1)), explain(start, working_days(1), [pause])
    assert free.due_at == at("2026-11-30T10:00")
    assert paused.due_at == at("2026-11-30T12:00")
    assert ("11-27 16:30", "11-30 09:30", "paused") in told(paused)


def test_a_pause_over_a_holiday_takes_only_its_working_time() -> None:
    start = at("2026-09-30T10:00")
    pause = Pause(at("2026-09-30T17:00"), "papers", at("2026-10-08T09:00"))
    assert explain(start, working_days(1)).due_at == at("2026-10-08T10:00")
    assert explain(start, working_days(1), [pause]).due_at == at("2026-10-08T11:00")
    inside = Pause(at("2026-10-02T08:00"), "papers", at("2026-10-04T18:00"))
    assert explain(start, working_days(1), [inside]).due_at == at("2026-10-08T10:00")


def test_pauses_that_overlap_are_counted_once_and_both_are_named() -> None:
    start = at("2026-11-25T08:30")
    pauses = [
        Pause(at("2026-11-25T09:00"), "parts", at("2026-11-25T10:00")),
        Pause(at("2026-11-25T09:30"), "customer", at("2026-11-25T10:30")),
    ]
    explained = explain(start, Limit(ONE_WORKING_DAY, timedelta(hours=1)), pauses)
    assert explained.due_at == at("2026-11-25T11:00")
    assert [one.why.reasons for one in explained.segments] == [
        (), ("parts",), ("parts", "customer"), ("customer",), (),
    ]  # fmt: skip


def test_a_pause_without_end_leaves_the_deadline_open_until_it_ends() -> None:
    course = course_from("2026-11-25T08:30", working_days(1))
    pause = Pause(at("2026-11-25T09:00"), "parts")
    paused = replace(course, pauses=(pause,))
    found = judge(paused, at("2027-11-25T09:00"))
    assert (found.status, found.due_at, found.margin) == (DeadlineStatus.PAUSED, None, None)
    ended = replace(paused, pauses=(replace(pause, ended_at=at("2026-11-26T09:00")),))
    assert judge(ended, at("2026-11-26T09:00")).due_at == at("2026-11-26T17:30")


# -- a deadline that is promised anew --------------------------------------------------------


def course_from(start: str, limit: Limit) -> Course:
    return Course(at(start), (Term(at(start), limit),))


def test_a_pause_over_a_change_of_class_is_kept() -> None:
    start = at("2026-11-25T09:00")
    pause = Pause(at("2026-11-25T10:00"), "papers", at("2026-11-26T10:00"))
    course = Course(
        start,
        (
            Term(start, answer(CaseType.IMMEDIATE, start)),
            Term(at("2026-11-25T15:00"), answer(CaseType.PROMISED, start)),
        ),
        (pause,),
    )
    found = judge(course, at("2026-11-26T12:00"))
    assert found.due_at == start + timedelta(days=4)
    assert (found.status, found.breaches) == (DeadlineStatus.PENDING, ())


def test_a_breach_is_kept_when_a_longer_limit_comes_after_it() -> None:
    start = at("2026-11-25T09:00")
    late = at("2026-11-26T09:00")
    course = Course(
        start,
        (
            Term(start, answer(CaseType.IMMEDIATE, start)),
            Term(late, answer(CaseType.PROMISED, start)),
        ),
        done_at=late + timedelta(hours=1),
    )
    found = judge(course, late + timedelta(hours=2))
    assert found.status is DeadlineStatus.MISSED
    assert found.breaches == (at("2026-11-25T17:30"),)


def test_a_breach_while_paused_stays_a_breach() -> None:
    start = at("2026-11-25T09:00")
    course = course_from("2026-11-25T09:00", answer(CaseType.IMMEDIATE, start))
    pause = Pause(at("2026-11-25T18:00"), "parts", at("2026-11-30T18:00"))
    paused = judge(replace(course, pauses=(replace(pause, ended_at=None),)), at("2026-11-26T10:00"))
    assert (paused.status, paused.breaches) == (DeadlineStatus.OVERDUE, (at("2026-11-25T17:30"),))
    done = replace(course, pauses=(pause,), done_at=at("2026-11-30T18:01"))
    assert judge(done, at("2026-12-01T09:00")).status is DeadlineStatus.MISSED


def test_what_ends_before_its_time_is_closed_and_what_ends_after_it_was_missed() -> None:
    start = at("2026-11-25T09:00")
    course = course_from("2026-11-25T09:00", answer(CaseType.IMMEDIATE, start))
    in_time = replace(course, ended_at=at("2026-11-25T17:30"))
    late = replace(course, ended_at=at("2026-11-25T17:31"))
    now = at("2026-11-26T09:00")
    assert judge(in_time, now).status is DeadlineStatus.CLOSED
    assert judge(late, now).status is DeadlineStatus.MISSED


# -- rules, zones and clocks that change -----------------------------------------------------


def test_a_rule_that_changes_after_the_promise_does_not_change_it() -> None:
    later = TEXT.replace(
        "[[office_closes.values]]",
        '[[office_closes.values]]\nvalue = 16\nsince = 2026-11-26\nsource = "order 1"\n'
        'quote = "夏季作息"\n\n[[office_closes.values]]',
    ).replace(
        "[[answer_complex.values]]",
        '[[answer_complex.values]]\nvalue = 2\nsince = 2026-11-26\nsource = "order 1"\n'
        'quote = "两天办结"\n\n[[answer_complex.values]]',
    )
    book, start = read_rule_book(later), at("2026-11-25T18:00")

    def made_on(day: date, case_type: CaseType) -> Limit:
        rules = book.on(day)
        return answer_limit(case_type, start, rules, office_time(rules, "Asia/Shanghai"))

    before, after = date(2026, 11, 25), date(2026, 11, 26)
    for case_type, old, new in (
        (CaseType.IMMEDIATE, at("2026-11-26T17:30"), at("2026-11-26T16:00")),
        (CaseType.PROMISED, at("2026-11-28T18:00"), at("2026-11-27T18:00")),
    ):
        assert explain(start, made_on(before, case_type)).due_at == old
        assert explain(start, made_on(after, case_type)).due_at == new
    terms = (
        Term(start, made_on(before, CaseType.PROMISED)),
        Term(at("2026-11-27T08:30"), made_on(after, CaseType.IMMEDIATE)),
    )
    found = judge(Course(start, terms), at("2026-11-27T09:00"))
    assert found.breaches == (at("2026-11-26T16:00"),), "the new class had passed when it was made"


def test_a_letter_dated_before_the_rule_began_gets_the_rule_of_the_day_it_is_logged() -> None:
    start, logged = at("1996-07-01T10:00"), date(2026, 11, 25)
    assert answer_limit(CaseType.PROMISED, start, RULE_BOOK.on(logged), OFFICE).amount.days == 3
    # No day is without rule: before the first one began, it is the first one.
    earlier = RULE_BOOK.on(start.date())
    assert earlier.answer_complex.since > start.date()
    explained = explain(start, answer_limit(CaseType.IMMEDIATE, start, earlier, OFFICE))
    assert (explained.due_at, explained.unpublished) == (at("1996-07-01T17:30"), (1996,))


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kathmandu"])
def other_server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_a_server_in_another_zone_counts_the_same(other_server_zone: str) -> None:
    assert time.tzname != ("CST", "CST")
    for zone in (ZONE, ZoneInfo("UTC"), ZoneInfo(other_server_zone)):
        start = at("2026-09-30T18:00").astimezone(zone)
        assert explain(start, answer(CaseType.IMMEDIATE, start)).due_at == at("2026-10-08T17:30")


def test_a_clock_set_back_makes_no_pause_and_mends_no_breach() -> None:
    start = at("2026-11-25T09:00")
    course = course_from("2026-11-25T09:00", Limit(ONE_WORKING_DAY, timedelta(minutes=30)))
    backwards = Pause(at("2026-11-25T09:20"), "parts", at("2026-11-25T09:10"))
    assert judge(replace(course, pauses=(backwards,)), start).due_at == at("2026-11-25T09:30")
    missed = replace(course, missed_at=at("2026-11-25T09:30"))
    assert judge(missed, at("2026-11-25T09:15")).status is DeadlineStatus.OVERDUE
    arrived = replace(missed, done_at=at("2026-11-25T09:16"))
    assert judge(arrived, at("2026-11-25T09:17")).status is DeadlineStatus.MISSED
    anew = Term(at("2026-11-25T08:00"), Limit(ONE_WORKING_DAY, timedelta(minutes=60)))
    found = judge(replace(course, terms=(*course.terms, anew)), at("2026-11-25T09:45"))
    assert (found.status, found.due_at) == (DeadlineStatus.PENDING, at("2026-11-25T10:00"))


def test_a_zone_that_changes_its_clocks_keeps_its_office_hours() -> None:
    new_york = ZoneInfo("America/New_York")
    office = OfficeTime(OFFICE.hours, "America/New_York", replace(OFFICE.calendar, published_to=0))
    start = datetime(2026, 3, 6, 10, tzinfo=new_york)  # clocks go forward on Sunday
    explained = explain(start, Limit(ONE_WORKING_DAY, office.day_length, office))
    assert explained.due_at == datetime(2026, 3, 9, 10, tzinfo=new_york)
