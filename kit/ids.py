"""Identifiers: sortable ones for rows, unguessable ones for links and sessions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u

RandomBits = Callable[[int], int]
"""The seam of randomness: given a number of bits, return that many random bits."""


def new_id(now: datetime, bits: RandomBits = secrets.randbits) -> str:
    """Return a 26-character id that sorts by time (the ULID layout: 48 bits of ms, 80 random)."""
    value = (int(now.timestamp() * 1000) << 80) | bits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def new_secret(bits: RandomBits = secrets.randbits) -> str:
    """Return a 32-character secret of 160 bits, safe in a URL and easy to read out."""
    value = bits(160)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(155, -1, -5))
