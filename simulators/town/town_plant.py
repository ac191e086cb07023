"""The whole town from second to second: its demands, its network, its eight stations.

It reads no clock: time is counted from the start that the caller names, so
the same seed and start give exactly the same town.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

from simulators.pump_station.plant import HOURLY_DEMAND
from simulators.town.makes import MAKES, StationMake
from simulators.town.registers import SAVE_S, Registers, read_registers, write_registers
from simulators.town.town_network import TownNetwork
from simulators.town.works import Works

REGISTERS_FILE = "registers.json"
DEMAND_EVERY_S = 5
SETTLING_S = 120
LONGEST_CATCH_UP_S = 600.0
"""A longer sleep is not simulated: the time of day jumps, the tanks keep their levels."""
DAY_SHIFT_H = 0.6
"""The daily demand of areas is shifted by up to this many hours."""


class Town:
    """The town. ``day_second`` is the local time of day at the start; close it when done."""

    def __init__(
        self, seed: int, day_second: float, *, step_s: int = 1, state_dir: Path | None = None
    ) -> None:
        self._chance = random.Random(f"{seed}:town")  # noqa: S311  a simulation, not a secret
        self.network = TownNetwork(step_s)
        self._step_s = step_s
        self._file = None if state_dir is None else state_dir / REGISTERS_FILE
        kept = {} if self._file is None else read_registers(self._file)
        self.works = {
            name: Works(
                make, self.network, _registers(make, seed, kept.get(name)),
                random.Random(f"{seed}:{name}:works"),  # noqa: S311
            )
            for name, make in MAKES.items()
        }  # fmt: skip
        draw = self._chance.uniform
        self._areas = {
            area: (mean * draw(0.94, 1.06), draw(-DAY_SHIFT_H, DAY_SHIFT_H))
            for area, mean in self.network.mean_demand_m3h.items()
        }
        self.second = day_second - SETTLING_S
        self._drift = self.lived_s = self._unsaved_s = 0.0
        self._set_demands()
        self.network.solve()
        for _ in range(0, SETTLING_S, step_s):
            self.advance()

    def live_until(self, lived_s: float) -> None:
        """Simulate up to ``lived_s`` seconds after the start, in whole steps."""
        gap = lived_s - self.lived_s
        if gap > LONGEST_CATCH_UP_S:
            self.second += gap
            self.lived_s = lived_s - self._step_s
        while self.lived_s + self._step_s <= lived_s:
            self.lived_s += self._step_s
            self.advance()

    def advance(self) -> None:
        """Simulate one step."""
        step = self._step_s
        self.second += step
        self.network.advance()
        keep = 0.99**step
        self._drift = keep * self._drift + self._chance.gauss(0.0, 0.006)
        if int(self.second) % DEMAND_EVERY_S < step:
            self._set_demands()
        hour = self.second / 3600.0 % 24.0
        for works in self.works.values():
            works.command(hour)
        self.network.solve()
        for works in self.works.values():
            works.live(step)
        self._unsaved_s += step
        if self._unsaved_s >= SAVE_S:
            self._save(clean=False)

    def close(self) -> None:
        """Save the registers, and give back what EPANET holds."""
        self._save(clean=True)
        self.network.close()

    def _save(self, *, clean: bool) -> None:
        self._unsaved_s = 0.0
        if self._file is not None:
            values = {name: works.registers.values for name, works in self.works.items()}
            write_registers(self._file, values, clean=clean)

    def _set_demands(self) -> None:
        wave = max(0.2, 1.0 + self._drift)
        for area, (mean, shift_h) in self._areas.items():
            share = day_share(self.second / 3600.0 + shift_h)
            self.network.set_demand(area, round(mean * share * wave, 3))


def day_share(hour: float) -> float:
    """Return the share of the mean demand at this hour, smooth between the full hours."""
    hour %= 24.0
    before, part = int(hour), hour % 1.0
    blend = (1.0 - math.cos(math.pi * part)) / 2.0
    low, high = HOURLY_DEMAND[before], HOURLY_DEMAND[(before + 1) % 24]
    return low + (high - low) * blend


def _registers(make: StationMake, seed: int, kept: dict[str, float] | None) -> Registers:
    """Return the registers that were kept; others have counted for years before."""
    chance = random.Random(f"{seed}:{make.id}:registers")  # noqa: S311
    values = {f"{pump}.hours": round(chance.uniform(4e3, 2e4), 2) for pump in make.pump_names}
    values |= {f"meter.{name}.volume": round(chance.uniform(1e5, 9e5), 1) for name in make.meters}
    values["meter.e1.energy"] = round(chance.uniform(5e4, 4e5), 1)
    return Registers(values | (kept or {}))
