"""Ten thousand deadlines by lot against the slow model: no minute of difference."""

from datetime import date, timedelta
from itertools import accumulate
from random import Random

import pytest

from dispatch.clocks.calendar import Calendar
from dispatch.clocks.course import Course, Term, judge
from dispatch.clocks.explanation import Explanation, explain
from dispatch.clocks.limits import Limit
from dispatch.clocks.office_time import OfficeTime
from dispatch.clocks.pauses import Pause
from kit.rules import CitedNumber
from tests.dispatch.slow_clock import (
    Case,
    drawn,
    held_from,
    instant,
    is_office_minute,
    minute_of,
    minutes_until_due,
    paused_minutes,
)

NUMBER = CitedNumber("any", "R-06", 1, "d", date(2026, 1, 1), "assumption", "whatever")
RUNS, CASES_A_RUN = 20, 500
COURSES_A_RUN = 50


def limit(case: Case) -> Limit:
    calendar = Calendar(case.published_to, case.days_a_week)
    office = OfficeTime(case.opening, case.zone, calendar) if case.opening else None
    return Limit(NUMBER, timedelta(minutes=case.needed), office)


def pauses(case: Case) -> tuple[Pause, ...]:
    return tuple(
        Pause(instant(began), f"reason {n}", None if ended is None else instant(ended))
        for n, (began, ended) in enumerate(case.pauses)
    )


@pytest.mark.parametrize("seed", range(RUNS))
def test_no_minute_of_difference_from_the_slow_model(seed: int) -> None:
    lot = Random(seed)
    for n in range(CASES_A_RUN):
        case = drawn(lot)
        found = explain(instant(case.start), limit(case), pauses(case))
        assert_same(case, found, f"seed {seed}, case {n}: {case}")


def assert_same(case: Case, found: Explanation, which: str) -> None:
    minutes, paused = list(minutes_until_due(case)), paused_minutes(case, held_from(case))
    totals = [0, *accumulate(counts for _, counts in minutes)]
    end = case.start + len(minutes)
    assert minute_of(found.segments[0].since) == case.start, which
    if totals[-1] == case.needed:
        assert found.due_at == instant(end), which
    else:
        held = [one for one in found.segments if one.since >= instant(end)]
        assert (found.due_at, held[0].since, held[-1].until) == (None, instant(end), None), which
        assert all(one.why.reasons for one in held), which
        assert totals[-1] == found.segments[-1].total // timedelta(minutes=1), which
    at = found.segments[0].since
    for segment in found.segments:
        assert segment.since == at, f"{which}: minutes are missing before {segment}"
        if segment.until is None or segment.since >= instant(end):
            break
        since, at = minute_of(segment.since) - case.start, segment.until
        until = minute_of(at) - case.start
        counted = totals[until] - totals[since]
        assert counted == (until - since if segment.counted else 0), f"{which}: {segment}"
        assert totals[until] == segment.total // timedelta(minutes=1), f"{which}: {segment}"
        assert bool(segment.why.reasons) == (minute_of(segment.since) in paused), which


# -- a deadline that is promised anew, against a referee who looks at every minute -----------


def course_of(lot: Random) -> tuple[Case, list[tuple[int, int]], int | None, int]:
    """Draw a case with up to three terms (made at, minutes needed), its end, and now."""
    case = drawn(lot)
    made, terms = case.start, [(case.start, case.needed)]
    for _ in range(lot.choice([0, 1, 2])):
        made += lot.choice([0, lot.randrange(600), lot.randrange(4000)])
        terms.append((made, lot.randint(1, 1500)))
    now = made + lot.randrange(6000)
    done = made + lot.randrange(6000)
    return case, terms, done if done <= now else None, now


def broken_terms(case: Case, terms: list[tuple[int, int]], done: int | None, now: int) -> list[int]:
    """Return the terms that were run out of, by watching every minute up to now."""
    counted, broken, paused = 0, set(), paused_minutes(case, now)
    for minute in range(case.start, now + 1):
        active = sum(made <= minute for made, _ in terms) - 1
        if done is not None and minute >= done:
            break
        # A minute that is reached with the time used up, and nothing done, is one too many; at
        # a replacement or the end the very instant is still in time.
        if counted >= terms[active][1]:
            broken.add(active)
        counted += minute not in paused and is_office_minute(case, minute)
    return sorted(broken)


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_breach_is_kept_whatever_is_promised_or_paused_later(seed: int) -> None:
    lot = Random(1000 + seed)
    for n in range(COURSES_A_RUN):
        case, terms, done, now = course_of(lot)
        office = limit(case).office
        course = Course(
            instant(case.start),
            tuple(
                Term(instant(made), Limit(NUMBER, timedelta(minutes=needed), office))
                for made, needed in terms
            ),
            pauses(case),
            done_at=None if done is None else instant(done),
        )
        dues = [explain(course.start, term.limit, course.pauses).due_at for term in course.terms]
        broken = broken_terms(case, terms, done, now)
        found = judge(course, instant(now))
        which = f"seed {1000 + seed}, case {n}: {case} {terms} done {done} now {now}"
        assert list(found.breaches) == [dues[term] for term in broken], which
        assert found.broken == bool(broken), which
