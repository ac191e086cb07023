"""The fee standard (收费标准) for repairs, and a line of a quote that is picked from it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dispatch.materials.catalogue import CODE_LENGTH, read_quantity
from dispatch.money import whole_fen
from kit.fields import FaultKind, Fields

UNKNOWN_FEE = FaultKind("unknown_fee", "is not in the fee standard in force")
PRICE_IS_SET = FaultKind("price_is_set", "is set by the fee standard: leave it out")


@dataclass(frozen=True, slots=True)
class FeeItem:
    """One line of the fee standard: the price of one unit in fen, in force ``since`` a day."""

    code: str
    item: str
    unit: str
    price_fen: int
    since: date


@dataclass(frozen=True, slots=True)
class PickedFee:
    """So many units of one line of the fee standard, as it was in force when it was quoted."""

    code: str
    quantity: Decimal
    unit: str
    price_fen: int
    since: date

    @property
    def amount_fen(self) -> int:
        """What it costs in whole fen; half a fen is rounded up."""
        return whole_fen(self.quantity * self.price_fen)


def read_picked_fee(form: Fields, find: Callable[[str], FeeItem | None]) -> tuple[str, PickedFee]:
    """Read ``fee_code`` and ``quantity``; return the item's name and what was picked of it.

    The price comes from the list: an amount that is typed beside the code is a fault.
    """
    code = form.text("fee_code", longest=CODE_LENGTH, lines=False)
    found = find(code) if code else None
    if code and found is None:
        form.fault("fee_code", UNKNOWN_FEE)
    for name in ("amount_fen", "amount_yuan"):
        if form.given(name):
            form.fault(name, PRICE_IS_SET)
    quantity = read_quantity(form, "quantity")
    if found is None:
        return "", PickedFee(code, quantity, "", 0, date.min)
    return found.item, PickedFee(code, quantity, found.unit, found.price_fen, found.since)
