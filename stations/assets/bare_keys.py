"""What a station of one pump and one tank sends under bare keys, as equipment and points. Pure.

The first version of the protocol knew twelve metrics and no equipment. Each of them stays valid as
the key of a point, and belongs to this equipment:

========== ======== =====================================================================
equipment  kind     keys
========== ======== =====================================================================
``zone``   zone     pressure, flow
``inlet``  inlet    inlet_pressure, water_temperature
``tank``   tank     level
``p1``     pump     pump_state, current, voltage, power, temperature, vibration, vibration_2
========== ======== =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.station import Station

_ZONE = Equipment("zone", EquipmentKind.ZONE, "出水", "Outlet")
_INLET = Equipment("inlet", EquipmentKind.INLET, "进水", "Inlet")
_TANK = Equipment("tank", EquipmentKind.TANK, "水箱", "Tank")
_PUMP = Equipment("p1", EquipmentKind.PUMP, "1号泵", "Pump 1")

BARE_KEYS: dict[str, Equipment] = {
    "pressure": _ZONE,
    "flow": _ZONE,
    "inlet_pressure": _INLET,
    "water_temperature": _INLET,
    "level": _TANK,
    "pump_state": _PUMP,
    "current": _PUMP,
    "voltage": _PUMP,
    "power": _PUMP,
    "temperature": _PUMP,
    "vibration": _PUMP,
    "vibration_2": _PUMP,
}
"""The equipment that each bare key belongs to; the quantity has the key's name."""


def is_bare(point: MeasuringPoint) -> bool:
    """Whether this is a point of the protocol's first version, named by its quantity alone."""
    return point.key in BARE_KEYS and point.quantity == point.key


def bare_points(
    *keys: str,
) -> tuple[tuple[Equipment, ...], tuple[MeasuringPoint, ...]]:
    """Return equipment and points of a station that sends these bare keys.

    Both are in the order in which the keys name the equipment first. Raises ``KeyError`` for a key
    that is none of ``BARE_KEYS``.
    """
    equipment = tuple(dict.fromkeys(BARE_KEYS[key] for key in keys))
    points = tuple(
        MeasuringPoint(key, one.id, key) for one in equipment for key in _of(keys, one.id)
    )
    return equipment, points


def with_bare_points(station: Station, *keys: str) -> Station:
    """Return the station with the equipment and points of these bare keys, and no other."""
    equipment, points = bare_points(*keys)
    return replace(station, equipment=equipment, points=points)


def _of(keys: Iterable[str], equipment_id: str) -> Iterable[str]:
    return (key for key in keys if BARE_KEYS[key].id == equipment_id)
