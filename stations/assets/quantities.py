"""The catalogue of what can be measured, as data from files. Pure.

The catalogue of the program is ``quantities.toml`` beside this file. A company adds quantities of
its own in a file of the same form; one that is there already is refused, so that a value in the
store never changes its meaning.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from math import isfinite
from types import MappingProxyType
from typing import Any

from kit.errors import FieldError, Invalid
from kit.units import is_unit

QUANTITY_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
"""A quantity's key: lower-case letters, digits and underscores."""

MOST_DECIMALS = 6
MOST_STEPS = 2**40
"""Stores keep whole steps of 10^-(decimals+3): an hour of a thousand values a second of the widest
range must still add up within 64 bits."""
_WORDS = {"unit": 32, "name": 40, "name_en": 40}
_KEYS = frozenset(
    {
        "lowest",
        "highest",
        "decimals",
        "kind",
        "roll_over",
        "fastest",
        "states",
        "states_en",
        *_WORDS,
    }
)


class QuantityKind(StrEnum):
    """How a quantity behaves over time."""

    GAUGE = "gauge"  # goes up and down
    COUNTER = "counter"  # only counts up, until it is reset or rolls over
    STATE = "state"  # one of a few named states


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be measured: its unit, and the range outside which no real instrument reads.

    ``unit`` is a UCUM code; ``lowest``, ``highest`` and ``roll_over`` (of a counter: where it
    begins at 0 again) are in it; ``fastest`` is the most that a counter counts in an hour, if that
    is known. ``states`` name the values 0, 1, 2 … of a state.
    """

    key: str
    unit: str
    lowest: float
    highest: float
    decimals: int
    kind: QuantityKind = QuantityKind.GAUGE
    name: str = ""
    name_en: str = ""
    roll_over: float | None = None
    fastest: float | None = None
    states: tuple[str, ...] = ()
    states_en: tuple[str, ...] = ()


Quantities = Mapping[str, Quantity]
"""The catalogue: every quantity by its key, in the order of its file."""


def load_quantities(*more: tuple[str, str]) -> Quantities:
    """Return the program's catalogue with what further files add, each given as (name, text).

    Raises ``Invalid`` with every fault of every file: the program must not start with one.
    """
    own = resources.files("stations.assets").joinpath("quantities.toml")
    found = dict(parse_quantities(own.read_text(encoding="utf-8"), "quantities.toml"))
    faults: list[FieldError] = []
    for name, text in more:
        try:
            added = parse_quantities(text, name, check_units=True)
        except Invalid as error:
            faults += error.errors
            continue
        faults += [_fault(name, key, "is there already") for key in added if key in found]
        found |= added
    if faults:
        raise Invalid(faults)
    return MappingProxyType(found)


def parse_quantities(text: str, name: str, *, check_units: bool = False) -> dict[str, Quantity]:
    """Return the quantities of one file; raise ``Invalid`` with every fault in it.

    ``check_units`` asks the library of units, which costs half a second, whether each is one.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid([FieldError(name, "quantities", str(error))]) from error
    tables = content.get("quantity")
    if content.keys() != {"quantity"} or not isinstance(tables, dict):
        message = "only [quantity.KEY] tables are expected"
        raise Invalid([FieldError(name, "quantities", message)])
    faults: list[FieldError] = []
    found: dict[str, Quantity] = {}
    for key, table in tables.items():
        sentences = _faults(key, table)
        if check_units and not sentences and not is_unit(table["unit"]):
            sentences = [f"unit: {table['unit']!r} is not a UCUM unit"]
        faults += [_fault(name, key, sentence) for sentence in sentences]
        if not sentences:
            found[key] = _quantity(key, table)
    if faults:
        raise Invalid(faults)
    return found


def _quantity(key: str, table: dict[str, Any]) -> Quantity:
    roll_over, fastest = table.get("roll_over"), table.get("fastest")
    return Quantity(
        key=key,
        unit=table["unit"],
        lowest=float(table["lowest"]),
        highest=float(table["highest"]),
        decimals=table["decimals"],
        kind=QuantityKind(table["kind"]),
        name=table["name"],
        name_en=table["name_en"],
        roll_over=None if roll_over is None else float(roll_over),
        fastest=None if fastest is None else float(fastest),
        states=tuple(table.get("states", ())),
        states_en=tuple(table.get("states_en", ())),
    )


def _faults(key: str, table: object) -> list[str]:
    """Return what is wrong with one entry, a sentence each."""
    if not isinstance(table, dict):
        return ["is not a table"]
    faults = [f"{extra}: is not known" for extra in sorted(table.keys() - _KEYS)]
    if not QUANTITY_KEY.fullmatch(key):
        faults.append("a key takes up to 31 of a-z, 0-9 and _, a letter first")
    faults += [
        f"{word}: is missing, or not a text of up to {longest} characters"
        for word, longest in _WORDS.items()
        if not isinstance(table.get(word), str) or not 1 <= len(table[word].strip()) <= longest
    ]
    decimals = table.get("decimals")
    if type(decimals) is not int or not 0 <= decimals <= MOST_DECIMALS:
        faults.append(f"decimals: is missing, or not a whole number from 0 to {MOST_DECIMALS}")
        decimals = 0
    if table.get("kind") not in list(QuantityKind):
        faults.append(f"kind: must be one of {', '.join(QuantityKind)}")
    return faults + _range_faults(table, decimals) + _kind_faults(table)


def _range_faults(table: dict[str, Any], decimals: int) -> list[str]:
    faults = [
        f"{name}: is missing or not a number"
        for name in ("lowest", "highest")
        if not _is_number(table.get(name))
    ]
    if faults:
        return faults
    if table["lowest"] >= table["highest"]:
        faults.append("lowest: is not below highest")
    if max(abs(table["lowest"]), abs(table["highest"])) * 10 ** (decimals + 3) > MOST_STEPS:
        faults.append("highest: the range is too wide for so many decimals")
    return faults


def _kind_faults(table: dict[str, Any]) -> list[str]:
    """Return what is wrong with what only counters and only states have."""
    kind = table.get("kind")
    faults = []
    if kind == QuantityKind.COUNTER:
        if not _is_number(table.get("roll_over")) or table["roll_over"] <= 0:
            faults.append("roll_over: is missing, or not a number above 0")
        if _is_number(table.get("lowest")) and table["lowest"] < 0:
            faults.append("lowest: a counter does not count below 0")
        if "fastest" in table and (not _is_number(table["fastest"]) or table["fastest"] <= 0):
            faults.append("fastest: is not a number above 0")
    else:
        faults += [
            f"{name}: only a counter has one" for name in ("roll_over", "fastest") if name in table
        ]
    for name in ("states", "states_en"):
        if kind == QuantityKind.STATE:
            faults += _state_faults(table, name)
        elif name in table:
            faults.append(f"{name}: only a state has them")
    return faults


def _state_faults(table: dict[str, Any], name: str) -> list[str]:
    if not _are_names(table.get(name)):
        return [f"{name}: is missing, or not a list of two or more texts"]
    named = len(table[name])
    if (table.get("lowest"), table.get("highest")) != (0, named - 1):
        return [f"{name}: names {named} states, so the range is 0 to {named - 1}"]
    return []


def _are_names(names: object) -> bool:
    return (
        isinstance(names, list)
        and len(names) >= 2
        and all(isinstance(one, str) and 1 <= len(one.strip()) <= 40 for one in names)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _fault(name: str, key: str, sentence: str) -> FieldError:
    return FieldError(f"{name}: quantity.{key}", "quantities", sentence)
