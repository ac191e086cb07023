"""Same seed, same bytes; and each fault does what its name says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulators.link.protocol import Message, encode
from simulators.pump_station.hydraulics import Kind
from simulators.pump_station.station import Fault, Identity, Pace, SimulatedStation

START = 1_767_225_600_000  # 2026-01-01 00:00 UTC


@pytest.fixture
def station_of() -> Iterator[Callable[..., SimulatedStation]]:
    made: list[SimulatedStation] = []

    def make(seed: int = 7, start: int = START, **options: Any) -> SimulatedStation:
        identity = Identity("pump-01", options.pop("kind", Kind.DIRECT), seed)
        made.append(SimulatedStation(identity, start, options.pop("pace", None), **options))
        return made[-1]

    yield make
    for station in made:
        station.close()


def payloads(station: SimulatedStation, count: int) -> list[bytes | None]:
    return [message.payload if message else None for message in ticks(station, count)]


def ticks(station: SimulatedStation, count: int) -> list[Message | None]:
    return [station.tick() for _ in range(count)]


def values(station: SimulatedStation, count: int) -> list[dict[str, float]]:
    return [json.loads(payload)["m"] for payload in payloads(station, count) if payload]


def dry_run(*options: str) -> list[bytes]:
    command = [sys.executable, "-m", "simulators.station_cli", "--station", "pump-01", "--dry-run"]
    run = subprocess.run([*command, *options], check=True, capture_output=True)
    return run.stdout.splitlines()


def test_same_seed_start_and_faults_give_the_same_bytes(
    station_of: Callable[..., SimulatedStation],
) -> None:
    script = [(30.0, Fault.BURST), (60.0, Fault.CLEAR), (70.0, Fault.PHASE_LOSS)]
    first, second = (payloads(station_of(script=script), 120) for _ in range(2))
    assert first == second


def test_another_process_gives_the_same_bytes(
    station_of: Callable[..., SimulatedStation],
) -> None:
    here = payloads(station_of(script=[(10.0, Fault.BURST)]), 20)
    options = ("--seed", "7", "--kind", "direct", "--start", "2026-01-01T00:00:00Z")
    there = dry_run(*options, "--count", "20", "--fault-at", "10:burst")
    assert there == here


def test_another_seed_gives_another_station(station_of: Callable[..., SimulatedStation]) -> None:
    assert values(station_of(seed=7), 5) != values(station_of(seed=8), 5)


def test_a_restart_is_a_boot_of_its_own(station_of: Callable[..., SimulatedStation]) -> None:
    assert station_of(start=START).boot != station_of(start=START + 1).boot
    assert len(station_of().boot) <= 32


def test_messages_count_up_from_one_at_the_interval(
    station_of: Callable[..., SimulatedStation],
) -> None:
    station = station_of(pace=Pace(interval_ms=250))
    heads = [json.loads(payload or b"") for payload in payloads(station, 9)]
    assert [head["seq"] for head in heads] == list(range(1, 10))
    assert [head["t"] for head in heads] == [START + 250 * n for n in range(9)]


def test_a_payload_has_its_keys_in_order_and_no_spaces() -> None:
    payload = encode("b1", 17, START, {"pressure": 0.312, "current": 12.4}, units=True)
    assert payload == (
        b'{"boot":"b1","seq":17,"t":1767225600000,"m":{"pressure":0.312,"current":12.4},'
        b'"u":{"pressure":"MPa","current":"A"}}'
    )


def test_a_station_sends_its_six_quantities_in_a_sensible_number_of_digits(
    station_of: Callable[..., SimulatedStation],
) -> None:
    decimals = {"pressure": 3, "current": 2, "voltage": 1, "flow": 2, "level": 3, "pump_state": 0}
    for measured in values(station_of(kind=Kind.BOOSTER), 50):
        assert list(measured) == list(decimals)
        assert all(value == round(value, decimals[name]) for name, value in measured.items())


def test_a_frozen_sensor_repeats_its_value_while_the_others_live(
    station_of: Callable[..., SimulatedStation],
) -> None:
    station = station_of()
    station.fault(Fault.FROZEN_SENSOR)
    frozen = values(station, 30)
    assert len({measured["pressure"] for measured in frozen}) == 1
    assert len({measured["voltage"] for measured in frozen}) > 5
    station.fault(Fault.CLEAR)
    assert len({measured["pressure"] for measured in values(station, 30)}) > 3


def test_a_silent_station_makes_no_message_and_leaves_no_gap(
    station_of: Callable[..., SimulatedStation],
) -> None:
    station = station_of(script=[(5.0, Fault.SILENT), (10.0, Fault.CLEAR)])
    made = ticks(station, 15)
    assert [message is None for message in made] == [False] * 5 + [True] * 5 + [False] * 5
    assert [message.seq for message in made if message] == list(range(1, 11))


def test_drop_outs_delay_messages_and_change_no_byte(
    station_of: Callable[..., SimulatedStation],
) -> None:
    hours = Pace(interval_ms=10_000, speed=1.0)
    with_outages = ticks(station_of(pace=hours), 1500)
    without = ticks(station_of(pace=hours, outages=False), 1500)
    holds = [message.hold_s for message in with_outages if message and message.hold_s]
    assert 1 <= len(holds) <= 30
    assert all(3.0 <= hold <= 20.0 for hold in holds)
    assert all(message and message.hold_s == 0.0 for message in without)
    assert [m and m.payload for m in with_outages] == [m and m.payload for m in without]


def test_a_faster_plant_passes_through_its_day_sooner_at_the_clock_s_time(
    station_of: Callable[..., SimulatedStation],
) -> None:
    slow = station_of(kind=Kind.BOOSTER)
    fast = station_of(kind=Kind.BOOSTER, pace=Pace(speed=60.0))
    slow_levels, fast_levels = ([m["level"] for m in values(s, 60)] for s in (slow, fast))
    assert max(fast_levels) - min(fast_levels) > 10 * (max(slow_levels) - min(slow_levels))
    assert fast.next_ms == slow.next_ms


def test_a_machine_that_slept_measured_nothing_meanwhile(
    station_of: Callable[..., SimulatedStation],
) -> None:
    station = station_of()
    ticks(station, 3)
    station.skip_to(START + 100_500)
    message = station.tick()
    assert message is not None
    assert message.seq == 4
    assert json.loads(message.payload)["t"] == START + 100_000


def test_a_wrong_fault_on_the_command_line_is_named_with_the_right_ones() -> None:
    command = [sys.executable, "-m", "simulators.station_cli", "--station", "p1", "--dry-run"]
    run = subprocess.run([*command, "--fault-at", "30:flood"], capture_output=True, text=True)
    assert run.returncode == 2
    assert "30:flood" in run.stderr
    assert "worn_pump" in run.stderr
