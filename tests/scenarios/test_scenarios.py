"""The scenarios that a manager of a water company can read, played on each database."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    "wrong",
    [
        {"情形": "一个来电"},
        {"步骤": [{"时间": "14:05", "谁": "刘接待", "做": "登陆"}]},
        {"步骤": [{"时间": "14:05", "谁": "路人", "做": "登记"}]},
        {"步骤": [{"时间": "14:05", "谁": "刘接待", "做": "登记", "填写": {"工种": "漏水"}}]},
        {"步骤": [{"时间": "14:05", "谁": "刘接待", "做": "登记", "填写": {"渠道": "call"}}]},
        {"步骤": [{"时间": "14:05", "谁": "刘接待", "做": "登记", "填写": "去电"}]},
        {"步骤": [{"时间": "14:05", "谁": "周管理", "做": "登记", "被拒绝": "不想做"}]},
        {
            "步骤": [
                {"时间": "14:05", "谁": "周管理", "做": "登记", "被拒绝": "无此权限", "备注": "x"}
            ]
        },
    ],
)
def test_a_word_that_means_nothing_fails_the_scenario(
    tmp_path: Path, sqlite_url: str, wrong: dict[str, Any]
) -> None:
    with open_company(tmp_path, sqlite_url) as company:
        plain = {"开始": "2026-11-23 14:05", "表单": {}, "步骤": [], "最后": {}}
        with pytest.raises(AssertionError, match="no such word|nobody"):
            Player(company, plain | wrong).play()


def test_the_fields_of_a_scenario_are_in_chinese_throughout() -> None:
    for path in HERE.glob("*.yaml"):
        for word in re.findall(r"([\w（）]+): ", re.sub(r"#.*", "", path.read_text("utf-8"))):
            assert not word.isascii(), f"{path.name}: {word}"
