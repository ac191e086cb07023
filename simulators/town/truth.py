"""The true values at a station, by the key under which each is sent."""

from __future__ import annotations

import math

from simulators.town.works import Works

SUPPLY_HZ = 50.0


def reading(works: Works, key: str) -> float:
    """Return the true value behind a key, in the unit of the catalogue; raise ``KeyError``."""
    first, *rest = key.split(".")
    if first in works.pumps:
        return _pump(works, first, rest)
    if first == "meter":
        return _meter(works, *rest)
    if first == "zone":
        return works.network.pressure_mpa(works.make.zones[rest[0]])
    if first == "tank":
        return works.network.pressure_m(works.make.tanks[rest[0]])
    if first == "inlet":
        return _inlet(works, rest[-1])
    if first == "cabinet":
        return float(works.powered) if rest == ["mains"] else works.line_v / math.sqrt(3)
    if first == "quality":
        return works.quality.turbidity if rest == ["turbidity"] else works.quality.chlorine
    if rest == ["sump", "level"]:
        return works.sump.level_m
    if key == "room.door":
        return float(works.defects.has("door_open"))
    raise KeyError(key)


def _pump(works: Works, pump: str, rest: list[str]) -> float:
    unit = works.pumps[pump]
    match rest:
        case ["state"]:
            return float(unit.speed > 0.0)
        case ["fault"]:
            # The motor's protection reports a missing phase too, and lets the pump run on.
            lost = works.defects.has("phase_loss", pump)
            return float(lost or pump in works.out_of_order())
        case ["frequency"]:
            return SUPPLY_HZ * unit.speed
        case ["current", phase]:
            return unit.currents[int(phase[1]) - 1]
        case ["temperature"]:
            return unit.temperature_cel
        case ["vibration"]:
            return unit.vibration_g
        case ["hours"]:
            return works.registers.value(f"{pump}.hours")
    raise KeyError(f"{pump}.{'.'.join(rest)}")


def _meter(works: Works, meter: str, quantity: str) -> float:
    if quantity == "flow":
        return works.flow(meter)
    if quantity == "power":
        return works.power_kw
    return works.registers.value(f"meter.{meter}.{quantity}")


def _inlet(works: Works, quantity: str) -> float:
    make = works.make
    if quantity == "opening" and make.fill is not None:
        return min(100.0, 45.0 * works.filling_m3h / make.fill.base_m3h)
    if quantity == "pressure" and make.inlet is not None:
        return works.network.pressure_mpa(make.inlet[0])
    raise KeyError(quantity)
