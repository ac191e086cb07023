"""Turbidity and residual chlorine of a station's outgoing water.

Chlorine decays by its first order, ``dC/dt = -k C``, and a tank is one well-stirred volume:
enough for what a probe in a pump room shows, not for planning the dosing.
"""

from __future__ import annotations

import math
import random

DECAY_PER_S = 0.05 / 3600.0
"""Bulk decay of 5 % an hour."""
DOSING_LAG_S = 120.0
TURBID_NTU, TURBID_LAG_S = 4.0, 45.0
SPENT_MG_L = 0.02
"""Share of the chlorine that remains where none is dosed, or where something consumes it."""


class WaterQuality:
    """The probes' true values: ``turbidity`` in NTU, ``chlorine`` in mg/L."""

    def __init__(self, turbidity_ntu: float, chlorine_mg_l: float, chance: random.Random) -> None:
        self._clear, self._dosed, self._chance = turbidity_ntu, chlorine_mg_l, chance
        self.turbidity, self.chlorine = turbidity_ntu, chlorine_mg_l
        self._drift = 0.0

    def live(self, *, age_s: float, turbid: bool, spent: bool, dt: float) -> None:
        """Live ``dt`` seconds with water that has stood ``age_s`` in the tank."""
        keep = math.exp(-dt / 1800.0)
        self._drift = keep * self._drift + self._chance.gauss(0.0, 0.05) * math.sqrt(1 - keep**2)
        fresh = self._dosed * math.exp(-DECAY_PER_S * age_s) * (1.0 + self._drift)
        clear = self._clear * (1.0 + 2.0 * abs(self._drift))
        self.chlorine = towards(self.chlorine, SPENT_MG_L if spent else fresh, dt, DOSING_LAG_S)
        self.turbidity = towards(self.turbidity, TURBID_NTU if turbid else clear, dt, TURBID_LAG_S)


class Sump:
    """The pit in a pump room's floor: it seeps full, and a small pump empties it."""

    START_M, STOP_M, RIM_M = 0.55, 0.20, 1.6
    SEEPS_M_PER_S, EMPTIES_M_PER_S, FLOODS_M_PER_S = 1.0e-5, 4.0e-3, 8.0e-3

    def __init__(self, chance: random.Random) -> None:
        self.level_m = chance.uniform(self.STOP_M, self.START_M)
        self._pumping = False

    def live(self, *, floods: bool, powered: bool, dt: float) -> None:
        """Live ``dt`` seconds; a flood is more than the small pump can take."""
        self._pumping = powered and self.level_m > (self.STOP_M if self._pumping else self.START_M)
        change = self.FLOODS_M_PER_S if floods else self.SEEPS_M_PER_S
        if self._pumping and not floods:
            change -= self.EMPTIES_M_PER_S
        self.level_m = min(self.RIM_M, max(0.05, self.level_m + change * dt))


def towards(value: float, goal: float, dt: float, tau: float) -> float:
    """Return a value after ``dt`` seconds on its way to ``goal`` with time constant ``tau``."""
    return goal + (value - goal) * math.exp(-dt / tau)
