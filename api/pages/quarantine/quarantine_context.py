"""What the list of refused messages shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.web.forms import Form
from api.web.listing import Listing
from telemetry.ingest.quarantine_search import QuarantineCount, Quarantined

HEAD = 160
"""Bytes of a refused message that the list shows."""


@dataclass(frozen=True, slots=True)
class RefusedCount:
    """How often something was refused for one reason."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """One refused message."""

    at: datetime
    station: str
    reason: str
    detail: str
    size: int
    times: int
    head: str


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """Messages that were refused."""

    counts: tuple[RefusedCount, ...]
    rows: tuple[QuarantineLine, ...]
    list: Listing
    filter: Form
    stations: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


def refused_by_reason(counts: Iterable[QuarantineCount]) -> tuple[RefusedCount, ...]:
    """Return the sums over all stations."""
    sums: dict[str, int] = {}
    for count in counts:
        sums[count.reason] = sums.get(count.reason, 0) + count.times
    return tuple(RefusedCount(reason, n) for reason, n in sorted(sums.items()))


def quarantine_line(row: Quarantined) -> QuarantineLine:
    """Return a refused message as a line; what can't be printed of it is shown as dots."""
    head = row.payload[:HEAD].decode("utf-8", "backslashreplace")
    shown = "".join(char if char.isprintable() else "·" for char in head)
    return QuarantineLine(
        row.last_at, row.station_id, row.reason, row.detail, row.size, row.times, shown
    )
