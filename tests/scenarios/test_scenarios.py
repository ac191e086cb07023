"""The scenarios that a manager of a water company can read, played on each database."""

import re
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.api.company import open_company
from tests.real_parts import Server
from tests.scenarios.runner import ZONE, Player, read_scenario
from tests.scenarios.station_scene import station_of

HERE = Path(__file__).parent

SCENARIOS = {path.stem: read_scenario(path) for path in sorted(HERE.glob("*.yaml"))}
OF_PEOPLE = sorted(name for name, one in SCENARIOS.items() if "报警规则" not in one)
OF_STATIONS = sorted(SCENARIOS.keys() - set(OF_PEOPLE))

CARRIED_OUT_HERE = {*(f"R-{n:02d}" for n in range(1, 25)), "R-41"}
"""The rules of sections A to D of the rulebook, and R-41: what ``dispatch`` has to carry out."""


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_what_people_do(tmp_path: Path, database_url: str, name: str) -> None:
    begins = datetime.fromisoformat(str(SCENARIOS[name]["开始"])).replace(tzinfo=ZONE)
    with open_company(tmp_path, database_url, start=begins) as company:
        Player(company, SCENARIOS[name]).play()


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("name", OF_STATIONS)
def test_what_stations_report(
    tmp_path: Path, database_url: str, start_mosquitto: Callable[..., Server], name: str
) -> None:
    broker = start_mosquitto()
    with open_company(tmp_path, database_url, mqtt_port=broker.port) as company:
        player = Player(company, SCENARIOS[name])
        with station_of(player, broker.port):
            player.play()


def test_every_rule_has_a_scenario_or_is_said_to_have_none_yet() -> None:
    played = {rule for one in SCENARIOS.values() for rule in one["规则"]}
    missing: dict[str, str] = tomllib.loads((HERE / "not_yet.toml").read_text("utf-8"))
    assert sorted(CARRIED_OUT_HERE - played - missing.keys()) == [], "no scenario plays it"
    assert sorted(missing.keys() & played) == [], "it has a scenario: take it off not_yet.toml"
    assert sorted(missing.keys() - CARRIED_OUT_HERE) == []
    assert [rule for rule, why in missing.items() if not why.strip()] == [], "no reason is given"


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
        plain: dict[str, Any] = {
            "规则": [],
            "开始": "2026-11-23 14:05",
            "表单": {},
            "步骤": [],
            "最后": {},
        }
        with pytest.raises(AssertionError, match="no such word|nobody"):
            Player(company, plain | wrong).play()


def test_the_fields_of_a_scenario_are_in_chinese_throughout() -> None:
    for path in HERE.glob("*.yaml"):
        for word in re.findall(r"([\w（）]+): ", re.sub(r"#.*", "", path.read_text("utf-8"))):
            assert not word.isascii(), f"{path.name}: {word}"
