"""The demo's town in a running demo: every point arrives, and a fault becomes a ticket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.demo_process import START_WITHIN_S, Demo, environment, running
from tests.real_parts import DEADLINE_S, free_port, wait_until

TOWN = [
    *("wells-01", "lift-01", "lift-02"),
    *("boost-01", "boost-02", "boost-03", "boost-04", "boost-05"),
]


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Give one demo to the tests that leave it running."""
    with running(tmp_path_factory.mktemp("lasting") / "demo") as demo:
        yield demo


def test_the_town_sends_every_point_and_each_comes_in_the_catalogues_unit(lasting: Demo) -> None:
    with lasting.person("operator") as operator:

        def values(station: str) -> dict[str, Any]:
            answer = operator.get(f"/api/v1/stations/{station}").raise_for_status().json()
            return {one["metric"]: (one["value"], one["unit"]) for one in answer["values"]}

        def complete() -> bool:
            return all(value is not None for name in TOWN for value, _ in values(name).values())

        wait_until(complete, "every point of the town has a value", START_WITHIN_S)
        # Sent in kgf/cm2, in metres of water, and in litres a second.
        for station, key, unit, least, most in (
            ("lift-02", "zone.main.pressure", "MPa", 0.28, 0.52),
            ("boost-02", "zone.high.pressure", "MPa", 0.45, 0.72),
            ("boost-04", "zone.1.pressure", "MPa", 0.35, 0.68),
            ("boost-02", "meter.1.flow", "m3/h", 10, 90),
            ("boost-03", "meter.e1.energy", "kW.h", 1, 1e6),
        ):
            value, shown = values(station)[key]
            assert shown == unit
            assert least < value < most, (station, key, value)
        quarantine = operator.get("/api/v1/quarantine").raise_for_status().json()
        assert quarantine["counts"] == []


def test_a_fault_of_one_pump_in_the_town_opens_a_ticket_for_its_station(lasting: Demo) -> None:
    subprocess.run(
        [sys.executable, "-m", "api.cli", "fault", "boost-03", "pump_trip@p1"],
        env=environment(lasting.folder, free_port()), check=True, timeout=DEADLINE_S,
    )  # fmt: skip
    with lasting.person("manager") as manager:

        def opened() -> bool:
            found = manager.get("/api/v1/tickets", params={"channel": "alarm"}).raise_for_status()
            return any(one["station_id"] == "boost-03" for one in found.json()["rows"])

        wait_until(opened, "the trip has its ticket", START_WITHIN_S)
