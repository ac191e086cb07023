"""Each fault shows at the station as an engineer would expect it, and ends when it is cleared."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from simulators.town.defects import CLEAR, DEFECTS, DefectBook, possible
from simulators.town.makes import BOOSTER_4, MAKES
from simulators.town.sent_keys import keys_of
from simulators.town.town_plant import Town
from simulators.town.truth import reading

NOON = 12 * 3600.0
Seen = dict[str, float]


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town(3, NOON)
    yield made
    made.close()


def seen(town: Town, station: str) -> Seen:
    works = town.works[station]
    return {key: reading(works, key) for key in keys_of(works.make)}


def struck(town: Town, station: str, command: str, seconds: int) -> tuple[Seen, Seen]:
    """Return what the station showed before a fault, and so many seconds after it."""
    before = seen(town, station)
    works = town.works[station]
    works.defects.obey(command, works.lead)
    for _ in range(seconds):
        town.advance()
    return before, seen(town, station)


SHOWS: dict[str, tuple[str, str, int, Callable[[Seen, Seen], bool]]] = {
    "pump_trip": (
        "boost-01", "pump_trip@p1", 60,
        lambda was, now: was["p1.state"] == 1 == now["p1.fault"] == now["p2.state"]
        and now["p1.state"] == 0 and now["zone.1.pressure"] > 0.35,
    ),
    "phase_loss": (
        "lift-01", "phase_loss@p1", 5,
        lambda was, now: now["p1.current.l2"] == 0.0
        and now["p1.current.l1"] > 1.4 * was["p1.current.l1"]
        and now["p1.current.l3"] > 1.4 * was["p1.current.l3"]
        and now["p2.current.l2"] > 0.0,
    ),
    "worn_pump": (
        "boost-05", "worn_pump", 5,
        lambda was, now: True,  # measured below, on a pump that surely runs
    ),
    "bearing": (
        "lift-01", "bearing@p1", 300,
        lambda was, now: now["p1.vibration"] > 6 * was["p1.vibration"]
        and now["p1.temperature"] > 90.0,
    ),
    "converter_fault": (
        "boost-03", "converter_fault", 60,
        lambda was, now: now["p1.frequency"] == 0.0 and now["p1.fault"] == 1
        and now["p3.state"] == 1 and now["zone.high.pressure"] > 0.75,
    ),
    "valve_stuck": (
        "boost-03", "valve_stuck@low", 5,
        lambda was, now: now["zone.low.pressure"] > 2 * was["zone.low.pressure"]
        and abs(now["zone.mid.pressure"] - was["zone.mid.pressure"]) < 0.02,
    ),
    "burst": (
        "boost-02", "burst@low", 120,
        lambda was, now: now["meter.1.flow"] > 1.5 * was["meter.1.flow"],
    ),
    "tank_leak": (
        "boost-05", "tank_leak", 1800,
        lambda was, now: now["tank.1.level"] < was["tank.1.level"] - 0.3,
    ),
    "inlet_low": (
        "boost-03", "inlet_low", 600,
        lambda was, now: now["inlet.pressure"] < 0.5 * was["inlet.pressure"],
    ),
    "meter_stopped": (
        "boost-03", "meter_stopped@1", 60,
        lambda was, now: now["meter.1.flow"] == 0.0
        and now["meter.1.volume"] == was["meter.1.volume"]
        and now["meter.2.volume"] > was["meter.2.volume"],
    ),
    "power_failure": (
        "boost-02", "power_failure", 30,
        lambda was, now: now["cabinet.mains"] == 0 == now["cabinet.voltage.l1"]
        and now["p1.state"] == 0 and now["zone.high.pressure"] < 0.5 * was["zone.high.pressure"]
        and now["meter.e1.energy"] == was["meter.e1.energy"],
    ),
    "door_open": (
        "boost-01", "door_open", 1,
        lambda was, now: was["room.door"] == 0 and now["room.door"] == 1,
    ),
    "sump_flood": (
        "boost-01", "sump_flood", 240,
        lambda was, now: now["room.sump.level"] > 1.5,
    ),
    "turbidity_high": (
        "lift-02", "turbidity_high", 180,
        lambda was, now: was["quality.turbidity"] < 0.5 and now["quality.turbidity"] > 3.0,
    ),
    "chlorine_low": (
        "lift-01", "chlorine_low", 600,
        lambda was, now: was["quality.chlorine"] > 0.5 and now["quality.chlorine"] < 0.1,
    ),
}  # fmt: skip
"""Fault of the plant: station, command, seconds until it shows, and what it shows as."""

OF_THE_SENDER = {
    "frozen_sensor", "level_stuck", "sensor_out_of_range", "clock_stopped", "link_lost", "silent",
}  # fmt: skip
"""Faults of what is sent; ``test_town_station`` holds them."""


def test_every_kind_of_fault_is_held_by_a_test() -> None:
    assert {*SHOWS} | OF_THE_SENDER == {*DEFECTS}


@pytest.mark.parametrize("kind", [kind for kind in SHOWS if kind != "worn_pump"])
def test_a_fault_shows_and_can_be_cleared(kind: str, town: Town) -> None:
    station, command, seconds, shows = SHOWS[kind]
    before, after = struck(town, station, command, seconds)
    assert shows(before, after), (before, after)
    assert town.works[station].defects.has(kind)
    town.works[station].defects.obey(f"{CLEAR}:{kind}")
    assert town.works[station].defects.names() == []


def test_a_worn_pump_gives_less_for_more(town: Town) -> None:
    works = town.works["lift-02"]
    lead = works.rota.running[0]
    before, after = struck(town, "lift-02", f"worn_pump@{lead}", 60)
    flow = town.network.flow_m3h(works.make.link(lead))
    other = town.network.flow_m3h(works.make.link(works.rota.running[1]))
    assert flow < 0.8 * other
    assert after["meter.1.flow"] < before["meter.1.flow"]


def test_a_fault_that_is_over_leaves_the_station_as_it_was(town: Town) -> None:
    before, during = struck(town, "boost-02", "power_failure", 60)
    assert during["zone.high.pressure"] < 0.1
    _, after = struck(town, "boost-02", CLEAR, 300)
    assert after["zone.high.pressure"] == pytest.approx(before["zone.high.pressure"], rel=0.05)
    assert after["cabinet.mains"] == 1


def test_a_waterworks_without_power_is_felt_in_the_town(town: Town) -> None:
    before = seen(town, "boost-04")["inlet.pressure"]
    struck(town, "lift-01", "power_failure", 60)
    assert seen(town, "boost-04")["inlet.pressure"] < before - 0.05


def test_pumps_do_not_run_dry_behind_a_shut_filling_valve(town: Town) -> None:
    _, after = struck(town, "boost-02", "valve_stuck@fill", 3 * 3600)
    assert after["tank.1.level"] < 0.9
    assert town.network.pressure_m("boost-02.tank") > 0.1


def test_a_station_lists_only_what_its_equipment_can_have() -> None:
    kinds = {defect.kind: names for defect, names in possible(BOOSTER_4)}
    assert "tank_leak" not in kinds
    assert "door_open" not in kinds
    assert kinds["pump_trip"] == ("p1", "p2")
    assert kinds["inlet_low"] == ("inlet",)
    assert all({"clock_stopped", "silent", "burst"} <= _kinds(name) for name in MAKES)


def _kinds(station: str) -> set[str]:
    return {defect.kind for defect, _ in possible(MAKES[station])}


@pytest.mark.parametrize(
    "command", ["flood", "tank_leak", "pump_trip@p3", "pump_trip@", "clear:nothing", "a:burst", ""]
)
def test_a_station_refuses_a_fault_that_it_cannot_have(command: str) -> None:
    book = DefectBook(BOOSTER_4)
    if command == "pump_trip@":
        book.obey(command)  # no equipment named: the first of its kind
        assert book.names() == ["pump_trip@p1"]
        return
    with pytest.raises(ValueError, match="boost-04"):
        book.obey(command)
    assert book.names() == []


def test_one_of_several_faults_is_ended_alone() -> None:
    book = DefectBook(BOOSTER_4)
    for command in ("pump_trip@p1", "pump_trip@p2", "burst"):
        book.obey(command)
    book.obey("clear:pump_trip@p1")
    assert book.names() == ["burst@1", "pump_trip@p2"]
    book.obey("clear")
    assert book.names() == []


def fault_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulators.fault", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_lists_the_faults_of_a_station_in_both_languages() -> None:
    listed = fault_command("boost-03").stdout
    for kind in ("pump_trip", "converter_fault", "valve_stuck", "turbidity_high", "clear"):
        assert kind in listed
    assert "水泵跳闸" in listed
    assert "@low @mid @high" in listed
    plain = fault_command("pump-01").stdout
    assert "worn_pump" in plain
    assert "pump_trip" not in plain


def test_the_command_refuses_what_the_station_cannot_have_and_says_what_it_can() -> None:
    run = fault_command("boost-04", "tank_leak")
    assert run.returncode == 2
    assert "power_failure" in run.stderr
