"""The demo's site file and the simulated town say the same; calm days raise none of its alarms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import wntr

from simulators.pump_station.hydraulics import NETWORKS
from simulators.town.defects import possible
from simulators.town.instruments import INSTRUMENTS, instrument_of
from simulators.town.makes import MAKES
from simulators.town.sent_keys import keys_of
from simulators.town.town_plant import Town
from simulators.town.truth import reading

QUANTITIES = {
    "state": "pump_state",
    "fault": "fault_state",
    "hours": "running_hours",
    "door": "door_state",
    "mains": "mains_state",
}
"""Words of the keys whose quantity has another name in the catalogue."""


def demo_data(name: str) -> dict[str, Any]:
    text = resources.files("api.demo").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


SITE = demo_data("town.toml")
STATIONS = {station["id"]: station for station in SITE["station"]}


def points_of(station: str) -> dict[str, dict[str, Any]]:
    return {
        point["key"]: point
        for equipment in STATIONS[station]["equipment"]
        for point in equipment["point"]
    }


def test_the_site_file_has_the_stations_of_the_town_and_two_offices() -> None:
    assert list(STATIONS) == list(MAKES)
    assert len(SITE["office"]) == 2
    assert len(SITE["area"]) + len(demo_data("places.toml")["place"]) >= 40


@pytest.mark.parametrize("name", list(MAKES))
def test_every_key_that_a_station_sends_is_a_point_and_the_other_way_round(name: str) -> None:
    points = points_of(name)
    assert list(points) == list(keys_of(MAKES[name]))
    for key, point in points.items():
        quantity = instrument_of(key).quantity
        assert point["quantity"] == QUANTITIES.get(quantity, quantity)
        assert point.get("unit") == MAKES[name].units.get(quantity)
        phase = key.rpartition(".")[2]
        assert point.get("phase") == (phase if phase in ("l1", "l2", "l3") else None)


def test_every_area_is_a_consumer_at_its_place_on_the_network() -> None:
    areas = {area["id"]: area for area in (*SITE["area"], *demo_data("places.toml")["place"])}
    network = wntr.network.WaterNetworkModel(str(NETWORKS / "town.inp"))
    consumers = {
        name: node.coordinates
        for name, node in network.junctions()
        if node.base_demand > 0 and "." not in name
    }
    assert consumers.keys() == areas.keys()
    for name, (lon, lat) in consumers.items():
        assert (lon, lat) == pytest.approx((areas[name]["lon"], areas[name]["lat"]), abs=1e-4)


def test_areas_and_stations_stand_apart_and_have_names_of_their_own() -> None:
    areas = [*SITE["area"], *demo_data("places.toml")["place"]]
    for key in ("id", "name", "name_en"):
        assert len({area[key] for area in areas}) == len(areas)
    assert len({(area["lat"], area["lon"]) for area in areas}) == len(areas)
    assert all(area["pinyin"].isalpha() for area in areas)


Watch = tuple[str, str, str, float]


def limits() -> Iterator[Watch]:
    """Yield station, point, kind and limit of every rule on a value."""
    for name, station in STATIONS.items():
        for rule in station["alarm"]:
            if rule["kind"] != "silent":
                assert rule["unit"] == INSTRUMENTS[instrument_of(rule["point"]).quantity].unit
                yield name, rule["point"], rule["kind"], float(rule["limit"])


def test_two_calm_days_raise_no_alarm() -> None:
    town = Town(1, 0.0, step_s=30)
    rules = list(limits())
    try:
        for _ in range(2 * 24 * 120):
            town.advance()
            raised = [rule for rule in rules if _beyond(town, rule)]
            assert raised == []
    finally:
        town.close()


RAISES = {
    "pump_trip": 10, "phase_loss": 10, "bearing": 240, "converter_fault": 10, "burst": 180,
    "tank_leak": 4500, "inlet_low": 900, "power_failure": 60, "door_open": 5, "sump_flood": 180,
    "turbidity_high": 120, "chlorine_low": 420,
}  # fmt: skip
"""Faults that raise an alarm at every station whose instruments can see them, and within how many
seconds. The others are found by what sees more than one value: a twin meter, the clock, silence."""


@pytest.mark.parametrize("kind", list(RAISES))
def test_a_fault_raises_an_alarm_at_the_station_that_has_it(kind: str) -> None:
    town = Town(1, 12 * 3600.0)
    try:
        for name, make in MAKES.items():
            if kind in {defect.kind for defect, _ in possible(make)}:
                town.works[name].defects.obey(kind, town.works[name].lead)
        unseen = {name for name, works in town.works.items() if works.defects.names()}
        for _ in range(RAISES[kind]):
            town.advance()
            unseen -= {rule[0] for rule in limits() if rule[0] in unseen and _beyond(town, rule)}
            if not unseen:
                break
        assert unseen == set()
    finally:
        town.close()


def _beyond(town: Town, rule: Watch) -> bool:
    station, point, kind, limit = rule
    value = reading(town.works[station], point)
    return value < limit if kind == "low" else value > limit
