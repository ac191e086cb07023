"""Instants as whole microseconds since 1970 UTC, and back. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def require_aware(value: datetime) -> datetime:
    """Return ``value`` in UTC; raise ``ValueError`` if it has no time zone."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value.astimezone(UTC)


def to_micros(value: datetime) -> int:
    """Return whole microseconds since 1970 UTC, exactly (no float on the way)."""
    since = require_aware(value) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(value: int) -> datetime:
    """Return the instant, in UTC, that lies ``value`` microseconds after 1970."""
    seconds, micros = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
