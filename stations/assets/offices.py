"""Service offices (服务处), and which of them serves a place. Pure.

The arrival commitment counts from the office that serves the place (R-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.geo import Position, great_circle_km
from stations.assets.territories import UNDRAWN, Territory

MAIN_OFFICE = "main"
"""Id of the office that the settings describe, while no office is entered."""


@dataclass(frozen=True, slots=True)
class ServiceOffice:
    """One service office: where it stands, in WGS-84, and the ground that it serves."""

    id: str
    name: str
    name_en: str
    position: Position
    territory: Territory = UNDRAWN


class ServedBecause(StrEnum):
    """Why an office serves a place."""

    NAMED = "named"  # whoever entered the place said so
    ONLY = "only"  # there is no other
    TERRITORY = "territory"  # the place lies in its territory
    NEAREST = "nearest"  # the place lies in no territory


@dataclass(frozen=True, slots=True)
class ServingOffice:
    """The office that serves a place, and why that one."""

    office: ServiceOffice
    because: ServedBecause


def main_office(position: Position) -> ServiceOffice:
    """Return the office of a company that has entered none: at the position of the settings."""
    return ServiceOffice(MAIN_OFFICE, "中心服务处", "Main service office", position)


def office_for(
    offices: Sequence[ServiceOffice], position: Position, named: str = ""
) -> ServingOffice:
    """Return the office that serves a place; raise ``ValueError`` when there is none at all.

    The first that applies: the one named for the place, if it exists; the only one; the one whose
    territory contains the place; the nearest. If several territories contain it (they overlap, or
    the place lies on a border), the nearest of their offices serves, then the one whose id comes
    first.
    """
    if not offices:
        raise ValueError("there is no service office")
    for office in offices:
        if named and office.id == named:
            return ServingOffice(office, ServedBecause.NAMED)
    if len(offices) == 1:
        return ServingOffice(offices[0], ServedBecause.ONLY)
    inside = [office for office in offices if office.territory.contains(position)]
    because = ServedBecause.TERRITORY if inside else ServedBecause.NEAREST
    nearest = min(inside or offices, key=lambda one: (_metres(one.position, position), one.id))
    return ServingOffice(nearest, because)


def _metres(a: Position, b: Position) -> int:
    # In whole metres, because equal distances differ in their last digits.
    return round(great_circle_km(a, b) * 1000)
