"""Tickets of alarms say what happened in words."""

from __future__ import annotations

from api.web.i18n import LANGUAGE_COOKIE
from dispatch.repair.alarm_tickets import open_from_alarm
from dispatch.repair.matter import AlarmFacts
from kit.actors import Post as R
from stations.assets.station_store import get_station
from tests.web.clerks import Office


def test_a_ticket_of_an_alarm_names_the_point_in_the_screen_s_language(office: Office) -> None:
    with office.parts.db.read() as session:
        station = get_station(session, "pump-01")
    facts = AlarmFacts(
        "p1.current.l1", "high", "critical", 40.0, 30.0, "A", office.clock.now(),
        point="1号泵 A相电流", point_en="Pump 1 current L1", quantity="current",
    )  # fmt: skip
    ticket = open_from_alarm(office.parts.desk, "alarm:words", station, facts).id
    assert "1号泵 A相电流：越上限 40.00 A" in office.go(R.MANAGER, f"/tickets/{ticket}").text
    office.browser.cookies.set(LANGUAGE_COOKIE, "en")
    assert "Pump 1 current L1: " in office.go(R.MANAGER, f"/tickets/{ticket}").text


def test_a_state_is_told_by_its_word_and_not_by_a_limit(office: Office) -> None:
    with office.parts.db.read() as session:
        station = get_station(session, "pump-01")
    facts = AlarmFacts(
        "room.door", "high", "warning", 1.0, 0.5, "1", office.clock.now(),
        point="泵房 门状态", point_en="Room door", quantity="door_state",
    )  # fmt: skip
    ticket = open_from_alarm(office.parts.desk, "alarm:door", station, facts).id
    words = office.go(R.MANAGER, f"/tickets/{ticket}").text
    assert "泵房 门状态： 打开" in words
    assert "越上限" not in words
