"""What a station's instruments show: noise, digits, and the sender's own units.

Keys are those of the station protocol: equipment first (``p1.current.l1``), the quantity last.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from simulators.town.makes import StationMake
from simulators.town.sent_keys import keys_of
from simulators.town.truth import reading
from simulators.town.works import Works


@dataclass(frozen=True, slots=True)
class Instrument:
    """A kind of instrument: its unit (UCUM), digits after the point, deviation, highest value."""

    quantity: str
    unit: str
    decimals: int
    noise: float = 0.0
    beyond: float = math.inf


INSTRUMENTS = {
    instrument.quantity: instrument
    for instrument in (
        Instrument("pressure", "MPa", 3, 0.0012, 6.0),
        Instrument("level", "m", 3, 0.003),
        Instrument("flow", "m3/h", 2, 0.25),
        Instrument("current", "A", 2, 0.06),
        Instrument("voltage", "V", 1, 0.4),
        Instrument("frequency", "Hz", 2, 0.01),
        Instrument("temperature", "Cel", 1, 0.15),
        Instrument("vibration", "g", 3, 0.004),
        Instrument("power", "kW", 2, 0.05),
        Instrument("turbidity", "[NTU]", 3, 0.008),
        Instrument("chlorine", "mg/L", 3, 0.006),
        Instrument("opening", "%", 1, 0.1),
        Instrument("volume", "m3", 2),
        Instrument("energy", "kW.h", 2),
        Instrument("hours", "h", 2),
        Instrument("state", "1", 0),
        Instrument("fault", "1", 0),
        Instrument("door", "1", 0),
        Instrument("mains", "1", 0),
    )
}
"""By the word in a key."""

CONVERSIONS = {
    "kgf/cm2": (10.19716213, 2),
    "m[H2O]": (101.9716213, 1),
    "l/s": (1.0 / 3.6, 3),
}
"""Sender's unit: its factor from MPa or m3/h, and its digits."""


def instrument_of(key: str) -> Instrument:
    """Return the kind of instrument behind a key: the last word of it that names one."""
    return next(INSTRUMENTS[word] for word in reversed(key.split(".")) if word in INSTRUMENTS)


def unit_of(make: StationMake, key: str) -> str:
    """Return the unit in which this make sends this key."""
    instrument = instrument_of(key)
    return make.units.get(instrument.quantity, instrument.unit)


class Panel:
    """Reads a station's instruments. ``chance`` draws their noise."""

    def __init__(self, works: Works, chance: random.Random) -> None:
        self._works, self._chance = works, chance
        self.keys = keys_of(works.make)
        self._held: dict[str, float] = {}

    def read(self) -> dict[str, float]:
        """Return what a message says, by key, each in the unit of the sender."""
        return {key: self._shown(key) for key in self.keys}

    def _shown(self, key: str) -> float:
        instrument = instrument_of(key)
        # The noise is drawn for every key each time: a fault changes no other reading's bytes.
        noise = self._chance.gauss(0.0, instrument.noise) if instrument.noise else 0.0
        true = reading(self._works, key)
        value = true + noise if true > 0.0 or instrument.quantity in ("pressure", "level") else true
        value = self._faulty(key, max(0.0, value), instrument)
        unit = self._works.make.units.get(instrument.quantity)
        factor, decimals = CONVERSIONS[unit] if unit else (1.0, instrument.decimals)
        return round(value * factor, decimals) if decimals else round(value)

    def _faulty(self, key: str, value: float, instrument: Instrument) -> float:
        has = self._works.defects.has
        name = key.split(".")[1] if "." in key else ""
        if instrument.quantity == "pressure" and key.startswith("zone."):
            if has("sensor_out_of_range", name):
                return instrument.beyond
            stuck = has("frozen_sensor", name)
        else:
            stuck = key.startswith("tank.") and has("level_stuck", name)
        if not stuck:
            self._held.pop(key, None)
            return value
        return self._held.setdefault(key, value)
