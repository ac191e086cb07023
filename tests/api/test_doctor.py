import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.cli.doctor import Finding, examine
from api.operations.migrate import upgrade
from api.parts.settings import Settings
from kit.db import Database
from kit.geo import Position
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station
from tests.real_parts import Server, free_port


def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(settings)}


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(**{"data_dir": folder, "mqtt_port": free_port(), **given})


def test_what_the_settings_need_and_is_not_there_is_said_with_its_remedy(tmp_path: Path) -> None:
    found = findings(settings(tmp_path))
    assert not found["MQTT broker"].ok
    assert found["MQTT broker"].needed
    assert "SANLAI_MQTT_HOST" in found["MQTT broker"].remedy
    assert found["database"].remedy == "sanlai migrate"


def test_what_is_there_is_well(tmp_path: Path, start_mosquitto: Callable[..., Server]) -> None:
    broker = start_mosquitto()
    given = settings(tmp_path, mqtt_port=broker.port)
    db = Database(given.effective_database_url)
    upgrade(db)
    db.close()
    found = findings(given)
    assert found["MQTT broker"].ok
    assert found["database"].ok
    assert found["data folder"].ok


def test_a_store_that_is_away_is_said(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    given = settings(tmp_path, store="influx", influx_url=url, influx_token="t")
    store = findings(given)["store of points"]
    assert not store.ok
    assert store.needed


def test_every_part_that_is_not_well_has_a_remedy(tmp_path: Path) -> None:
    assert [one.part for one in examine(settings(tmp_path)) if not one.ok and not one.remedy] == []


@pytest.mark.parametrize(
    ("given", "code"), [({}, 1), ({"SANLAI_HTTP_PORT": "none"}, 2)], ids=["missing", "misused"]
)
def test_the_exit_code_says_how_it_went(given: dict[str, str], code: int, tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SANLAI_")}
    environ |= {"SANLAI_DATA_DIR": str(tmp_path), "SANLAI_MQTT_PORT": str(free_port())} | given
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "doctor"], env=environ, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_settings_are_printed_as_json_too(tmp_path: Path) -> None:
    environ = os.environ | {"SANLAI_SECRET": "s" * 40, "SANLAI_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "settings", "--json"],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = {row["name"]: row["value"] for row in json.loads(done.stdout)}
    assert rows["SANLAI_DATA_DIR"] == str(tmp_path)
    assert "s" * 40 not in done.stdout


def test_points_whose_quantity_is_gone_are_told(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[quantity.radar]\nunit = "mm"\nlowest = 0\nhighest = 9000\ndecimals = 0\n'
        'kind = "gauge"\nname = "雷达液位"\nname_en = "radar level"\n',
        encoding="utf-8",
    )
    given = settings(tmp_path, quantities_file=own)
    db = Database(given.effective_database_url)
    assert findings(given)["measuring points"].found == "the database has none yet"
    upgrade(db)
    station = Station(
        "booster-2", "东关泵站", "", "", Zone.CITY, Position(31.3, 120.6), 3.2,
        (Equipment("tank", EquipmentKind.TANK, "水箱"),),
        (MeasuringPoint("tank.radar", "tank", "radar"), MeasuringPoint("level", "tank", "level")),
    )  # fmt: skip
    with db.write() as session:
        save_station(session, station, datetime(2026, 11, 23, tzinfo=UTC))
    db.close()
    assert findings(given)["measuring points"].found == "2 points"
    told = findings(settings(tmp_path))["measuring points"]
    assert (told.ok, told.needed) == (False, True)
    assert told.found == "1 without a known quantity or unit, such as booster-2 tank.radar"
    own.write_text("[quantity", encoding="utf-8")
    assert "SANLAI_QUANTITIES_FILE" in findings(given)["measuring points"].remedy
