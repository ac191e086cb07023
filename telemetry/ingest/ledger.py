"""Which sequence numbers of one boot of one station have been received, in bounded space. Pure.

Closed intervals, in order, that never touch. What lies between them is missing: a gap that is
visible until it is filled late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_INTERVALS = 256
"""Most intervals kept; beyond it the lowest gap is given up, and counts as received."""


@dataclass(frozen=True, slots=True)
class Added:
    """What adding numbers did: how many were new, seen before, and filled a gap late."""

    new: int
    duplicates: int
    filled: int


class SeqLedger:
    """The numbers received, as intervals; made from and turned into plain lists."""

    def __init__(self, intervals: Iterable[Sequence[int]] = ()) -> None:
        self._intervals = [(first, last) for first, last in intervals]

    @property
    def intervals(self) -> list[list[int]]:
        """The intervals, lowest first."""
        return [[first, last] for first, last in self._intervals]

    @property
    def highest(self) -> int:
        """The highest number received; 0 for none."""
        return self._intervals[-1][1] if self._intervals else 0

    @property
    def missing(self) -> int:
        """How many numbers between the lowest and the highest received are still missing."""
        pairs = zip(self._intervals, self._intervals[1:], strict=False)
        return sum(after[0] - before[1] - 1 for before, after in pairs)

    def __contains__(self, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self._intervals)

    def add(self, seqs: Iterable[int]) -> Added:
        """Take in numbers, in any order and with repeats."""
        given = list(seqs)
        highest, before = self.highest, self._count()
        merged: list[tuple[int, int]] = []
        for first, last in sorted([*self._intervals, *_runs(given)]):
            if merged and first <= merged[-1][1] + 1:
                if last > merged[-1][1]:
                    merged[-1] = (merged[-1][0], last)
            else:
                merged.append((first, last))
        self._intervals = merged
        new = self._count() - before
        beyond = sum(last - max(first, highest + 1) + 1 for first, last in merged if last > highest)
        self._give_up_lowest_gaps()
        return Added(new=new, duplicates=len(given) - new, filled=new - beyond)

    def _count(self) -> int:
        return sum(last - first + 1 for first, last in self._intervals)

    def _give_up_lowest_gaps(self) -> None:
        surplus = len(self._intervals) - MAX_INTERVALS
        if surplus > 0:
            joined = (self._intervals[0][0], self._intervals[surplus][1])
            self._intervals = [joined, *self._intervals[surplus + 1 :]]


def _runs(seqs: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = end = -1
    for seq in sorted(seqs):
        if seq <= end + 1 and start >= 0:
            end = max(end, seq)
        else:
            if start >= 0:
                runs.append((start, end))
            start = end = seq
    if start >= 0:
        runs.append((start, end))
    return runs
