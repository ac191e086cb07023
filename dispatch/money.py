"""Amounts of money: whole fen inside, yuan with two decimals on paper. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from kit.fields import FaultKind, Fields

HIGHEST_FEN = 100_000_000
"""A million yuan: no fee line costs more; a larger amount is a typing mistake."""

AMOUNT_FORM = FaultKind("amount_form", "is not an amount in yuan with at most two decimals")

_YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?")


def read_fen(form: Fields) -> int:
    """Read an amount: ``amount_fen`` (whole), or ``amount_yuan`` ("12.50")."""
    if form.given("amount_fen"):
        return form.whole("amount_fen", least=0, most=HIGHEST_FEN, unit="fen")
    if not form.given("amount_yuan"):
        form.fault("amount_yuan", "required")
        return 0
    typed = form.plain("amount_yuan")
    fen = to_fen(typed) if typed else 0
    if fen is None:
        form.fault("amount_yuan", AMOUNT_FORM)
    elif fen > HIGHEST_FEN:
        form.fault("amount_yuan", "too_large", max=HIGHEST_FEN // 100, unit="yuan")
    return fen or 0


def to_fen(yuan: str) -> int | None:
    """Convert an amount written in yuan to whole fen, exactly; None when it is not one."""
    plain = unicodedata.normalize("NFKC", yuan).strip().removeprefix("¥")
    return int(Decimal(plain) * 100) if _YUAN.fullmatch(plain) and plain.isascii() else None


def yuan(fen: int) -> str:
    """Return an amount as it is written on paper: ``12.50``."""
    return f"{fen // 100}.{fen % 100:02d}"


def whole_fen(amount: Decimal) -> int:
    """Return an exact amount of fen as whole fen; half a fen is rounded up."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
