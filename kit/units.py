"""Units of measurement by their UCUM codes, converted by pint. Pure.

UCUM (https://ucum.org) gives every unit one code that programs understand: ``bar``, ``kgf/cm2``,
``m[H2O]``, ``L/s``, ``m3/d``, ``kPa``, ``[degF]``. Everyday spellings (``mH2O``, ``℃``, ``kWh``)
are understood where they are unambiguous.
"""

from __future__ import annotations

from functools import cache
from typing import Any

LONGEST_UNIT = 32
"""Longest code that is accepted, in characters."""

EVERYDAY = {
    "mH2O": "m[H2O]", "mH₂O": "m[H2O]", "米水柱": "m[H2O]", "mmHg": "mm[Hg]", "psi": "[psi]",
    "kgf/cm²": "kgf/cm2", "kg/cm2": "kgf/cm2", "kg/cm²": "kgf/cm2", "公斤": "kgf/cm2",
    "m³": "m3", "m³/h": "m3/h", "m³/d": "m3/d", "m³/s": "m3/s",
    "°C": "Cel", "℃": "Cel", "°F": "[degF]", "℉": "[degF]",
    "kWh": "kW.h", "kW·h": "kW.h", "MWh": "MW.h", "度": "kW.h",
    "NTU": "[NTU]", "pH": "[pH]", "rpm": "/min", "r/min": "/min", "µS/cm": "uS/cm",
    "g": "[g]",
}  # fmt: skip
"""Everyday spellings and their UCUM codes. ``g`` is UCUM's gram; no station weighs anything, and in
the protocol it has always meant multiples of gravity."""

_OF_THEIR_OWN = frozenset({"[pH]", "[NTU]", "[FNU]"})
"""Scales that nothing converts to; the library treats some of them as plain numbers."""

_SPAN = 2.0**20


class UnitError(ValueError):
    """The code is not a unit, or the two units do not measure the same thing."""


def ucum(unit: str) -> str:
    """Return the UCUM code for what somebody wrote, or the text itself if it is unknown."""
    return EVERYDAY.get(unit.strip(), unit.strip())


def is_unit(unit: str) -> bool:
    """Whether this is a UCUM code, or an everyday spelling of one."""
    code = ucum(unit)
    if code in _OF_THEIR_OWN:
        return True
    try:
        _unit(code)
    except UnitError:
        return False
    return True


@cache
def conversion(unit: str, to: str) -> tuple[float, float]:
    """Return (factor, offset) such that ``value * factor + offset`` is in the unit ``to``.

    Raises ``UnitError``. The library is loaded, in half a second, only when two units first differ.
    """
    source, target = ucum(unit), ucum(to)
    if source == target:
        return 1.0, 0.0
    if {source, target} & _OF_THEIR_OWN:
        raise UnitError(f"{unit!r} can't be converted to {to!r}")
    first, second = _unit(source), _unit(target)
    try:
        zero = _converted(0.0, first, second)
        # Over a wide span, so that the offset of a temperature costs no digit of the factor.
        factor = (_converted(_SPAN, first, second) - zero) / _SPAN
    except (TypeError, ValueError, ArithmeticError) as error:
        raise UnitError(f"{unit!r} can't be converted to {to!r}") from error
    return _rounded(factor), _rounded(zero)


def _converted(value: float, source: Any, target: Any) -> float:
    quantity = _registry().Quantity(value * source.magnitude, source.units)
    return float(quantity.to(target.units).magnitude) / float(target.magnitude)


def _rounded(number: float) -> float:
    """Return the number to 13 digits: the rest is the library's rounding noise."""
    return float(f"{number:.13g}")


def _unit(code: str) -> Any:
    if not 1 <= len(code) <= LONGEST_UNIT:
        raise UnitError(f"a unit has 1 to {LONGEST_UNIT} characters")
    try:
        found = _registry().from_ucum(code)
        found.units, found.magnitude  # noqa: B018 - an annotation in braces has neither
    # Its parser, its transformer and pint raise a dozen classes with no common root but this.
    except Exception as error:
        raise UnitError(f"{code!r} is not a UCUM unit") from error
    return found


@cache
def _registry() -> Any:
    # Both libraries import NumPy, so they are loaded only when something is converted.
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()
