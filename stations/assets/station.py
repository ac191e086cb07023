"""Pump stations, as plain values. Pure."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from kit.geo import Position
from kit.units import UnitError
from stations.assets.equipment import EQUIPMENT_ID, Equipment
from stations.assets.points import MeasuringPoint, PointFormat, format_of, point_faults
from stations.assets.quantities import Quantities

STATION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")
"""A station's id is also its MQTT user and a level of its topics: no slash, no wildcard."""


class Zone(StrEnum):
    """The zone of a place, which decides the arrival commitment (R-11)."""

    CITY = "city"
    SUBURB = "suburb"


@dataclass(frozen=True, slots=True)
class Station:
    """A pump station: where it stands, how far by road from its office, what it has and measures.

    ``office_id`` names its service office; '' if the territory decides. Points
    stand in the order of their equipment.
    """

    id: str
    name: str
    name_en: str
    address: str
    zone: Zone
    position: Position
    road_km: float
    equipment: tuple[Equipment, ...] = ()
    points: tuple[MeasuringPoint, ...] = ()
    office_id: str = ""

    def point(self, key: str) -> MeasuringPoint | None:
        """Return the point with this key; None if the station has none."""
        return next((point for point in self.points if point.key == key), None)

    def points_of(self, equipment_id: str) -> tuple[MeasuringPoint, ...]:
        """Return what is measured at one piece of equipment."""
        return tuple(point for point in self.points if point.equipment_id == equipment_id)

    def formats(self, quantities: Quantities) -> dict[str, PointFormat]:
        """Return how to read each point, by key, in the order of the points.

        A point whose quantity or unit the catalogue does not know (a company removed its file)
        is left out: nobody can say what its numbers mean.
        """
        found = {}
        for point in self.points:
            quantity = quantities.get(point.quantity)
            if quantity is not None:
                with suppress(UnitError):
                    found[point.key] = format_of(point, quantity)
        return found


def station_faults(station: Station, quantities: Quantities) -> list[tuple[str, str]]:
    """Return what does not fit together in a station, as (field, sentence).

    The field is a path such as ``points.3.unit`` or ``equipment.0.id``, counted from 0.
    """
    faults = []
    if not STATION_ID.fullmatch(station.id):
        faults.append(("id", "takes 2 to 32 of a-z, 0-9 and -"))
    known: set[str] = set()
    for place, one in enumerate(station.equipment):
        if not EQUIPMENT_ID.fullmatch(one.id):
            faults.append((f"equipment.{place}.id", "takes 1 to 31 of a-z, 0-9 and -"))
        if one.id in known:
            faults.append((f"equipment.{place}.id", f"{one.id} is entered twice"))
        known.add(one.id)
    keys: set[str] = set()
    for place, point in enumerate(station.points):
        if point.key in keys:
            faults.append((f"points.{place}.key", f"{point.key} is entered twice"))
        keys.add(point.key)
        if point.equipment_id not in known:
            sentence = f"the station has no equipment {point.equipment_id!r}"
            faults.append((f"points.{place}.equipment", sentence))
        quantity = quantities.get(point.quantity)
        if quantity is None:
            sentence = f"{point.quantity!r} is none of {', '.join(quantities)}"
            faults.append((f"points.{place}.quantity", sentence))
        else:
            faults += [(f"points.{place}.{name}", s) for name, s in point_faults(point, quantity)]
    return faults
