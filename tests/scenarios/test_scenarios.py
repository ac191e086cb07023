"""The scenarios that a manager of a water company can read, played on each database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.company import open_company
from tests.real_parts import Server
from tests.scenarios.runner import Player, read_scenario, station_of

HERE = Path(__file__).parent


def test_one_call_from_intake_to_archive(tmp_path: Path, database_url: str) -> None:
    scenario = read_scenario(HERE / "call_to_archive.yaml")
    with open_company(tmp_path, database_url) as company:
        Player(company, scenario).play()


@pytest.mark.needs("mosquitto")
def test_one_alarm_from_telemetry_to_archive(
    tmp_path: Path, database_url: str, start_mosquitto: Callable[..., Server]
) -> None:
    scenario = read_scenario(HERE / "alarm_to_archive.yaml")
    broker = start_mosquitto()
    with open_company(tmp_path, database_url, mqtt_port=broker.port) as company:
        player = Player(company, scenario)
        with station_of(player, broker.port):
            player.play()
