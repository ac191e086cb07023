"""The cited numbers of dispatch as frozen, typed rules. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta

from kit.rules import CitedNumber, RuleBook, parse_known_rules
from stations.assets.station import Zone

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
}


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
    """Return the rules of a file's text; raise ``RuleFileError`` as ``parse_known_rules`` does."""
    return DispatchRuleBook(parse_known_rules(text, _UNITS, name=name))
