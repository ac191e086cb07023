"""What a measuring point is called on a screen, in both languages. Pure.

A point has no name of its own: it is called by its equipment, its quantity, and its phase and
position where it has them, so that no two persons name the same thing differently.
"""

from __future__ import annotations

from stations.assets.equipment import Equipment
from stations.assets.points import MeasuringPoint
from stations.assets.quantities import Quantities
from stations.assets.station import Station

PHASE_NAMES = {
    "l1": "A相", "l2": "B相", "l3": "C相", "n": "中性线",
    "l12": "AB线", "l23": "BC线", "l31": "CA线",
}  # fmt: skip
"""Phases as a Chinese electrician calls them; in English they are written L1, L2, L3."""

POSITION_NAMES = {
    "inlet": "进口", "outlet": "出口", "winding": "绕组", "bearing": "轴承", "drive-end": "驱动端",
    "non-drive-end": "非驱动端", "suction": "吸水侧", "discharge": "出水侧",
}  # fmt: skip
"""Usual positions; any other is shown as it was entered."""


def point_name(
    station: Station, point: MeasuringPoint, quantities: Quantities, language: str = "zh"
) -> str:
    """Return the point's name: 1号泵 A相电流, or Pump 1 current L1."""
    owner = next((one for one in station.equipment if one.id == point.equipment_id), None)
    words = quantity_words(point, quantities, language)
    return f"{equipment_name(owner, language)} {words}" if owner else words


def equipment_name(equipment: Equipment, language: str = "zh") -> str:
    """Return the name in a language; the Chinese one where nobody entered an English one."""
    return equipment.name_en if language == "en" and equipment.name_en else equipment.name


def quantity_words(point: MeasuringPoint, quantities: Quantities, language: str = "zh") -> str:
    """Return what is measured, with phase and position: what a card of the equipment shows."""
    quantity = quantities.get(point.quantity)
    if language == "en":
        name = quantity.name_en if quantity else point.quantity
        return " ".join(filter(None, (point.position, name, point.phase.upper())))
    name = quantity.name if quantity else point.quantity
    position = POSITION_NAMES.get(point.position, point.position)
    return f"{position}{PHASE_NAMES.get(point.phase, '')}{name}"
