"""Sums of minutes and hours, and the pieces of which a range is composed. Pure.

Extremes and newest values are exact. A sum depends in its last digits on the order in which it was
made; no reader sees that many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US


class Sums(NamedTuple):
    """What lies in one interval: values, how many, the newest, and the worst quality's number.

    Without samples there are only values that do not count; then only ``quality`` means something.
    """

    lowest: float
    highest: float
    total: float
    samples: int
    latest: float
    quality: int

    def then(self, later: Sums) -> Sums:
        """Return both together, when every point of ``later`` is newer than these."""
        return Sums(
            min(self.lowest, later.lowest),
            max(self.highest, later.highest),
            self.total + later.total,
            self.samples + later.samples,
            later.latest if later.samples else self.latest,
            max(self.quality, later.quality),
        )


def sums_of(values: Sequence[float], quality: int) -> Sums:
    """Return what the values that count come to, oldest first; ``quality`` is the worst of all."""
    if not values:
        return Sums(math.inf, -math.inf, 0.0, 0, 0.0, quality)
    return Sums(min(values), max(values), sum(values), len(values), values[-1], quality)


class Piece(NamedTuple):
    """A part ``[start_us, end_us)`` of a range; ``width_us`` names the roll-up that holds it.

    A width of 0 means that the points themselves must be read.
    """

    width_us: int
    start_us: int
    end_us: int


def pieces(
    start_us: int, end_us: int, every_us: int, widths: Sequence[int] = (HOUR_US, MINUTE_US)
) -> Iterator[Piece]:
    """Cut a range into pieces, in order, each from the coarsest roll-up that answers exactly.

    A roll-up serves where its width divides ``every_us`` and its interval lies whole within the
    range; the edges that are left come from the next finer one, and at last from the points.
    """
    if start_us >= end_us:
        return
    if not widths:
        yield Piece(0, start_us, end_us)
        return
    width, finer = widths[0], widths[1:]
    inner_start, inner_end = -(-start_us // width) * width, end_us // width * width
    if every_us % width or inner_start >= inner_end:
        yield from pieces(start_us, end_us, every_us, finer)
        return
    yield from pieces(start_us, inner_start, every_us, finer)
    yield Piece(width, inner_start, inner_end)
    yield from pieces(inner_end, end_us, every_us, finer)


def merged(parts: Iterable[tuple[int, Sums]]) -> dict[int, Sums]:
    """Join parts, given oldest first, that carry the same bucket."""
    found: dict[int, Sums] = {}
    for bucket, sums in parts:
        before = found.get(bucket)
        found[bucket] = sums if before is None else before.then(sums)
    return found
