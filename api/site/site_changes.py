"""What a site file would change: added, changed, removed, the same, and not named. Pure.

The policy: a file is complete for whatever it names. A station that it names loses the
equipment, points and alarm rules that it no longer has there. What the file does not name at all
stays, unless it is asked to prune.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from api.site.site import Site

KINDS = ("office", "area", "station", "equipment", "point", "alarm rule")
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindChanges:
    """What becomes of everything of one kind; keys such as ``("pump-01", "p1")``."""

    kind: str
    added: tuple[Key, ...]
    changed: tuple[Key, ...]
    removed: tuple[Key, ...]
    same: int
    unnamed: int

    def __str__(self) -> str:
        """Say it on one line."""
        return (
            f"{self.kind}: {len(self.added)} added, {len(self.changed)} changed,"
            f" {len(self.removed)} removed, {self.same} the same, {self.unnamed} not in the file"
        )

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """What a load does, kind by kind."""

    kinds: tuple[KindChanges, ...]

    def __getitem__(self, kind: str) -> KindChanges:
        return next(one for one in self.kinds if one.kind == kind)

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return any(one.any for one in self.kinds)

    def touched_stations(self) -> set[str]:
        """Return the ids of stations of which anything is new, changed or gone."""
        return {
            key[0]
            for kind in KINDS[2:]
            for key in (*self[kind].added, *self[kind].changed, *self[kind].removed)
        }


def compare(old: Site, new: Site, *, prune: bool = False) -> SiteChanges:
    """Return what becomes of ``old`` when ``new`` is loaded."""
    before, after = _things(old), _things(new)
    named = {entry.station.id for entry in new.stations}
    return SiteChanges(
        tuple(_of_kind(kind, before[kind], after[kind], named, prune=prune) for kind in KINDS)
    )


def _of_kind(
    kind: str,
    before: Mapping[Key, Hashable],
    after: Mapping[Key, Hashable],
    stations: Iterable[str],
    *,
    prune: bool,
) -> KindChanges:
    absent = [key for key in before if key not in after]
    # A station that is named is complete, so what it lacks there is removed.
    removed = [key for key in absent if prune or (kind in KINDS[3:] and key[0] in stations)]
    return KindChanges(
        kind,
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key in after if key in before and before[key] != after[key]),
        removed=tuple(removed),
        same=sum(1 for key in after if key in before and before[key] == after[key]),
        unnamed=len(absent) - len(removed),
    )


def _things(site: Site) -> dict[str, dict[Key, Hashable]]:
    """Return everything by kind and key; a station's value holds the order of what it has."""
    found: dict[str, dict[Key, Hashable]] = {kind: {} for kind in KINDS}
    found["office"] = {(one.id,): one for one in site.offices}
    found["area"] = {(one.id,): one for one in site.areas}
    for entry in site.stations:
        one = entry.station
        order = tuple(e.id for e in one.equipment), tuple(p.key for p in one.points)
        found["station"][one.id,] = (replace(one, equipment=(), points=()), order)
        found["equipment"] |= {(one.id, e.id): e for e in one.equipment}
        found["point"] |= {(one.id, p.key): p for p in one.points}
        found["alarm rule"] |= {(one.id, rule.id): rule for rule in entry.rules}
    return found
