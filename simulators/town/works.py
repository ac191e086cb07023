"""One station of the town: its controller, pumps, valves, tanks and registers."""

from __future__ import annotations

import math
import random

from simulators.town.controls import DryRunGuard, Duty, Rota
from simulators.town.defects import DefectBook
from simulators.town.makes import StationMake
from simulators.town.pump_unit import Ailments, PumpUnit, Strain
from simulators.town.registers import Registers
from simulators.town.town_network import TownNetwork
from simulators.town.water_quality import Sump, WaterQuality

WORN_SPEED = 0.84
"""A worn impeller gives the head of a slower one; expressed as its apparent speed."""
SINGLE_PHASING_SPEED = 0.96
LIGHT_KW = 0.6
"""What a station draws besides its pumps: light, heating, electronics."""
LOW_INLET_LOSS = 6000.0
STUCK_SHARE = 0.15
"""A filling valve that is stuck stands nearly shut."""
LEAK_SHARE = 1.2
"""A leaking tank loses this multiple of its inlet's usual flow."""
DRY_OFF_M, DRY_ON_M = 0.35, 0.8
INLET_OFF_M, INLET_ON_M = 4.0, 8.0


class Works:
    """A station. ``chance`` draws all that varies about it."""

    def __init__(
        self, make: StationMake, network: TownNetwork, registers: Registers, chance: random.Random
    ) -> None:
        self.make, self.network, self.registers = make, network, registers
        self.defects = DefectBook(make)
        self.control, self.rota = make.control(), Rota(list(make.pump_names))
        hours = {name: registers.value(f"{name}.hours") for name in make.pump_names}
        self.pumps = {name: PumpUnit(make.pump, chance, hours[name]) for name in make.pump_names}
        self.sump = Sump(chance)
        self.quality = WaterQuality(make.turbidity_ntu or 0.3, make.chlorine_mg_l or 0.4, chance)
        self._guard = self._dry_run_guard()
        self._mains_v, self._drift_v, self._chance = chance.uniform(384.0, 396.0), 0.0, chance
        self._burst = {
            zone: make.burst_m3h / math.sqrt(max(5.0, network_setpoint(make, zone)))
            for zone in make.zones
        }
        self.line_v, self.filling_m3h = self._mains_v, 0.0

    @property
    def powered(self) -> bool:
        """Whether the cabinet has mains."""
        return not self.defects.has("power_failure")

    @property
    def lead(self) -> str | None:
        """The pump that a fault strikes when none is named: the first that runs."""
        return self.rota.running[0] if self.rota.running else None

    def out_of_order(self) -> set[str]:
        """Return the pumps that can't run."""
        return {
            pump
            for pump in self.make.pump_names
            if self.defects.has("pump_trip", pump) or self.defects.has("converter_fault", pump)
        }

    def command(self, hour: float) -> None:
        """Set pumps and valves for the next step; ``hour`` is the local time of day."""
        duty = self.control.duty(self.network, hour)
        idle = not self.powered or self._guard.blocks()
        running = self.rota.choose(
            0 if idle else duty.count, self.out_of_order(), self.network.step_s
        )
        for pump in self.make.pump_names:
            self.network.set_pump(self.make.link(pump), self._speed(pump, running, duty))
        self._set_valves()
        self._set_breaks()

    def live(self, dt: float) -> None:
        """Simulate ``dt`` seconds with the network as it was solved."""
        self._drift_v = 0.995 * self._drift_v + self._chance.gauss(0.0, 0.12)
        self.line_v = (self._mains_v + self._drift_v) if self.powered else 0.0
        for name, unit in self.pumps.items():
            unit.live(self._strain(name), self.line_v, self._ailments(name), dt)
            self.registers.set(f"{name}.hours", unit.hours)
        self.sump.live(floods=self.defects.has("sump_flood"), powered=self.powered, dt=dt)
        self.quality.live(
            age_s=self._age_s(), turbid=self.defects.has("turbidity_high"),
            spent=self.defects.has("chlorine_low"), dt=dt,
        )  # fmt: skip
        self.registers.add("meter.e1.energy", self.power_kw * dt / 3600.0)
        for meter in self.make.meters:
            self.registers.add(f"meter.{meter}.volume", max(0.0, self.flow(meter)) * dt / 3600.0)

    @property
    def power_kw(self) -> float:
        """What the whole station draws."""
        pumps = sum(unit.power_kw for unit in self.pumps.values())
        return pumps + LIGHT_KW if self.powered else 0.0

    def flow(self, meter: str) -> float:
        """Return what a meter shows, in m3/h: nothing, if it has stopped."""
        if self.defects.has("meter_stopped", meter):
            return 0.0
        return sum(self.network.flow_m3h(link) for link in self.make.meters[meter])

    def _speed(self, pump: str, running: tuple[str, ...], duty: Duty) -> float:
        if pump not in running:
            return 0.0
        speed = duty.speed if self.make.pump.converter else 1.0
        if self.defects.has("worn_pump", pump):
            speed *= WORN_SPEED
        return speed * (SINGLE_PHASING_SPEED if self.defects.has("phase_loss", pump) else 1.0)

    def _strain(self, pump: str) -> Strain:
        link = self.make.link(pump)
        if pump not in self.rota.running:
            return Strain(0.0, 0.0, 0.0)
        speed = getattr(self.control, "speed", 1.0) if self.make.pump.converter else 1.0
        return Strain(speed, max(0.0, self.network.flow_m3h(link)), self.network.lift_m(link))

    def _ailments(self, pump: str) -> Ailments:
        has = self.defects.has
        return Ailments(has("phase_loss", pump), has("bearing", pump), has("worn_pump", pump))

    def _set_valves(self) -> None:
        fill = self.make.fill
        if fill is not None:
            missing = (fill.target_m - self.network.pressure_m(fill.tank)) / fill.band_m
            flow = fill.base_m3h * max(0.0, min(2.2, 1.0 + missing))
            stuck = self.defects.has("valve_stuck", "fill")
            self.filling_m3h = fill.base_m3h * STUCK_SHARE if stuck else flow
            self.network.set_filling(fill.valve, self.filling_m3h)
        for zone, (valve, setting) in self.make.reducers.items():
            stuck = self.defects.has("valve_stuck", zone)
            self.network.set_wide_open(valve, None if stuck else setting)

    def _set_breaks(self) -> None:
        has, make = self.defects.has, self.make
        for zone, node in make.zones.items():
            self.network.set_burst(node, self._burst[zone] if has("burst", zone) else 0.0)
        if make.inlet is not None:
            self.network.set_throttled(make.inlet[1], LOW_INLET_LOSS if has("inlet_low") else 0.0)
        if make.suction is not None and make.tanks:
            usual = make.fill.base_m3h if make.fill else make.burst_m3h
            self.network.set_demand(make.suction, usual * LEAK_SHARE if has("tank_leak") else 0.0)

    def _age_s(self) -> float:
        """Return how long the water stands in the tank: its volume over the usual flow.

        Where chlorine is dosed, the probe is behind the dosing, so the age is that of fresh water.
        """
        if self.make.doses or self.make.fill is None:
            return 0.0
        return self.network.volume_m3(self.make.fill.tank) / self.make.fill.base_m3h * 3600.0

    def _dry_run_guard(self) -> DryRunGuard:
        suction, network = self.make.suction, self.network
        if suction is None:
            return DryRunGuard(lambda: math.inf, 0.0, 0.0)
        if self.make.tanks:
            tank = self.make.tanks["1"]
            return DryRunGuard(lambda: network.pressure_m(tank), DRY_OFF_M, DRY_ON_M)
        return DryRunGuard(lambda: network.pressure_m(suction), INLET_OFF_M, INLET_ON_M)


def network_setpoint(make: StationMake, zone: str) -> float:
    """Return the usual pressure of a zone, in m."""
    if zone in make.reducers:
        return make.reducers[zone][1]
    return float(getattr(make.control(), "setpoint_m", 30.0))
