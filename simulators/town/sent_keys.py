"""The keys that each make of station sends: equipment first, the quantity last.

They are those of the station protocol: ``p1.current.l1``, ``zone.low.pressure``.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from simulators.town.makes import StationMake


def keys_of(make: StationMake) -> tuple[str, ...]:
    """Return the keys that a station sends, in their order."""
    return tuple(key for key in _all_keys(make) if not _unsent(make, key))


def _all_keys(make: StationMake) -> Iterator[str]:
    for pump in make.pump_names:
        yield from (f"{pump}.{word}" for word in ("state", "fault"))
        if make.pump.converter:
            yield f"{pump}.frequency"
        yield from (f"{pump}.current.l{phase}" for phase in (1, 2, 3))
        yield from (f"{pump}.{word}" for word in ("temperature", "vibration", "hours"))
    if make.inlet is not None:
        yield "inlet.pressure"
    if make.fill is not None:
        yield "inlet.valve.opening"
    yield from (f"tank.{tank}.level" for tank in make.tanks)
    yield from (f"zone.{zone}.pressure" for zone in make.zones)
    for meter in make.meters:
        yield from (f"meter.{meter}.flow", f"meter.{meter}.volume")
    yield from ("meter.e1.power", "meter.e1.energy", "cabinet.mains")
    yield from (f"cabinet.voltage.l{phase}" for phase in (1, 2, 3))
    if make.turbidity_ntu is not None:
        yield "quality.turbidity"
    if make.chlorine_mg_l is not None:
        yield "quality.chlorine"
    if make.room:
        yield from ("room.door", "room.sump.level")


def _unsent(make: StationMake, key: str) -> bool:
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in make.unsent)
