"""The cited numbers of dispatch as frozen, typed rules. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta

from kit.rules import CitedNumber, RuleBook, RuleFileError, parse_known_rules
from stations.assets.station import Zone

TIME_UNITS = "d workday office_day"
"""Any unit of a time limit: days of 24 hours, working days, to the end of the office's hours."""

_UNITS = {
    "arrival_city": "min/km",
    "arrival_suburb": "min/km",
    "road_detour": "km/km",
    "distance_longest": "km",
    "priority_burst": "level",
    "priority_vulnerable": "level",
    "clock_tolerance": "min",
    "intake_oldest": "d",
    "leave_longest": "d",
    "shift_longest": "h",
    "call_out_after": "min",
    "call_answer": "min",
    "answer_ordinary": TIME_UNITS,
    "answer_complex": TIME_UNITS,
    "answer_joint": TIME_UNITS,
    "office_opens": "h",
    "lunch_begins": "h",
    "lunch_ends": "h",
    "office_closes": "h",
    "office_days": "d/wk",
    "queue_longest": "person",
    "queue_wait_longest": "min",
    "rings_longest": "ring",
    "handover_acceptance": "min",
    "appointment_notice": "h",
    "appointment_wait": "min",
    "home_service_answer": "workday",
    "home_service_notice": "h",
    "home_service_wait": "min",
    "booking_ahead": "d",
    "visit_earliest": "h",
    "flow_test_least": "MPa",
    "wait_longest": "d",
    "unreached_calls": "attempts",
}
_HOURS = ("office_opens", "lunch_begins", "lunch_ends", "office_closes")


@dataclass(frozen=True, slots=True)
class DispatchRules:
    """The numbers in force on one day, each with its rule, unit, source and quote."""

    arrival_city: CitedNumber
    arrival_suburb: CitedNumber
    road_detour: CitedNumber
    distance_longest: CitedNumber
    priority_burst: CitedNumber
    priority_vulnerable: CitedNumber
    clock_tolerance: CitedNumber
    intake_oldest: CitedNumber
    leave_longest: CitedNumber
    shift_longest: CitedNumber
    call_out_after: CitedNumber
    call_answer: CitedNumber
    answer_ordinary: CitedNumber
    answer_complex: CitedNumber
    answer_joint: CitedNumber
    office_opens: CitedNumber
    lunch_begins: CitedNumber
    lunch_ends: CitedNumber
    office_closes: CitedNumber
    office_days: CitedNumber
    queue_longest: CitedNumber
    queue_wait_longest: CitedNumber
    rings_longest: CitedNumber
    handover_acceptance: CitedNumber
    appointment_notice: CitedNumber
    appointment_wait: CitedNumber
    home_service_answer: CitedNumber
    home_service_notice: CitedNumber
    home_service_wait: CitedNumber
    booking_ahead: CitedNumber
    visit_earliest: CitedNumber
    flow_test_least: CitedNumber
    wait_longest: CitedNumber
    unreached_calls: CitedNumber

    def arrival_rate(self, zone: Zone) -> CitedNumber:
        """Return the minutes per km that R-11 allows in this zone."""
        return self.arrival_city if zone is Zone.CITY else self.arrival_suburb

    @property
    def tolerance(self) -> timedelta:
        """How far ahead of our clock a stated time may lie."""
        return timedelta(minutes=self.clock_tolerance.value)

    @property
    def oldest_intake(self) -> timedelta:
        """How long ago a request may have been received when it is logged."""
        return timedelta(days=self.intake_oldest.value)

    @property
    def longest_leave(self) -> timedelta:
        """How long a leave may last."""
        return timedelta(days=self.leave_longest.value)

    @property
    def office_hours(self) -> tuple[int, int, int, int]:
        """When the office opens, its lunch begins and ends, and it closes: minutes of the day."""
        opens, begins, ends, closes = (round(getattr(self, name).value * 60) for name in _HOURS)
        return opens, begins, ends, closes

    @property
    def time_to_accept(self) -> timedelta:
        """How long a case that was handed over waits to be accepted."""
        return timedelta(minutes=self.handover_acceptance.value)

    @property
    def unassigned_burst(self) -> timedelta:
        """How long a burst may lie without a crew before the program calls people out (R-18)."""
        return timedelta(minutes=self.call_out_after.value)

    @property
    def longest_wait(self) -> timedelta:
        """How far ahead a repair that waits may be taken up again."""
        return timedelta(days=self.wait_longest.value)


@dataclass(frozen=True, slots=True)
class DispatchRuleBook:
    """Every value, past and present, of the numbers of dispatch."""

    book: RuleBook

    def on(self, day: date) -> DispatchRules:
        """Return the numbers in force on a day of the company's calendar."""
        return DispatchRules(
            **{field.name: self.book.on(field.name, day) for field in fields(DispatchRules)}
        )


def read_rule_book(text: str, name: str = "dispatch/rules.toml") -> DispatchRuleBook:
    """Return the rules of a file's text; raise ``RuleFileError`` as ``parse_known_rules`` does.

    It is raised too for office hours that are none.
    """
    made = DispatchRuleBook(parse_known_rules(text, _UNITS, name=name))
    if faults := _office_faults(made):
        raise RuleFileError(f"{name}: " + "; ".join(faults))
    return made


def _office_faults(made: DispatchRuleBook) -> list[str]:
    """Return the days from which the office would never work, or close before it opens."""
    changed = {
        number.since for key in (*_HOURS, "office_days") for number in made.book.values_of(key)
    }
    faults = []
    for day in sorted(changed):
        rules = made.on(day)
        opens, begins, ends, closes = rules.office_hours
        if not opens <= begins <= ends <= closes <= 24 * 60 or opens == closes:
            faults.append(f"on {day} the office's hours and lunch are not one after the other")
        if rules.office_days.value not in range(1, 8):
            faults.append(f"on {day} the office does not work 1 to 7 whole days a week")
    return faults
