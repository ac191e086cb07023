"""Identifiers that sort by time, made of an instant and given bits. Pure."""

from __future__ import annotations

from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def ulid(now: datetime, bits: int) -> str:
    """Return a 26-character id that sorts by time (the ULID layout: 48 bits of ms, 80 others)."""
    return base32((int(now.timestamp() * 1000) << 80) | bits, 26)


def base32(value: int, length: int) -> str:
    """Return the lowest ``5 * length`` bits of a number as text that is easy to read out."""
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))
