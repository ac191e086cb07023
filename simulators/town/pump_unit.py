"""One pump with its motor: currents of three phases, power, temperature, vibration, hours."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulators.pump_station.motor import Motor, PumpEfficiency, active_kw, line_current, shaft_kw
from simulators.town.makes import PumpMake
from simulators.town.water_quality import towards

ROOM_CEL = 22.0
RISE_CEL = 38.0
"""A motor at its rating is warmer than its room by this much."""
WARMING_S = 900.0
SEIZING_CEL, SEIZING_S = 105.0, 90.0
"""Where the heat of a failing bearing leads, and how fast."""
ROUGH_G, ROUGHENING_S = 1.4, 60.0
IMBALANCE = 0.015
"""Share by which the phases of a sound motor differ: GB/T 15543 allows more of the supply."""
WORN_EFFICIENCY = 0.70
REACTOR_EFFICIENCY = 0.97
"""What a frequency converter passes on."""


@dataclass(frozen=True, slots=True)
class Strain:
    """The duty of a pump in one step: speed (0: stopped), flow in m3/h, lift in m."""

    speed: float
    flow_m3h: float
    lift_m: float


@dataclass(frozen=True, slots=True)
class Ailments:
    """The faults of one pump."""

    phase_lost: bool = False
    bearing: bool = False
    worn: bool = False


SOUND = Ailments()


class PumpUnit:
    """A pump's state from step to step. ``hours`` is how long it ran before."""

    def __init__(self, make: PumpMake, chance: random.Random, hours: float) -> None:
        self._make = make
        self._motor = Motor(rated_kw=make.rated_kw)
        self._curve = PumpEfficiency(make.best_flow_m3h, make.best_efficiency)
        tilt = [chance.uniform(-IMBALANCE, IMBALANCE) for _ in range(3)]
        self._tilt = [share - sum(tilt) / 3.0 for share in tilt]
        self._smooth_g = chance.uniform(0.06, 0.10)
        self.hours = hours
        self.temperature_cel, self.vibration_g = ROOM_CEL, 0.0
        self._warm_before = False
        self.currents = (0.0, 0.0, 0.0)
        self.power_kw, self.speed = 0.0, 0.0

    def live(self, strain: Strain, volts: float, ailments: Ailments, dt: float) -> None:
        """Simulate ``dt`` seconds at this strain and line voltage."""
        self.speed = strain.speed
        load = self._electrical(strain, volts, ailments)
        running = strain.speed > 0.0
        if running:
            self.hours += dt / 3600.0
        self._warm(load, ailments.bearing and running, dt)
        rough = ROUGH_G if ailments.bearing else self._smooth_g
        goal = rough * strain.speed if running else 0.0
        self.vibration_g = towards(self.vibration_g, goal, dt, ROUGHENING_S if running else 3.0)

    def _electrical(self, strain: Strain, volts: float, ailments: Ailments) -> float:
        """Set currents and power; return the load as a share of the rating."""
        if strain.speed <= 0.0 or volts <= 0.0:
            self.currents, self.power_kw = (0.0, 0.0, 0.0), 0.0
            return 0.0
        wear = WORN_EFFICIENCY if ailments.worn else 1.0
        shaft = shaft_kw(
            self._motor, self._curve, flow_m3h=strain.flow_m3h, head_m=strain.lift_m,
            speed=strain.speed, wear=wear,
        )  # fmt: skip
        amps = line_current(self._motor, shaft, volts, phase_lost=ailments.phase_lost)
        phases = [amps * (1.0 + tilt) for tilt in self._tilt]
        if ailments.phase_lost:
            phases[1] = 0.0
        self.currents = (phases[0], phases[1], phases[2])
        drawn = active_kw(self._motor, shaft)
        self.power_kw = drawn / (REACTOR_EFFICIENCY if self._make.converter else 1.0)
        return shaft / self._make.rated_kw

    def _warm(self, load: float, seizing: bool, dt: float) -> None:
        if seizing:
            self.temperature_cel = towards(self.temperature_cel, SEIZING_CEL, dt, SEIZING_S)
        else:
            goal = ROOM_CEL + RISE_CEL * min(1.3, load)
            # It was warm before the simulation began.
            self.temperature_cel = goal if not self._warm_before else self.temperature_cel
            self._warm_before = True
            self.temperature_cel = towards(self.temperature_cel, goal, dt, WARMING_S)
