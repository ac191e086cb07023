"""A station of many points on a card and on its page: by equipment, in the screen's language."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from api.pages.console.counter_trends import counted_trends
from api.pages.console.station_cards import StationCard, station_card
from api.pages.console.station_trends import trends_of
from api.web.formats import Formats
from api.web.i18n import read_catalogue
from api.web.point_words import PointWords
from kit.geo import Position
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.quantities import load_quantities
from stations.assets.station import Station, Zone
from telemetry.alarms.alarm_search import Alarm
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from telemetry.derived.counters import station_counters
from telemetry.ingest.liveness import StationStatus
from telemetry.readings import Bucket, Point, Quality, Series

PUMP = Equipment("p1", EquipmentKind.PUMP, "1号泵", "Pump 1")
LOW = Equipment("low", EquipmentKind.ZONE, "低区", "Low zone")
STATION = Station(
    "b", "云台加压站", "Yuntai booster", "", Zone.CITY, Position(31.3, 120.6), 3.2,
    equipment=(PUMP, LOW),
    points=(
        *(MeasuringPoint(f"p1.current.{n}", "p1", "current", phase=n) for n in ("l1", "l2", "l3")),
        MeasuringPoint("p1.state", "p1", "pump_state"),
        MeasuringPoint("low.pressure", "low", "pressure", decimals=2),
    ),
)  # fmt: skip
SECOND = 1_000_000
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HEARD = StationStatus("b", True, NOON, NOON, NOON, "b1", 1, 1, 0, 0, 0, 0)


def words(language: str = "zh") -> PointWords:
    return PointWords(read_catalogue(language), load_quantities())


def card(language: str = "zh", *alarms: Alarm, **points: Point) -> StationCard:
    newest = {Series("b", key.replace("_", ".")): point for key, point in points.items()}
    return station_card(STATION, words(language), newest, [], alarms, None)


def high_current() -> Alarm:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Alarm(
        id="a", station_id="b", rule_id="r", metric="p1.current.l2", kind=AlarmKind.HIGH,
        severity=Severity.CRITICAL, needs_hands=True, value=40.0, limit=30.0, unit="A",
        occurrences=1, raised_at=at, raised_again_at=None, returned_at=None, acked_at=None,
        acked_by=None, acked_by_name=None, closed_at=None, forwarded=0, forwarded_at=None,
        ticket_ref=None, return_reported_at=None,
    )  # fmt: skip


def test_a_card_shows_the_main_figure_of_each_equipment_and_the_page_shows_all() -> None:
    pump, zone = card().equipment
    assert (pump.name, zone.name) == ("1号泵", "低区")
    assert [one.key for one in pump.key_figures] == ["p1.state"]
    assert [one.key for one in zone.key_figures] == ["low.pressure"]
    assert [one.name for one in pump.readings] == ["A相电流", "B相电流", "C相电流", "水泵状态"]


def test_a_point_with_an_alarm_comes_to_its_card() -> None:
    pump, _ = card("zh", high_current()).equipment
    assert [one.key for one in pump.key_figures] == ["p1.state", "p1.current.l2"]
    assert pump.tone == "bad"


def test_names_are_those_of_the_screen_s_language() -> None:
    pump, _ = card("en").equipment
    assert (card("en").name, pump.name, pump.readings[0].name) == (
        "Yuntai booster", "Pump 1", "current L1",
    )  # fmt: skip
    assert words("en").in_full(STATION, "p1.current.l1") == "Pump 1 current L1"
    assert words().in_full(STATION, "p1.current.l1") == "1号泵 A相电流"


def test_a_point_that_the_station_lost_is_still_named() -> None:
    assert words().in_full(STATION, "p9.current") == "p9.current"
    assert words().in_full(None, "pressure") == "出口压力"


@pytest.mark.parametrize("quality", Quality)
def test_a_value_that_is_not_good_says_so(quality: Quality) -> None:
    _, zone = card(low_pressure=Point(SECOND, 0.31, quality)).equipment
    said = zone.readings[0].quality
    assert bool(said) == (quality is not Quality.GOOD)
    assert not said or read_catalogue("zh").knows(f"quality.{said}")


@pytest.mark.parametrize("quality", Quality)
def test_a_station_whose_limits_cannot_be_judged_is_not_shown_as_normal(quality: Quality) -> None:
    rule = AlarmRule("r", "b", AlarmKind.HIGH, "p1.current.l2", limit=30.0)
    newest = {Series("b", "p1.current.l2"): Point(SECOND, 12.0, quality)}
    found = station_card(STATION, words(), newest, [rule], [], HEARD)
    judged = quality in (Quality.GOOD, Quality.CLOCK_DOUBTFUL)
    assert (found.state, found.tone) == (("normal", "") if judged else ("unjudged", "warn"))
    shown = [one.key for one in found.equipment[0].key_figures]
    assert ("p1.current.l2" in shown) is not judged


def test_a_value_out_of_range_is_no_normal_state_even_without_a_limit() -> None:
    beyond = {Series("b", "low.pressure"): Point(SECOND, 1.7, Quality.OUT_OF_RANGE)}
    entered = {Series("b", "low.pressure"): Point(SECOND, 0.3, Quality.HAND_ENTERED)}
    assert station_card(STATION, words(), beyond, [], [], HEARD).state == "unjudged"
    assert station_card(STATION, words(), entered, [], [], HEARD).state == "normal"
    for language in ("zh", "en"):
        assert read_catalogue(language).knows("station.unjudged")


def test_a_counter_s_chart_shows_what_each_interval_added_and_marks_a_reset() -> None:
    meter = Equipment("m1", EquipmentKind.METER, "1号表", "Meter 1")
    volume = MeasuringPoint("m1.volume", "m1", "volume", roll_over=1e6)
    station = replace(STATION, equipment=(meter,), points=(volume,))
    formats = Formats(ZoneInfo("Asia/Shanghai"), read_catalogue("zh"), load_quantities())
    (shown,) = station_card(station, words(), {}, [], [], HEARD).equipment
    values = (500_000.0, 500_012.5, 3.0, 7.0)
    buckets = [Bucket(n * 60 * SECOND, v, v, v, v, 1) for n, v in enumerate(values)]
    counters = station_counters(station, load_quantities())
    (trend,) = counted_trends(shown, counters, {"m1.volume": buckets}, formats)
    assert [row.cells for row in trend.rows] == [("12.5", ""), ("3.0", "清零或换表"), ("4.0", "")]
    assert [(mark.kind, mark.shown) for mark in trend.marks] == [("reset", "1970-01-01 08:02:00")]
    assert trend.newest == "合计 19.5 m³"
    assert json.loads(trend.numbers)[0]["at"][0] == [60, 12.5, 12.5, 12.5]


def test_the_phases_of_one_quantity_share_a_chart_and_its_table() -> None:
    formats = Formats(ZoneInfo("Asia/Shanghai"), read_catalogue("zh"), load_quantities())
    pump, zone = card().equipment
    bucket = Bucket(60 * SECOND, 1.0, 2.123456, 3.0, 2.0, 9)
    points = {point.key: point for point in STATION.points}
    found = {key: [bucket] for key in points} | {"p1.current.l3": []}
    columns = ("最低", "平均", "最高")
    currents, state = trends_of(pump, points, found, formats, columns)
    assert currents.columns == ("A相电流", "B相电流", "C相电流")
    assert [row.cells for row in currents.rows] == [("2.12", "2.12", "–")]
    assert json.loads(currents.numbers)[0] == {"name": "A相电流", "at": [[60, 1.0, 2.123456, 3.0]]}
    assert state.states == ("停止", "运行")
    (pressure,) = trends_of(zone, points, found, formats, columns)
    assert pressure.columns == columns
    assert pressure.rows[0].cells == ("1.00", "2.12", "3.00")
    assert pressure.newest == "2.12 MPa"
