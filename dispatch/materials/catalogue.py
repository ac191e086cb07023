"""A material of the catalogue, and exact quantities of one. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit.fields import FaultKind, Fields

MOST_DECIMALS = 3
"""Finest quantity that is kept: thousandths of a unit."""
HIGHEST_QUANTITY = 100_000
"""No job and no delivery takes more of one material; a larger quantity is a typing mistake."""
CODE_LENGTH = 32

UNKNOWN_MATERIAL = FaultKind("unknown_material", "is not in the catalogue of materials")
TOO_FINE = FaultKind("quantity_too_fine", "takes at most {decimals} decimals")

_PLAIN = re.compile(r"\d{1,9}(\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Material:
    """One material: its code, its name, the unit that it is counted in, and how finely."""

    code: str
    name: str
    unit: str
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class MaterialPrice:
    """What one unit of a material costs from a day on, in fen."""

    code: str
    price_fen: int
    since: date


def read_quantity(
    form: Fields, name: str, decimals: int = MOST_DECIMALS, *, above: bool = True
) -> Decimal:
    """Read an exact quantity of at most ``decimals``; ``above``: more than nothing.

    No float is on the way: ``0.1`` is a tenth.
    """
    typed = unicodedata.normalize("NFKC", form.plain(name))
    if not typed:
        form.fault(name, "required")
    elif not (typed.isascii() and _PLAIN.fullmatch(typed)):
        form.fault(name, "not_a_number")
    elif (found := Decimal(typed)) > HIGHEST_QUANTITY:
        form.fault(name, "too_large", max=HIGHEST_QUANTITY)
    elif found != round(found, decimals):
        form.fault(name, TOO_FINE, decimals=decimals)
    elif above and not found:
        form.fault(name, "too_small", min=0)
    else:
        return rounded(found, decimals)
    return Decimal(0)


def rounded(quantity: Decimal, decimals: int = MOST_DECIMALS) -> Decimal:
    """Return a quantity as it is written: with no more zeros behind the point than it needs."""
    plain = round(quantity, decimals).normalize()
    return plain if plain.as_tuple().exponent in range(-decimals, 1) else plain.quantize(Decimal(1))
