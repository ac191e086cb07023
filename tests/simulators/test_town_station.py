"""What a station of the town sends: its own keys, its own units, the same bytes each time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators.pump_station.hydraulics import Kind
from simulators.pump_station.station import Identity, Pace, SimulatedStation
from simulators.station_cli import run_dry
from simulators.town.instruments import unit_of
from simulators.town.makes import MAKES
from simulators.town.sent_keys import keys_of
from simulators.town.town_plant import Town
from simulators.town.town_station import TownStation

START = 1_767_225_600_000  # 2026-01-01 00:00 UTC
GOLDEN = Path(__file__).parents[1] / "golden"
SCRIPT = [
    (10, "burst"), (20, "clear"), (21, "phase_loss"), (30, "frozen_sensor"), (38, "silent"),
    (40, "clear"),
]  # fmt: skip


@pytest.fixture
def station_of() -> Iterator[Callable[..., TownStation]]:
    towns: list[Town] = []

    def make(name: str, **options: Any) -> TownStation:
        towns.append(Town(1, 8 * 3600.0))
        start = options.pop("start", START)
        return TownStation(towns[-1], Identity(name), start, options.pop("pace", None), **options)

    yield make
    for town in towns:
        town.close()


def bodies(station: TownStation, count: int) -> list[dict[str, Any]]:
    messages = [station.tick() for _ in range(count)]
    return [json.loads(message.payload) for message in messages if message]


@pytest.mark.parametrize("kind", ["booster", "direct"])
def test_an_old_station_sends_its_bare_readings_to_the_byte(kind: str) -> None:
    script = [(float(after), fault) for after, fault in SCRIPT]
    identity = Identity("pump-01", Kind(kind))
    station = SimulatedStation(identity, START, script=script, units=True)
    sent = [station.tick() for _ in range(45)]
    station.close()
    golden = (GOLDEN / f"bare_station_{kind}.txt").read_bytes().splitlines()
    assert [message.payload if message else b"" for message in sent] == golden


@pytest.mark.parametrize("name", list(MAKES))
def test_a_station_sends_its_keys_as_finite_numbers(
    name: str, station_of: Callable[..., TownStation]
) -> None:
    for body in bodies(station_of(name), 5):
        assert list(body["m"]) == list(keys_of(MAKES[name]))
        for key, value in body["m"].items():
            assert re.fullmatch(r"(?=.{1,32}\Z)[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+", key)
            assert 0 <= value < 1e7


def test_makes_differ_in_what_they_send() -> None:
    assert len({keys_of(make) for make in MAKES.values()}) == len(MAKES) == 8
    assert {unit for make in MAKES.values() for unit in make.units.values()} == {
        "kgf/cm2", "m[H2O]", "l/s",
    }  # fmt: skip


def test_a_reading_in_kgf_is_ten_times_that_in_megapascal(
    station_of: Callable[..., TownStation],
) -> None:
    station = station_of("lift-02", units=True)
    body = bodies(station, 1)[0]
    assert body["u"]["zone.main.pressure"] == "kgf/cm2"
    assert body["u"] == {key: unit_of(MAKES["lift-02"], key) for key in body["m"]}
    true = station._town.network.pressure_mpa("lift-02.out")
    assert body["m"]["zone.main.pressure"] == pytest.approx(true * 10.197, rel=0.02)
    flow = station._town.works["lift-02"].flow("1")
    assert body["m"]["meter.1.flow"] == pytest.approx(flow / 3.6, rel=0.02)


def test_same_seed_start_and_faults_give_the_same_bytes(
    station_of: Callable[..., TownStation],
) -> None:
    script = [(5.0, "phase_loss"), (12.0, "clear"), (14.0, "tank_leak")]
    first, second = (
        [station.tick() for _ in range(30)]
        for station in (station_of("boost-03", script=script) for _ in range(2))
    )
    assert first == second


def test_a_dry_run_prints_what_the_station_sends(
    station_of: Callable[..., TownStation], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from simulators.fleet_plans import Plan
    from simulators.link.mqtt_link import Broker

    run_dry(Plan(Identity("boost-01"), Broker(), in_town=True), START, 3, units=False)
    printed = capsysbinary.readouterr().out.splitlines()
    station = station_of("boost-01")
    assert printed == [message.payload for message in (station.tick() for _ in range(3)) if message]


def test_a_frozen_sensor_and_a_stuck_level_repeat_while_others_live(
    station_of: Callable[..., TownStation],
) -> None:
    station = station_of("boost-03")
    station.obey("frozen_sensor@mid")
    station.obey("level_stuck")
    sent = [body["m"] for body in bodies(station, 20)]
    assert len({values["zone.mid.pressure"] for values in sent}) == 1
    assert len({values["tank.1.level"] for values in sent}) == 1
    assert len({values["zone.high.pressure"] for values in sent}) > 3
    station.obey("clear")
    assert len({body["m"]["zone.mid.pressure"] for body in bodies(station, 20)}) > 3


def test_a_sensor_out_of_range_reads_what_no_station_has(
    station_of: Callable[..., TownStation],
) -> None:
    station = station_of("boost-01")
    station.obey("sensor_out_of_range")
    assert bodies(station, 1)[0]["m"]["zone.1.pressure"] == 6.0


def test_a_clock_that_stands_still_sends_new_readings_at_an_old_time(
    station_of: Callable[..., TownStation],
) -> None:
    station = station_of("boost-01", script=[(3.0, "clock_stopped"), (6.0, "clear")])
    sent = bodies(station, 9)
    assert [body["seq"] for body in sent] == list(range(1, 10))
    told = [(body["t"] - START) // 1000 for body in sent]
    assert told == [0, 1, 2, 3, 3, 3, 6, 7, 8]


def test_a_silent_station_makes_no_message_and_leaves_no_gap(
    station_of: Callable[..., TownStation],
) -> None:
    station = station_of("boost-01", script=[(2.0, "silent"), (4.0, "clear")])
    made = [station.tick() for _ in range(6)]
    assert [message is None for message in made] == [False] * 2 + [True] * 2 + [False] * 2
    assert [message.seq for message in made if message] == [1, 2, 3, 4]


def test_a_clock_set_back_an_hour_changes_the_time_told_and_no_more(
    station_of: Callable[..., TownStation],
) -> None:
    station = station_of("boost-03")
    before = bodies(station, 10)
    station.skip_to(START - 3_600_000)
    after = bodies(station, 10)
    assert [body["t"] - START for body in after] == [-3_600_000 + 1000 * n for n in range(10)]
    assert [body["seq"] for body in after] == list(range(11, 21))
    volumes = [body["m"]["meter.1.volume"] for body in before + after]
    assert volumes == sorted(volumes)
    assert volumes[-1] > volumes[9]


def test_stations_of_one_town_share_its_water(station_of: Callable[..., TownStation]) -> None:
    lift = station_of("lift-01")
    booster = TownStation(lift._town, Identity("boost-04"), START, Pace())
    bodies(lift, 5)
    before = bodies(booster, 5)[-1]["m"]["inlet.pressure"]
    lift.obey("power_failure")
    bodies(lift, 60)
    assert bodies(booster, 60)[-1]["m"]["inlet.pressure"] < before - 0.4
