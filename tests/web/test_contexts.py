"""The small pure parts that pages are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.pages.console.console_context import ConsolePage
from api.pages.console.station_cards import StationCard, station_card
from api.pages.repair.signature_picture import picture
from api.web.formats import Formats
from api.web.i18n import read_catalogue
from api.web.listing import Listing
from api.web.point_words import PointWords
from dispatch.repair.sheets import Signature
from kit.geo import Position
from kit.instants import from_micros
from stations.assets.bare_keys import bare_points
from stations.assets.quantities import load_quantities
from stations.assets.station import Station, Zone
from telemetry.readings import Point, Series


@pytest.fixture
def formats() -> Formats:
    return Formats(ZoneInfo("Asia/Shanghai"), read_catalogue("zh"), load_quantities())


def test_times_are_those_of_the_company(formats: Formats) -> None:
    at = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)
    assert formats.instant(at) == "2026-11-24 02:05"
    assert formats.field(at) == "2026-11-24T02:05"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "59 秒"),
        (timedelta(minutes=-32), "32 分钟"),
        (timedelta(hours=26, minutes=3), "26 小时 3 分钟"),
        (timedelta(days=3), "3 天"),
    ],
)
def test_a_span_is_said_as_people_say_it(formats: Formats, span: timedelta, words: str) -> None:
    assert formats.span(span) == words


def test_money_is_exact_to_the_fen(formats: Formats) -> None:
    assert formats.money(3550) == "35.50 元"
    assert formats.money(123456705) == "1,234,567.05 元"


def test_a_reading_has_the_decimals_of_its_sensor(formats: Formats) -> None:
    assert formats.reading("pressure", 0.3) == "0.300"
    assert formats.unit("m3/h") == "m³/h"


def test_the_state_of_a_pump_is_said_in_words(formats: Formats) -> None:
    assert formats.reading("pump_state", 1.0) == "运行"
    assert formats.reading("pump_state", 0.0) == "停止"


def test_a_station_tells_one_age_and_a_lagging_sensor_its_own() -> None:
    here = Position(31.3, 120.6)
    station = Station("p", "东关", "", "", Zone.CITY, here, 3.2, *bare_points("pressure", "level"))
    points = {
        Series("p", "pressure"): Point(60_000_000, 0.3),
        Series("p", "level"): Point(20_000_000, 2.4),
    }
    words = PointWords(read_catalogue("zh"), load_quantities())
    card = station_card(station, words, points, [], [], None)
    assert card.at == from_micros(60_000_000)
    (plain,) = card.equipment
    assert plain.name == ""
    assert [line.name for line in plain.key_figures] == ["出口压力", "水位"]
    assert [line.lags for line in plain.readings] == [False, True]


def test_stations_that_were_never_heard_come_last() -> None:
    def card(name: str, state: str) -> StationCard:
        return StationCard(name, name, state, "", None, ())

    cards = (card("new", "unheard"), card("east", "normal"), card("west", "silent"))
    page = ConsolePage(cards, (), 0, False, (), 0, (), datetime(2026, 11, 23, tzinfo=UTC), False)
    assert [one.id for one in page.in_use] == ["east", "west"]
    assert [one.id for one in page.unheard] == ["new"]


def test_a_signature_becomes_lines_within_their_box() -> None:
    drawn = picture(Signature(strokes=(((10, 20), (110, 70)), ((50, 50),))))
    assert drawn is not None
    assert drawn.box == "6 16 108 58"
    assert drawn.lines == ("10,20 110,70", "50,50 50,50")


def test_a_typed_name_is_no_picture() -> None:
    typed = picture(Signature(typed_name="王小明"))
    assert typed is not None
    assert not typed.drawn
    assert picture(None) is None


def test_a_list_keeps_its_filters_from_page_to_page() -> None:
    found = Listing("/tickets", {"q": "人民路", "state": ""}, "-due", page=2, total=51)
    assert found.pages == 3
    assert found.url(page=3) == "/tickets?q=%E4%BA%BA%E6%B0%91%E8%B7%AF&sort=-due&page=3"
    assert found.url(page=1, sort="due") == "/tickets?q=%E4%BA%BA%E6%B0%91%E8%B7%AF&sort=due"
