"""How the embedded store packs the values of one reading into bytes, and unpacks them. Pure.

The first byte describes the rest: how many bytes an id takes, whether each value has a quality of
its own, and the quality of all of them if not. Then the ids of the points; the values in the same
order, as IEEE 754 doubles, so that a value comes back bit by bit; a byte of quality for each, if
they differ. Everything is little-endian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from telemetry.readings import Quality

NUMBER_BYTES = 8
_IDS = ("B", "H", "I")
_WIDTHS = (1, 2, 4)
_WIDTH_BITS = 0b11
_EACH = 0b100  # a byte of quality for each value follows
_QUALITY_SHIFT = 3
_number_at = Struct("<d").unpack_from


class Shape(NamedTuple):
    """What readings of the same points share: the head for each quality, the ids, the packing."""

    heads: tuple[bytes, ...]
    metrics: tuple[int, ...]
    pack: Callable[..., bytes]


class Cell(NamedTuple):
    """One value as it is kept, with the number of its quality."""

    value: float
    quality: int


def shape_of(metrics: Sequence[int]) -> Shape:
    """Return the shape of readings of these points, in this order."""
    largest = max(metrics, default=0)
    code = 0 if largest < 2**8 else 1 if largest < 2**16 else 2
    ids = Struct(f"<{len(metrics)}{_IDS[code]}").pack(*metrics)
    heads = tuple(bytes([code | quality << _QUALITY_SHIFT]) + ids for quality in Quality)
    return Shape(heads, tuple(metrics), Struct(f"<{len(metrics)}d").pack)


def with_quality(row: bytes, qualities: Sequence[int]) -> bytes:
    """Return a packed row of good values with these qualities, one for each value."""
    return bytes([row[0] | _EACH]) + row[1:] + bytes(qualities)


def packed(cells: Mapping[int, Cell]) -> bytes:
    """Return the row that keeps these values."""
    shape = shape_of(list(cells))
    numbers = shape.pack(*(cell.value for cell in cells.values()))
    qualities = [cell.quality for cell in cells.values()]
    if len(set(qualities)) == 1:
        return shape.heads[qualities[0]] + numbers
    return with_quality(shape.heads[0] + numbers, qualities)


def unpacked(row: bytes) -> dict[int, Cell]:
    """Return the values of a row by the ids of their points."""
    count, start = _measure(row)
    values = Struct(f"<{count}d").unpack_from(row, start)
    alike = bytes([row[0] >> _QUALITY_SHIFT]) * count
    qualities = row[-count:] if row[0] & _EACH else alike
    cells = map(Cell, values, qualities)
    return dict(zip(_metrics_of(row[:start]), cells, strict=True))


class Finder:
    """Finds one point in row after row; remembers where it stands under each head."""

    def __init__(self, metric: int) -> None:
        self._metric = metric
        self._places: dict[bytes, int] = {}

    def find(self, rows: Iterable[tuple[int, bytes]]) -> Iterable[tuple[int, Cell]]:
        """Give the instants and values of the point."""
        for time_us, row in rows:
            count, start = _measure(row)
            head = row[:start]
            place = self._places.get(head)
            if place is None:
                metrics = _metrics_of(head)
                place = metrics.index(self._metric) if self._metric in metrics else -1
                self._places[head] = place
            if place >= 0:
                each = row[0] & _EACH
                quality = row[place - count] if each else row[0] >> _QUALITY_SHIFT
                yield time_us, Cell(_number_at(row, start + place * NUMBER_BYTES)[0], quality)


def _measure(row: bytes) -> tuple[int, int]:
    """Return how many values a row has, and where they begin."""
    width = _WIDTHS[row[0] & _WIDTH_BITS]
    count = (len(row) - 1) // (width + NUMBER_BYTES + (1 if row[0] & _EACH else 0))
    return count, 1 + count * width


@lru_cache(maxsize=4096)
def _metrics_of(head: bytes) -> tuple[int, ...]:
    code = head[0] & _WIDTH_BITS
    return Struct(f"<{(len(head) - 1) // _WIDTHS[code]}{_IDS[code]}").unpack_from(head, 1)
