"""Passwords by argon2id, with the library's parameters (RFC 9106, low memory)."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 8, 200
"""Length of a password, in characters."""
_AT_ONCE = 2
"""Hashes computed at the same time: each takes 64 MiB, so a crowd of log-ins must wait in line."""


def hash_password(password: str) -> str:
    """Return the hash to keep."""
    with _turn():
        return _hasher().hash(password)


def password_is(password: str, kept: str | None) -> bool:
    """Whether the password fits the hash; takes as long without a hash as with one."""
    if len(password) > LONGEST:
        return False
    with _turn():
        try:
            _hasher().verify(kept or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(type=Type.ID)


@cache
def _turn() -> BoundedSemaphore:
    return BoundedSemaphore(_AT_ONCE)


@cache
def _nobodys() -> str:
    return _hasher().hash("the hash that is checked when nobody has this log-in name")
