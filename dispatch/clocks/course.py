"""How a deadline stands: what was allowed, paused and done, and what of it was broken. Pure.

A breach stays one: whatever is paused, re-classified or promised anew afterwards, and even when
the server's clock is set back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from dispatch.clocks.explanation import Explanation, explain
from dispatch.clocks.limits import Limit
from dispatch.clocks.pauses import Pause


class DeadlineKind(StrEnum):
    """What has to be done by when."""

    ARRIVAL = "arrival"
    ANSWER = "answer"  # 办结, R-06
    RESUMPTION = "resumption"  # 恢复办理, R-12


class DeadlineStatus(StrEnum):
    """How a deadline stands."""

    PENDING = "pending"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    CLOSED = "closed"  # the matter ended before anything had to be done
    UNPROMISED = "unpromised"  # no time could be worked out, and nobody has stated one


@dataclass(frozen=True, slots=True)
class Term:
    """A limit, and when it was promised: another case type, priority or address makes a new one."""

    made_at: datetime
    limit: Limit


@dataclass(frozen=True, slots=True)
class Course:
    """All that the log says of one deadline, in the order in which it was written.

    Every term counts from ``start``; no term: no time is promised yet. ``done_at`` is when it was
    fulfilled, ``ended_at`` when there was nothing left to fulfil. ``missed_at`` is when a breach
    was put on record.
    """

    start: datetime
    terms: tuple[Term, ...]
    pauses: tuple[Pause, ...] = ()
    done_at: datetime | None = None
    ended_at: datetime | None = None
    missed_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done in time."""
        return self.done_at is not None or self.ended_at is not None

    def explained(self) -> Explanation | None:
        """Return the deadline of the latest term, with its reasons; None while none is promised."""
        return self._explained(self.terms[-1]) if self.terms else None

    def breaches(self, now: datetime) -> Iterator[datetime]:
        """Yield the deadlines that had passed when they were fulfilled, ended, or replaced."""
        if not self.terms:
            return
        # A clock that was set back makes no promise older than the one before it.
        made = list(accumulate((term.made_at for term in self.terms), max))
        over = self.done_at or self.ended_at
        for term, since, replaced in zip(self.terms, made, [*made[1:], None], strict=True):
            due, end = self._explained(term).due_at, replaced or over
            if due is None:
                continue
            # A term may be over already when it is made: it is broken from then on. Whoever is
            # there on the very instant is in time; until then it is not too early to warn.
            broken = max(due, since)
            if broken < end if end else broken <= now:
                yield due

    def _explained(self, term: Term) -> Explanation:
        return explain(self.start, term.limit, self.pauses)


@dataclass(frozen=True, slots=True)
class Standing:
    """A deadline against what happened.

    ``margin`` is the due time minus the time it was done or ended, or minus now: negative when it
    is over, None while a pause holds it or no time is promised. ``breaches`` are the deadlines that
    were broken.
    """

    status: DeadlineStatus
    explanation: Explanation | None
    margin: timedelta | None
    breaches: tuple[datetime, ...]

    @property
    def due_at(self) -> datetime | None:
        """When it is due; None while a pause holds it or no time is promised."""
        return self.explanation.due_at if self.explanation else None

    @property
    def overdue(self) -> bool:
        """Whether a promised time has passed and it is not done yet."""
        return self.status is DeadlineStatus.OVERDUE

    @property
    def broken(self) -> bool:
        """Whether a promised time passed before it was done."""
        return self.status in (DeadlineStatus.OVERDUE, DeadlineStatus.MISSED)


def judge(course: Course, now: datetime) -> Standing:
    """Return how a deadline stands at an instant."""
    over, explanation = course.done_at or course.ended_at, course.explained()
    due = explanation.due_at if explanation else None
    breaches = tuple(course.breaches(now))
    return Standing(
        _status(course, due, broken=bool(breaches or course.missed_at)),
        explanation,
        due - (over or now) if due else None,
        breaches,
    )


def _status(course: Course, due: datetime | None, *, broken: bool) -> DeadlineStatus:
    if not course.terms:
        return DeadlineStatus.CLOSED if course.ended_at else DeadlineStatus.UNPROMISED
    if course.done_at is not None:
        return DeadlineStatus.MISSED if broken else DeadlineStatus.MET
    if course.ended_at is not None:
        return DeadlineStatus.MISSED if broken else DeadlineStatus.CLOSED
    if broken:
        return DeadlineStatus.OVERDUE
    return DeadlineStatus.PENDING if due else DeadlineStatus.PAUSED
