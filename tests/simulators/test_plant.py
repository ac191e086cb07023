"""The hydraulics and the motor show what a real station shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import fmean

import pytest

from simulators.pump_station.hydraulics import Kind, Network, Variation
from simulators.pump_station.motor import (
    Motor,
    PumpEfficiency,
    hydraulic_kw,
    line_current,
    shaft_kw,
)
from simulators.pump_station.plant import Conditions, Plant, Snapshot

NOON = 12 * 3600.0
TANK_AREA_M2 = math.pi * 6.0**2 / 4


@pytest.fixture
def plant_of() -> Iterator[Callable[..., Plant]]:
    made: list[Plant] = []

    def make(kind: Kind, seed: str = "7", day_second: float = NOON) -> Plant:
        made.append(Plant(kind, seed, day_second))
        return made[-1]

    yield make
    for plant in made:
        plant.close()


def live(plant: Plant, seconds: int) -> list[Snapshot]:
    return [plant.advance() for _ in range(seconds)]


def mean(snapshots: list[Snapshot], metric: str) -> float:
    return fmean(getattr(snapshot, metric) for snapshot in snapshots)


def running_booster(plant_of: Callable[..., Plant]) -> Plant:
    for seed in range(20):
        plant = plant_of(Kind.BOOSTER, str(seed))
        if plant.advance().running:
            return plant
    raise AssertionError("no seed gives a booster whose pump runs at its start")


def test_a_tank_gains_exactly_what_flows_into_it() -> None:
    network = Network(Kind.BOOSTER, Variation(tank_level_m=2.0))
    network.set_demand(1.0)
    network.set_pump("PUMP1", 1.0)
    network.set_pump("PUMP2", 0.0)
    network.step()
    before, inflow_m3 = network.tank_level_m, 0.0
    for _ in range(600):
        network.step()
        inflow_m3 += network.tank_inflow_m3h / 3600.0
    gained_m = network.tank_level_m - before
    network.close()
    assert gained_m > 0.1
    assert gained_m == pytest.approx(inflow_m3 / TANK_AREA_M2, rel=0.001)


def test_what_the_pumps_give_is_what_the_town_draws_and_the_tank_takes() -> None:
    network = Network(Kind.BOOSTER, Variation())
    network.set_demand(1.3)
    network.step()
    pumped, drawn, stored = (
        sum(network.pump_flow_m3h),
        network.drawn_m3h,
        network.tank_inflow_m3h,
    )
    network.close()
    assert drawn == pytest.approx(1.3 * 34.0, rel=0.001)
    assert pumped == pytest.approx(drawn + stored, rel=0.001)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_burst_takes_the_pressure_and_raises_the_flow(
    kind: Kind, plant_of: Callable[..., Plant]
) -> None:
    plant = running_booster(plant_of) if kind is Kind.BOOSTER else plant_of(kind)
    before = live(plant, 30)
    plant.conditions.burst = True
    after = live(plant, 120)
    assert mean(after, "pressure") < 0.65 * mean(before, "pressure")
    assert mean(after, "flow") > 1.3 * mean(before, "flow")


@pytest.mark.parametrize("kind", list(Kind))
def test_a_worn_pump_gives_less_for_more_power(kind: Kind, plant_of: Callable[..., Plant]) -> None:
    plant = running_booster(plant_of) if kind is Kind.BOOSTER else plant_of(kind)
    before = live(plant, 30)
    plant.conditions.worn_pump = True
    after = live(plant, 120)
    assert mean(after, "pressure") < 0.97 * mean(before, "pressure")

    def amperes_per_flow(snapshots: list[Snapshot]) -> float:
        return mean(snapshots, "current") / mean(snapshots, "flow")

    assert amperes_per_flow(after) > 1.2 * amperes_per_flow(before)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_lost_phase_raises_the_current_and_sags_the_voltage(
    kind: Kind, plant_of: Callable[..., Plant]
) -> None:
    plant = running_booster(plant_of) if kind is Kind.BOOSTER else plant_of(kind)
    before = live(plant, 30)
    plant.conditions.phase_loss = True
    after = live(plant, 60)
    assert 1.5 < mean(after, "current") / mean(before, "current") < 2.1
    assert mean(after, "voltage") < 0.94 * mean(before, "voltage")


def test_a_fault_put_right_leaves_the_station_as_before(plant_of: Callable[..., Plant]) -> None:
    plant = plant_of(Kind.DIRECT)
    before = live(plant, 30)
    plant.conditions.burst = True
    live(plant, 60)
    plant.conditions.burst = False
    after = live(plant, 600)[-30:]
    assert mean(after, "pressure") == pytest.approx(mean(before, "pressure"), rel=0.03)
    assert plant.conditions == Conditions()


def test_a_direct_booster_holds_its_pressure_through_the_morning_peak(
    plant_of: Callable[..., Plant],
) -> None:
    plant = plant_of(Kind.DIRECT, day_second=5 * 3600.0)
    day = live(plant, 4 * 3600)
    assert min(s.pressure for s in day) > 0.33
    assert max(s.pressure for s in day) < 0.39
    assert max(s.flow for s in day) > 1.5 * min(s.flow for s in day)


def test_a_booster_fills_its_tank_and_stops_by_itself(plant_of: Callable[..., Plant]) -> None:
    plant = plant_of(Kind.BOOSTER)
    hours = live(plant, 6 * 3600)
    assert {s.running for s in hours} == {True, False}
    assert all(1.4 < s.level < 3.5 for s in hours)
    assert all(s.current == 0.0 and s.flow == 0.0 for s in hours if not s.running)


def test_the_rated_load_draws_the_rated_current() -> None:
    motor = Motor(rated_kw=15.0)
    # 15 kW / (sqrt(3) x 380 V x 0.90 x 0.86), worked out by hand.
    assert line_current(motor, 15.0, 380.0) == pytest.approx(29.45, abs=0.01)
    lost = line_current(motor, 15.0, 380.0, phase_lost=True)
    assert lost == pytest.approx(29.45 * 1.732, abs=0.05)


def test_an_idle_motor_still_draws_its_magnetising_current() -> None:
    motor = Motor(rated_kw=15.0)
    assert 0.2 < line_current(motor, 0.0, 380.0) / line_current(motor, 15.0, 380.0) < 0.6


def test_hydraulic_power_is_weight_lifted_in_a_second() -> None:
    # 36 m3/h is 0.01 m3/s: 9.98 kg/s, 98 N, and 30 m of it 2.94 kW, worked out by hand.
    assert hydraulic_kw(36.0, 30.0) == pytest.approx(2.937, abs=0.001)


def test_shaft_power_grows_with_wear_and_never_without_bound() -> None:
    motor, pump = Motor(rated_kw=15.0), PumpEfficiency(best_flow_m3h=75.0)
    new, worn = (
        shaft_kw(motor, pump, flow_m3h=70.0, head_m=33.0, speed=1.0, wear=wear)
        for wear in (1.0, 0.7)
    )
    assert worn == pytest.approx(new / 0.7)
    runaway = shaft_kw(motor, pump, flow_m3h=500.0, head_m=33.0, speed=1.0, wear=1.0)
    assert runaway == pytest.approx(1.25 * 15.0)
