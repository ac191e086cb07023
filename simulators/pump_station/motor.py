"""Current and voltage of a three-phase induction motor that drives a pump.

A steady-state model, good for the shape of what a clamp meter shows, not for designing a motor.
Formulae and where they come from:

* hydraulic power ``rho g Q H``; shaft power = hydraulic power / pump efficiency; the efficiency
  curve scales with speed by the affinity laws (EPANET 2.2 User Manual, 3.1 "Pumps").
* motor losses split into a part that is there at no load and a part that grows with the square
  of the load (the separation of losses of IEC 60034-2-1).
* reactive power split the same way: magnetising, and leakage that grows with the load squared;
  hence the poor power factor of a motor that has little to do.
* line current ``I = S / (sqrt(3) V)``.
* one phase lost while running: the same power is drawn between the two conductors that remain,
  so their current is ``sqrt(3)`` = 1.73 times the balanced one (the textbook case of single
  phasing), the motor slips more, and the mean of the measured line voltages sags.
* supply at 380 V, kept within +/-7 % (GB/T 12325).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

GRAVITY = 9.81
"""m/s2."""
WATER_DENSITY = 998.0
"""kg/m3, at 20 degrees Celsius."""

SINGLE_PHASING_CURRENT = math.sqrt(3)
SINGLE_PHASING_VOLTAGE = 0.92
"""Mean line voltage with one phase open, as a share: the motor itself holds the open phase up."""

NO_LOAD_LOSS_SHARE = 0.4
NO_LOAD_REACTIVE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Motor:
    """Rating plate of a motor: shaft power in kW, line voltage in V, efficiency, power factor."""

    rated_kw: float
    rated_v: float = 380.0
    rated_efficiency: float = 0.90
    rated_power_factor: float = 0.86


@dataclass(frozen=True, slots=True)
class PumpEfficiency:
    """A pump's best point: flow in m3/h at full speed, and the efficiency there."""

    best_flow_m3h: float
    best_efficiency: float = 0.74

    def at(self, flow_m3h: float, speed: float) -> float:
        """Return the efficiency at this flow and relative speed, never below 0.2."""
        off = flow_m3h / speed / self.best_flow_m3h - 1.0
        return max(0.2, self.best_efficiency * (1.0 - 0.85 * off * off))


def hydraulic_kw(flow_m3h: float, head_m: float) -> float:
    """Return ``rho g Q H`` in kW."""
    return WATER_DENSITY * GRAVITY * (flow_m3h / 3600.0) * head_m / 1000.0


def shaft_kw(
    motor: Motor, pump: PumpEfficiency, *, flow_m3h: float, head_m: float, speed: float, wear: float
) -> float:
    """Return the shaft power in kW of a running pump; ``wear`` (1 = new) lowers the efficiency.

    Against a closed valve a centrifugal pump still takes about a third of the rated power, times
    the cube of the speed. Far beyond its best point a radial impeller's power levels off; the
    efficiency curve does not cover this, so the power is capped at a quarter above the rating.
    """
    efficiency = pump.at(flow_m3h, speed) * wear
    asked = hydraulic_kw(max(flow_m3h, 0.0), max(head_m, 0.0)) / efficiency
    full = motor.rated_kw * speed**3
    return min(max(asked, 0.33 * full), 1.25 * full)


def active_kw(motor: Motor, shaft_power_kw: float) -> float:
    """Return the electric power in kW that a motor takes for this shaft power."""
    load = shaft_power_kw / motor.rated_kw
    rated_loss_kw = motor.rated_kw * (1.0 / motor.rated_efficiency - 1.0)
    loss_kw = rated_loss_kw * (NO_LOAD_LOSS_SHARE + (1.0 - NO_LOAD_LOSS_SHARE) * load**2)
    return shaft_power_kw + loss_kw


def line_current(
    motor: Motor, shaft_power_kw: float, volts: float, *, phase_lost: bool = False
) -> float:
    """Return the current in A of a conductor that is still live, at this line voltage in V."""
    load = shaft_power_kw / motor.rated_kw
    power_kw = active_kw(motor, shaft_power_kw)
    rated_reactive = (
        motor.rated_kw / motor.rated_efficiency * math.tan(math.acos(motor.rated_power_factor))
    )
    reactive = rated_reactive * (NO_LOAD_REACTIVE_SHARE + (1.0 - NO_LOAD_REACTIVE_SHARE) * load**2)
    balanced = math.hypot(power_kw, reactive) * 1000.0 / (math.sqrt(3) * volts)
    return balanced * SINGLE_PHASING_CURRENT if phase_lost else balanced
