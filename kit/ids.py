"""Identifiers: sortable ones for rows, unguessable ones for links and sessions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from kit.ulid import base32, ulid

RandomBits = Callable[[int], int]
"""A source of randomness: given a number of bits, it returns that many random bits."""


def new_id(now: datetime, bits: RandomBits = secrets.randbits) -> str:
    """Return a 26-character id that sorts by time (the ULID layout: 48 bits of ms, 80 random)."""
    return ulid(now, bits(80))


def new_secret(bits: RandomBits = secrets.randbits) -> str:
    """Return a 32-character secret of 160 bits, safe in a URL and easy to read out."""
    return base32(bits(160), 32)
