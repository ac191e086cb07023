"""The town runs for days, and its water, energy and hours add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wntr

from simulators.pump_station.hydraulics import NETWORKS
from simulators.town.makes import MAKES
from simulators.town.registers import MARGIN, read_registers
from simulators.town.town_plant import Town, day_share

HOUR_S = 3600
MORNING = 7.5 * HOUR_S


@pytest.fixture
def town_of() -> Iterator[Callable[..., Town]]:
    made: list[Town] = []

    def make(seed: int = 1, day_second: float = MORNING, **options: Any) -> Town:
        made.append(Town(seed, day_second, **options))
        return made[-1]

    yield make
    for town in made:
        town.close()


def live(town: Town, seconds: int) -> None:
    town.live_until(town.lived_s + seconds)


def test_seven_days_without_suction_and_with_no_tank_empty_or_full(
    town_of: Callable[..., Town],
) -> None:
    town = town_of(step_s=60)
    network = town.network
    drawing = wntr.network.WaterNetworkModel(str(NETWORKS / "town.inp"))
    junctions = drawing.junction_name_list
    highest = {name: tank.max_level for name, tank in drawing.tanks()}
    for _ in range(7 * 24 * 60):
        town.advance()
        assert min(map(network.pressure_m, junctions)) > 1.0
        for tank, full_m in highest.items():
            assert 0.5 < network.pressure_m(tank) < full_m - 0.1, tank


def test_areas_keep_a_sound_pressure_through_the_day(town_of: Callable[..., Town]) -> None:
    town = town_of(step_s=60)
    worst: dict[str, float] = {}
    for _ in range(24 * 60):
        town.advance()
        for area in town.network.mean_demand_m3h:
            now = town.network.pressure_m(area)
            worst[area] = min(now, worst.get(area, now))
    assert min(worst.values()) > 20.0, worst


def test_every_pump_has_its_turn_within_a_week(town_of: Callable[..., Town]) -> None:
    town = town_of(step_s=60)
    before = {name: dict(works.registers.values) for name, works in town.works.items()}
    for _ in range(6 * 24 * 60):
        town.advance()
    for name, works in town.works.items():
        ran = [
            works.registers.value(f"{pump}.hours") - before[name][f"{pump}.hours"]
            for pump in works.make.pump_names
        ]
        assert min(ran) > 5.0, (name, ran)


def test_registers_only_rise_and_count_what_flowed(town_of: Callable[..., Town]) -> None:
    town = town_of()
    start = {name: dict(works.registers.values) for name, works in town.works.items()}
    last = {name: dict(values) for name, values in start.items()}
    flowed = dict.fromkeys(MAKES, 0.0)
    for _ in range(900):
        town.advance()
        for name, works in town.works.items():
            now = works.registers.values
            assert all(now[key] >= last[name][key] for key in now)
            last[name] = dict(now)
            flowed[name] += max(0.0, works.flow("1")) / HOUR_S
    for name, volume in flowed.items():
        counted = last[name]["meter.1.volume"] - start[name]["meter.1.volume"]
        assert counted == pytest.approx(volume, rel=1e-9)
        assert last[name]["meter.e1.energy"] > start[name]["meter.e1.energy"]


def test_a_tank_gains_what_comes_in_less_what_goes_out(town_of: Callable[..., Town]) -> None:
    town = town_of(day_second=2 * HOUR_S)
    network = town.network
    before = network.volume_m3("boost-03.tank")
    gained = 0.0
    for _ in range(1800):
        # Flows hold through the step that follows them.
        pumped = sum(network.flow_m3h(f"boost-03.p{n}") for n in range(1, 5))
        gained += (network.flow_m3h("boost-03.fill") - pumped) / HOUR_S
        town.advance()
    assert abs(gained) > 1.0
    assert network.volume_m3("boost-03.tank") - before == pytest.approx(gained, rel=0.01)


def test_what_both_waterworks_give_is_what_the_town_takes(town_of: Callable[..., Town]) -> None:
    town = town_of(day_second=20 * HOUR_S)
    network = town.network
    live(town, 300)
    given = town.works["lift-01"].flow("1") + town.works["lift-02"].flow("1")
    into_tanks = sum(network.flow_m3h(f"boost-0{n}.fill") for n in (1, 2, 3, 5))
    drawing = wntr.network.WaterNetworkModel(str(NETWORKS / "town.inp"))
    feeders = {
        name: drawing.get_link(f"to-{name}").start_node_name for name in network.mean_demand_m3h
    }
    drawn = sum(
        network.flow_m3h(f"to-{area}")
        for area, feeder in feeders.items()
        if feeder.partition(".")[0] not in ("boost-01", "boost-02", "boost-03", "boost-05")
    )
    assert given == pytest.approx(drawn + into_tanks, rel=0.005)


def test_the_same_seed_gives_the_same_town_and_another_seed_another(
    town_of: Callable[..., Town],
) -> None:
    towns = [town_of(1), town_of(1), town_of(2)]
    for town in towns:
        live(town, 60)
    first, same, other = (
        [town.network.pressure_m(node) for node in town.network.mean_demand_m3h] for town in towns
    )
    assert first == same
    assert first != other


def test_a_town_that_slept_goes_on_at_the_right_time_of_day(town_of: Callable[..., Town]) -> None:
    town = town_of()
    level = town.network.pressure_m("lift-01.tank")
    town.live_until(8 * HOUR_S)
    assert town.second == pytest.approx(MORNING + 8 * HOUR_S, abs=2)
    assert town.network.pressure_m("lift-01.tank") == pytest.approx(level, abs=0.05)


def test_registers_go_on_after_a_stop_and_never_back_after_a_kill(
    town_of: Callable[..., Town], tmp_path: Path
) -> None:
    first = town_of(state_dir=tmp_path)
    live(first, 25)
    shown = {name: dict(works.registers.values) for name, works in first.works.items()}
    # Killed here: what stands in the file is up to ten seconds old.
    after_kill = town_of(state_dir=tmp_path)
    for name, works in after_kill.works.items():
        assert all(works.registers.values[key] >= value for key, value in shown[name].items())
    after_kill.close()
    kept = {name: dict(works.registers.values) for name, works in after_kill.works.items()}
    assert read_registers(tmp_path / "registers.json") == kept


def test_the_margin_after_a_kill_is_more_than_any_register_counts(
    town_of: Callable[..., Town],
) -> None:
    town = town_of(day_second=18 * HOUR_S)
    before = {name: dict(works.registers.values) for name, works in town.works.items()}
    live(town, 10)
    for name, works in town.works.items():
        for key, value in works.registers.values.items():
            assert value - before[name][key] < MARGIN[key.rpartition(".")[2]], (name, key)


def test_a_broken_file_of_registers_is_put_aside(
    town_of: Callable[..., Town], tmp_path: Path
) -> None:
    (tmp_path / "registers.json").write_text('{"clean": tru')
    town = town_of(state_dir=tmp_path)
    assert town.works["lift-01"].registers.value("meter.1.volume") > 0
    assert (tmp_path / "registers.unreadable").read_text() == '{"clean": tru'


def test_a_day_has_two_peaks_and_a_quiet_night() -> None:
    assert day_share(3) < 0.4 < 1.4 < day_share(7.2)
    assert day_share(18.5) > 1.4
    assert day_share(25.0) == day_share(1.0)
