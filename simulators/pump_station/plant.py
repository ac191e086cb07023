"""A pump station at work: demand of its town, its own level or pressure control, its motors.

It advances by seconds, and returns what the instruments would show. It reads no clock: time is
counted from the start that the caller names, so the same seed and start give the same plant.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from simulators.pump_station.hydraulics import MPA_PER_METRE, PUMPS, Kind, Network, Variation
from simulators.pump_station.motor import (
    SINGLE_PHASING_VOLTAGE,
    Motor,
    PumpEfficiency,
    line_current,
    shaft_kw,
)

HOURLY_DEMAND = (
    *(0.45, 0.38, 0.35, 0.36, 0.48, 0.85, 1.35, 1.50, 1.30, 1.10, 1.02, 1.10),
    *(1.18, 1.02, 0.92, 0.90, 1.00, 1.28, 1.55, 1.50, 1.32, 1.12, 0.88, 0.62),
)
"""Share of the mean demand at each full hour: a residential day with two peaks."""

BURST_COEFFICIENT = {Kind.BOOSTER: 70.0, Kind.DIRECT: 50.0}
WORN_SPEED = {Kind.BOOSTER: 0.84, Kind.DIRECT: 0.80}
"""A worn impeller gives the head of a slower one; expressed as its apparent speed."""
WORN_EFFICIENCY = 0.70
SETTLING_S = 60
"""Seconds that a plant is simulated before its start, so that its control has settled."""
SINGLE_PHASING_SPEED = 0.96
"""The greater slip of a motor on two conductors."""


@dataclass(slots=True)
class Conditions:
    """What is wrong with the plant."""

    burst: bool = False
    worn_pump: bool = False
    phase_loss: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The true values of one second, before any instrument: MPa, A, V, m3/h, m."""

    pressure: float
    current: float
    voltage: float
    flow: float
    level: float
    running: bool


class LevelControl:
    """Fills an elevated tank: a pump by its level, the second one when that is not enough."""

    START_M, STOP_M = 1.6, 3.4
    ASSIST_START_M, ASSIST_STOP_M = 0.9, 2.2

    def __init__(self, filling: bool) -> None:
        self._duty, self._assist = filling, False

    def speeds(self, network: Network) -> tuple[float, float]:
        """Return the relative speeds of the two pumps for the next second."""
        level = network.tank_level_m
        self._duty = level < (self.STOP_M if self._duty else self.START_M)
        self._assist = level < (self.ASSIST_STOP_M if self._assist else self.ASSIST_START_M)
        return float(self._duty), float(self._assist)


class PressureControl:
    """Holds the discharge pressure by speed: both pumps at one speed, the second when needed."""

    SETPOINT_M = 37.0
    GAIN = 0.12
    LOWEST = 0.55
    STAGE_AFTER_S, UNSTAGE_AFTER_S = 20, 120
    UNSTAGE_SPEED = 0.80

    def __init__(self) -> None:
        self._speed, self._two, self._waited = 0.88, False, 0
        self._filling = True

    def speeds(self, network: Network) -> tuple[float, float]:
        """Return the relative speeds of the two pumps for the next second."""
        error = (self.SETPOINT_M - network.head_pressure_m) / self.SETPOINT_M
        self._speed = min(1.0, max(self.LOWEST, self._speed + self.GAIN * error))
        self._stage()
        self._fill(network)
        return self._speed, self._speed if self._two else 0.0

    def _stage(self) -> None:
        wants = self._speed <= self.UNSTAGE_SPEED if self._two else self._speed >= 1.0
        self._waited = self._waited + 1 if wants else 0
        if self._waited >= (self.UNSTAGE_AFTER_S if self._two else self.STAGE_AFTER_S):
            self._two, self._waited = not self._two, 0

    def _fill(self, network: Network) -> None:
        filling = network.tank_level_m < (3.4 if self._filling else 2.8)
        if filling != self._filling:
            network.set_fill_valve(filling)
            self._filling = filling


class Plant:
    """The station behind the instruments. ``day_second`` is the local time of day at the start."""

    def __init__(self, kind: Kind, seed: str, day_second: float) -> None:
        self._random = random.Random(f"{seed}:plant")  # noqa: S311  a simulation, not a secret
        draw = self._random.uniform
        filling = draw(0.0, 1.0) < 0.7
        self._kind = kind
        self._network = Network(
            kind,
            Variation(
                demand=draw(0.88, 1.12),
                roughness=draw(0.92, 1.08),
                tank_level_m=draw(1.9, 2.9) if kind is Kind.BOOSTER else draw(2.9, 3.3),
            ),
        )
        self._control = LevelControl(filling) if kind is Kind.BOOSTER else PressureControl()
        self._motor = Motor(rated_kw=15.0 if kind is Kind.BOOSTER else 11.0)
        self._pump = PumpEfficiency(best_flow_m3h=75.0 if kind is Kind.BOOSTER else 52.0)
        self._mains_v = draw(384.0, 392.0)
        self._second = day_second - SETTLING_S
        self._demand_drift = self._mains_drift = 0.0
        self.conditions = Conditions()
        self._network.set_demand(self._demand())
        self._speeds = (float(filling), 0.0) if kind is Kind.BOOSTER else (0.88, 0.0)
        self._apply_speeds()
        self._network.step()
        for _ in range(SETTLING_S):
            self.advance()

    def advance(self) -> Snapshot:
        """Simulate one second, and return the true values at its end."""
        self._second += 1.0
        drift = self._random.gauss
        self._demand_drift = 0.99 * self._demand_drift + drift(0.0, 0.006)
        self._mains_drift = 0.995 * self._mains_drift + drift(0.0, 0.12)
        self._network.set_demand(self._demand())
        burst = BURST_COEFFICIENT[self._kind] if self.conditions.burst else 0.0
        self._network.set_burst(burst)
        self._speeds = self._control.speeds(self._network)
        self._apply_speeds()
        self._network.step()
        return self._snapshot()

    def close(self) -> None:
        """Give back what EPANET holds."""
        self._network.close()

    def _demand(self) -> float:
        hour = self._second / 3600.0 % 24.0
        before, part = int(hour), hour % 1.0
        blend = (1.0 - math.cos(math.pi * part)) / 2.0
        low, high = HOURLY_DEMAND[before], HOURLY_DEMAND[(before + 1) % 24]
        return (low + (high - low) * blend) * max(0.2, 1.0 + self._demand_drift)

    def _apply_speeds(self) -> None:
        factor = WORN_SPEED[self._kind] if self.conditions.worn_pump else 1.0
        if self.conditions.phase_loss:
            factor *= SINGLE_PHASING_SPEED
        for pump, speed in zip(PUMPS, self._speeds, strict=True):
            self._network.set_pump(pump, speed * factor)

    def _snapshot(self) -> Snapshot:
        network = self._network
        voltage, current = self._electrical()
        return Snapshot(
            pressure=network.head_pressure_m * MPA_PER_METRE,
            current=current,
            voltage=voltage,
            flow=sum(network.pump_flow_m3h),
            level=network.tank_level_m,
            running=any(speed > 0.0 for speed in self._speeds),
        )

    def _electrical(self) -> tuple[float, float]:
        """Return line voltage and the feeder's current: the running motors and a little light."""
        lost = self.conditions.phase_loss
        day = math.cos((self._second / 86400.0 - 0.15) * 2.0 * math.pi)
        volts = self._mains_v + 4.0 * day + self._mains_drift
        volts *= SINGLE_PHASING_VOLTAGE if lost else 1.0
        current = 0.0
        lift = self._network.head_pressure_m - self._network.suction_head_m
        for speed, flow in zip(self._speeds, self._network.pump_flow_m3h, strict=True):
            if speed > 0.0:
                wear = WORN_EFFICIENCY if self.conditions.worn_pump else 1.0
                power = shaft_kw(
                    self._motor, self._pump, flow_m3h=flow, head_m=lift, speed=speed, wear=wear
                )
                current += line_current(self._motor, power, volts, phase_lost=lost)
        return volts - 0.05 * current, current
