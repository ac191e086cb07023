"""Numbers with citations: a rule, a unit, and values by date with source and quote. Pure.

A package keeps its numbers in a ``rules.toml`` beside its code, one table per entry::

    [arrival_city]
    rule = "R-11"
    unit = "min/km"

    [[arrival_city.values]]
    value = 10
    since = 1996-07-16
    source = "003 篇5 八.2b"
    quote = "市内每公里不超过10分钟"

When a company changes a number it adds a value with the day it comes into force. The old one stays,
because promises were made by it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any

_ENTRY_KEYS = {"rule": str, "unit": str}
_VALUE_KEYS = {"since": date, "source": str, "quote": str}


class RuleFileError(Exception):
    """A rules file that can't be trusted: the program must not start with it."""


@dataclass(frozen=True, slots=True)
class CitedNumber:
    """One value of a number of the rulebook, with its source and quote."""

    key: str
    rule: str
    value: float
    unit: str
    since: date
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The cited numbers of one package: each key's values, the earliest first."""

    numbers: Mapping[str, tuple[CitedNumber, ...]]

    def on(self, key: str, day: date) -> CitedNumber:
        """Return the value in force on a day; before the first one's day, the first one.

        Raises ``RuleFileError`` for a key that the file does not have.
        """
        values = self.values_of(key)
        return next((one for one in reversed(values) if one.since <= day), values[0])

    def values_of(self, key: str) -> tuple[CitedNumber, ...]:
        """Return every value of a key, the earliest first; raise ``RuleFileError``."""
        try:
            return self.numbers[key]
        except KeyError:
            raise RuleFileError(f"no rule {key!r} in the rules file") from None

    def __iter__(self) -> Iterator[CitedNumber]:
        return (number for values in self.numbers.values() for number in values)


def parse_rules(text: str, *, name: str = "rules.toml") -> RuleBook:
    """Read a rules file; raise ``RuleFileError`` naming every entry that lacks something."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(f"{name}: {error}") from error
    faults: list[str] = []
    numbers: dict[str, tuple[CitedNumber, ...]] = {}
    for key, table in tables.items():
        found = _entry_faults(key, table)
        faults += found
        if not found:
            numbers[key] = _values(key, table)
    if faults:
        raise RuleFileError(f"{name}: " + "; ".join(faults))
    return RuleBook(numbers)


def parse_known_rules(text: str, units: Mapping[str, str], *, name: str) -> RuleBook:
    """Read the rules file of a package that knows these keys, each in the unit given here.

    Where several units are given, with blanks between them, the file chooses one. Raises
    ``RuleFileError`` for an entry that is missing, unknown, without unit or source, in another
    unit than the program's, or not above zero.
    """
    book = parse_rules(text, name=name)
    faults = [f"{key} is not known" for key in book.numbers if key not in units]
    for key in sorted(units):
        for number in book.values_of(key):
            if number.unit not in (allowed := units[key].split()):
                choices = " or ".join(map(repr, allowed))
                faults.append(f"{key}.unit is {number.unit!r}, not {choices}")
            if number.value <= 0:
                faults.append(f"{key}.value is not above zero")
    if faults:
        raise RuleFileError(f"{name}: " + "; ".join(faults))
    return book


def _values(key: str, table: dict[str, Any]) -> tuple[CitedNumber, ...]:
    found = [
        CitedNumber(
            key=key,
            rule=table["rule"],
            value=float(value["value"]),
            unit=table["unit"],
            since=value["since"],
            source=value["source"],
            quote=value["quote"],
        )
        for value in table["values"]
    ]
    return tuple(sorted(found, key=lambda number: number.since))


def _entry_faults(key: str, table: object) -> list[str]:
    if not isinstance(table, dict):
        return [f"{key} is not a table"]
    faults = _missing(key, table, _ENTRY_KEYS)
    faults += [f"{key}.{name} is not known" for name in table.keys() - _ENTRY_KEYS - {"values"}]
    values = table.get("values")
    if not isinstance(values, list) or not values:
        return [*faults, f"{key}.values is missing or not a list of tables"]
    for place, value in enumerate(values, start=1):
        faults += _value_faults(f"{key}.values.{place}", value)
    days = [str(value["since"]) for value in values if isinstance(value, dict) and "since" in value]
    if len(set(days)) < len(days):
        faults.append(f"{key}: two values come into force on one day")
    return faults


def _value_faults(where: str, value: object) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is not a table"]
    faults = _missing(where, value, _VALUE_KEYS)
    number = value.get("value")
    if isinstance(number, bool) or not _is_finite(number):
        faults.append(f"{where}.value is missing or not a number")
    return faults + [
        f"{where}.{name} is not known" for name in value.keys() - _VALUE_KEYS - {"value"}
    ]


def _missing(where: str, table: dict[str, object], keys: Mapping[str, type]) -> list[str]:
    return [
        f"{where}.{name} is missing or not a {kind.__name__}"
        for name, kind in keys.items()
        if not _is(table.get(name), kind)
    ]


def _is(value: object, kind: type) -> bool:
    # To Python a datetime is a date too, but the two can't be compared.
    return isinstance(value, kind) and not isinstance(value, datetime) and value != ""


def _is_finite(value: object) -> bool:
    try:
        return isinstance(value, int | float) and isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False
