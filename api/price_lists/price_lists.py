"""What the lists say, and what a file would change of them. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.site.site_changes import KindChanges
from dispatch.fees.fee_standard import FeeItem
from dispatch.materials.catalogue import Material, MaterialPrice


@dataclass(frozen=True, slots=True)
class PriceLists:
    """The catalogue of materials, their prices, and the fee standard, each by its key."""

    materials: Mapping[str, Material] = field(default_factory=dict)
    prices: Mapping[tuple[str, date], MaterialPrice] = field(default_factory=dict)
    fees: Mapping[tuple[str, date], FeeItem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entered:
    """What is entered already, as far as it binds a file.

    ``moved`` are the codes of materials of which something was ever moved; ``today`` is the day
    up to which prices have been in force.
    """

    lists: PriceLists
    moved: frozenset[str]
    today: date


def compare_lists(old: PriceLists, new: PriceLists) -> tuple[KindChanges, ...]:
    """Return what loading ``new`` changes; what it does not name stays as it is."""
    return (
        _changes("material", old.materials, new.materials),
        _changes("material price", old.prices, new.prices),
        _changes("fee", old.fees, new.fees),
    )


def _changes(kind: str, old: Mapping[Any, Hashable], new: Mapping[Any, Hashable]) -> KindChanges:
    added = [key for key in new if key not in old]
    changed = [key for key in new if key in old and old[key] != new[key]]
    return KindChanges(
        kind=kind,
        added=tuple(map(_words, added)),
        changed=tuple(map(_words, changed)),
        removed=(),
        same=len(new) - len(added) - len(changed),
        unnamed=len(old.keys() - new.keys()),
    )


def _words(key: str | tuple[str, date]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else tuple(map(str, key))
