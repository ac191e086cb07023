"""The cited numbers of telemetry as frozen, typed rules. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kit.rules import CitedNumber, RuleBook, parse_known_rules

_UNITS = {"shelve_longest": "h"}


@dataclass(frozen=True, slots=True)
class TelemetryRules:
    """The numbers in force on one day, each with its rule, unit, source and quote."""

    shelve_longest: CitedNumber

    @property
    def longest_shelving(self) -> timedelta:
        """How far ahead the return of a shelved alarm may lie."""
        return timedelta(hours=self.shelve_longest.value)


@dataclass(frozen=True, slots=True)
class TelemetryRuleBook:
    """Every value, past and present, of the numbers of telemetry."""

    book: RuleBook

    def on(self, day: date) -> TelemetryRules:
        """Return the numbers in force on a day of the company's calendar."""
        return TelemetryRules(**{key: self.book.on(key, day) for key in _UNITS})


def read_rule_book(text: str, name: str = "telemetry/rules.toml") -> TelemetryRuleBook:
    """Return the rules of a file's text; raise ``RuleFileError`` as ``parse_known_rules`` does."""
    return TelemetryRuleBook(parse_known_rules(text, _UNITS, name=name))
