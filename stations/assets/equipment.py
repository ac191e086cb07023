"""What stands in a station: pumps, tanks, zones, meters and the rest. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

EQUIPMENT_ID = re.compile(r"[a-z][a-z0-9-]{0,30}")
"""Names one thing within its station: ``p1``, ``tank-1``, ``zone-low``."""


class EquipmentKind(StrEnum):
    """What a piece of equipment is."""

    PUMP = "pump"  # with its motor and frequency converter
    TANK = "tank"
    ZONE = "zone"  # a pressure zone: the outlet that feeds it
    INLET = "inlet"
    WELL = "well"
    METER = "meter"  # of flow, volume or energy
    CABINET = "cabinet"  # supply and control
    ANALYSER = "analyser"  # turbidity, chlorine, pH
    SUMP = "sump"
    ROOM = "room"  # its door, its floor, its air


@dataclass(frozen=True, slots=True)
class Equipment:
    """One piece of equipment; ``id`` is its own within the station."""

    id: str
    kind: EquipmentKind
    name: str
    name_en: str = ""
