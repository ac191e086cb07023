"""Double entry: a quantity of one material goes from one place to another, and is never lost. Pure.

What a movement takes from one place it gives to another, so that over all places together every
material sums to nothing: what the company holds is what its suppliers are short of. A movement is
never changed; a correction is a movement more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class PlaceKind(StrEnum):
    """Where materials can be; from the supplier they come, so only it may go below nothing."""

    SUPPLIER = "supplier"  # 供应商
    STORE = "store"  # 公司材料库
    VAN = "van"  # 维修人员的工具车
    JOB = "job"  # 已领出, 用于一张任务单
    USED = "used"  # 已用
    RETURNED = "returned"  # 已退, 待入库
    SCRAPPED = "scrapped"  # 报废


@dataclass(frozen=True, slots=True)
class Place:
    """One place; ``of`` is the technician of a van, the ticket of a job, the slip of a return."""

    kind: PlaceKind
    of: str = ""

    def __str__(self) -> str:
        """Return it as it is kept: ``store``, ``van:u-7``."""
        return f"{self.kind}:{self.of}" if self.of else str(self.kind)


@dataclass(frozen=True, slots=True)
class Movement:
    """So much of one material from one place to another; ``code`` is that of the catalogue."""

    code: str
    quantity: Decimal
    source: Place
    target: Place

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a movement of nothing, or to where it already is."""
        if self.quantity <= 0 or self.source == self.target:
            raise ValueError(f"{self} moves nothing")


Held = tuple[str, str]
"""A place as it is kept, and the code of a material."""


def changes(movements: Iterable[Movement]) -> dict[Held, Decimal]:
    """Return by how much each place's holding of each material changes; all together by nothing.

    Of every movement there ever was, it is what each place holds.
    """
    found: defaultdict[Held, Decimal] = defaultdict(Decimal)
    for one in movements:
        found[str(one.source), one.code] -= one.quantity
        found[str(one.target), one.code] += one.quantity
    return {held: by for held, by in found.items() if by}


def may_go_below(place: str) -> bool:
    """Whether a place may give more than it holds: the supplier alone."""
    return place == PlaceKind.SUPPLIER
