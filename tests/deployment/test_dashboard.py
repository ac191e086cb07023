"""The Grafana dashboard's queries, by station and equipment, as InfluxDB answers them."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kit.instants import to_micros
from telemetry.readings import Reading
from telemetry.stores.influx import InfluxStore
from tests.influx_server import InfluxAddress
from tests.real_parts import DEADLINE_S

pytestmark = pytest.mark.needs("influxdb")
FILE = Path(__file__).resolve().parents[2] / "deploy/grafana/dashboards/stations.json"
KEYS = (
    "p1.current.l1", "p1.current.l2", "p1.state", "p2.current.l1", "p10.current.l1",
    "zone.low.pressure", "zone.high.pressure", "inlet.pressure", "tank.1.level",
)  # fmt: skip
BARE = ("pressure", "inlet_pressure", "current", "pump_state")


@pytest.fixture
def dashboard(influx: InfluxAddress) -> Dashboard:
    store = InfluxStore(influx.url, influx.token, influx.org, influx.bucket)
    now_us = to_micros(datetime.now(UTC))
    for station, keys in (("boost-01", KEYS), ("pump-01", BARE), ("pump-02", BARE)):
        store.write([Reading(station, "b", 1, now_us, dict.fromkeys(keys, 1.0))])
    store.close()
    return Dashboard(influx)


class Dashboard:
    """The dashboard's file, with a bucket that its queries are put to."""

    def __init__(self, influx: InfluxAddress) -> None:
        self.influx = influx
        self.model: dict[str, Any] = json.loads(FILE.read_text("utf-8"))

    def rows(self, query: str, station: str, equipment: str = ".*") -> list[dict[str, str]]:
        for name, value in {
            "v.defaultBucket": f'"{self.influx.bucket}"',
            "v.timeRangeStart": "-1h",
            "v.timeRangeStop": "now()",
            "v.windowPeriod": "10s",
            "${station:regex}": station,
            "${equipment:regex}": equipment,
        }.items():
            query = query.replace(name, value)
        answer = httpx.post(
            f"{self.influx.url}/api/v2/query", params={"org": self.influx.org},
            headers={"Authorization": f"Token {self.influx.token}", "Accept": "application/csv"},
            json={"query": query, "dialect": {"header": True, "annotations": []}},
            timeout=DEADLINE_S,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        tables = answer.text.replace("\r\n", "\n").strip().split("\n\n")
        return [row for table in tables for row in csv.DictReader(io.StringIO(table))]

    def shown(self, title: str, station: str, equipment: str = ".*") -> set[str]:
        (panel,) = (one for one in self.model["panels"] if title in one["title"])
        (target,) = panel["targets"]
        return {row["point"] for row in self.rows(target["query"], station, equipment)}


def test_a_panel_shows_its_quantity_of_the_chosen_equipment(dashboard: Dashboard) -> None:
    station = "boost-01"
    assert dashboard.shown("Current", station, "p1") == {
        "boost-01 p1.current.l1", "boost-01 p1.current.l2",
    }  # fmt: skip
    assert dashboard.shown("Pressure", station, r"(zone\.low|inlet)") == {
        "boost-01 zone.low.pressure", "boost-01 inlet.pressure",
    }  # fmt: skip
    assert dashboard.shown("Level", station, "p1") == set()


def test_stations_of_bare_keys_are_shown_as_before(dashboard: Dashboard) -> None:
    both = "(pump-01|pump-02)"
    assert dashboard.shown("Current", both) == {"pump-01 current", "pump-02 current"}
    assert dashboard.shown("Pump running", "pump-01") == {"pump-01 pump_state"}


def test_equipment_to_choose_is_that_of_the_chosen_stations(dashboard: Dashboard) -> None:
    (choice,) = (v for v in dashboard.model["templating"]["list"] if v["name"] == "equipment")
    pattern = re.compile(choice["regex"].strip("/"))

    def choices(station: str) -> set[str]:
        keys = [row["_value"] for row in dashboard.rows(choice["query"]["query"], station)]
        return {found[1] for key in keys if (found := pattern.match(key))}

    assert choices("boost-01") == {
        "p1", "p2", "p10", "zone.low", "zone.high", "inlet", "tank.1",
    }  # fmt: skip
    assert choices("pump-01") == set()


def test_the_age_is_told_once_a_station(dashboard: Dashboard) -> None:
    age = dashboard.model["panels"][0]["targets"][0]["query"]
    rows = dashboard.rows(age, ".*")
    assert sorted(row["station"] for row in rows) == ["boost-01", "pump-01", "pump-02"]
    assert all(float(row["_value"]) < 3600 for row in rows)
