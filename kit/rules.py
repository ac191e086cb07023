"""Numbers with citations: each number of the rulebook has value, unit, date and quote. Pure.

A package keeps its numbers in a ``rules.toml`` beside its code, one table an entry::

    [arrival_city]
    rule = "R-11"
    value = 10
    unit = "min/km"
    since = 1996-07-16
    source = "003 篇5 八.2b"
    quote = "市内每公里不超过10分钟"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite

_KEYS = {"rule": str, "unit": str, "since": date, "source": str, "quote": str}


class RuleFileError(Exception):
    """A rules file that can't be trusted: the program must not start with it."""


@dataclass(frozen=True, slots=True)
class CitedNumber:
    """One number of the rulebook, with what makes it an obligation."""

    key: str
    rule: str
    value: float
    unit: str
    since: date
    source: str
    quote: str

    def as_record(self) -> dict[str, str | float]:
        """Return the entry as plain data, to be stored with the promise that it made."""
        return {
            "key": self.key,
            "rule": self.rule,
            "value": self.value,
            "unit": self.unit,
            "since": self.since.isoformat(),
            "source": self.source,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The cited numbers of one package, by key; iterates in the order of the file."""

    numbers: Mapping[str, CitedNumber]

    def __getitem__(self, key: str) -> CitedNumber:
        try:
            return self.numbers[key]
        except KeyError:
            raise RuleFileError(f"no rule {key!r} in the rules file") from None

    def __iter__(self) -> Iterator[CitedNumber]:
        return iter(self.numbers.values())


def parse_rules(text: str, *, name: str = "rules.toml") -> RuleBook:
    """Read a rules file; raise ``RuleFileError`` naming every entry that lacks something."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(f"{name}: {error}") from error
    faults: list[str] = []
    numbers: dict[str, CitedNumber] = {}
    for key, table in tables.items():
        found = _faults(key, table)
        faults += found
        if not found:
            numbers[key] = CitedNumber(
                key=key, value=float(table["value"]), **{k: table[k] for k in _KEYS}
            )
    if faults:
        raise RuleFileError(f"{name}: " + "; ".join(faults))
    return RuleBook(numbers)


def _faults(key: str, table: object) -> list[str]:
    if not isinstance(table, dict):
        return [f"{key} is not a table"]
    faults = [
        f"{key}.{name} is missing or not a {kind.__name__}"
        for name, kind in _KEYS.items()
        if not isinstance(table.get(name), kind) or table.get(name) == ""
    ]
    value = table.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        faults.append(f"{key}.value is missing or not a number")
    return faults + [f"{key}.{name} is not known" for name in table.keys() - _KEYS - {"value"}]
