"""Time limits in the units that the rules have (R-05, R-06, R-13). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.clocks.office_time import OfficeTime
from dispatch.rulebook import DispatchRules
from kit.rules import CitedNumber


class CaseType(StrEnum):
    """The case types of R-05 that have a time limit of their own."""

    IMMEDIATE = "immediate"  # 即办件
    PROMISED = "promised"  # 承诺件
    JOINT = "joint"  # 联办件


@dataclass(frozen=True, slots=True)
class Limit:
    """How much time is allowed, by which number, and which time counts.

    ``office`` None: every minute counts, round the clock. It holds all that a deadline is worked
    out by, so that a rule changed later changes no promise that was made before.
    """

    rule: CitedNumber
    amount: timedelta
    office: OfficeTime | None = None


def limit_of(number: CitedNumber, start: datetime, office: OfficeTime) -> Limit:
    """Return the limit that a number sets to what was received at ``start``.

    The unit says which time is meant: ``d`` are days of 24 hours, whatever the calendar says;
    ``workday`` is the office's time of one working day; ``office_day`` is the rest of the
    office's hours of a day, the first being the day of receipt (「当天」).
    """
    if number.unit == "d":
        return Limit(number, timedelta(days=number.value))
    if number.unit == "workday":
        return Limit(number, number.value * office.day_length, office)
    rest = office.until_closing(start)
    return Limit(number, rest + (number.value - 1) * office.day_length, office)


def answer_limit(
    case_type: CaseType, start: datetime, rules: DispatchRules, office: OfficeTime
) -> Limit:
    """Return by when a matter of this type is answered when nothing stricter applies (R-06)."""
    number = {
        CaseType.IMMEDIATE: rules.answer_ordinary,
        CaseType.PROMISED: rules.answer_complex,
        CaseType.JOINT: rules.answer_joint,
    }[case_type]
    return limit_of(number, start, office)
