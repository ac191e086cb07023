from datetime import timedelta
from typing import Any

import pytest

from dispatch.phones import normal_phone
from dispatch.repair.matter import Channel, JobType
from dispatch.repair.reception import log_matter
from kit.errors import Forbidden, Invalid
from kit.geo import Position
from stations.assets.area_store import find_areas, save_area
from stations.assets.areas import ResidentialArea
from stations.assets.station import Zone
from tests.dispatch.world import (
    ADMIN,
    MANAGER,
    OPERATOR,
    RECEPTIONIST,
    STATION,
    TECHNICIAN,
    World,
    call,
)


def faults(world: World, raw: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        log_matter(world.desk, raw, RECEPTIONIST, world.key())
    return {(error.field, error.code) for error in refused.value.errors}


def test_the_register_keeps_what_r_01_asks_for(world: World) -> None:
    ticket = world.log(vulnerable="on", channel="visit")
    assert ticket.number == "WX20261123-0001"
    assert (ticket.intake.channel, ticket.intake.job_type) == (Channel.VISIT, JobType.LEAK)
    assert (ticket.intake.name, ticket.intake.phone) == ("王小明", "13812345678")
    assert ticket.intake.explained == "维修人员14:37前到达"
    assert ticket.logged.by == RECEPTIONIST


def test_an_empty_form_gets_all_of_its_faults_at_once(sqlite_world: World) -> None:
    assert faults(sqlite_world, {}) == {
        ("channel", "required"),
        ("name", "required"),
        ("phone", "required"),
        ("address", "required"),
        ("job_type", "required"),
        ("content", "required"),
        ("distance_km", "place_or_distance"),
    }


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("channel", "telegram", "not_one_of"),
        ("name", "  ​ ", "required"),
        ("name", "王" * 81, "too_long"),
        ("name", "王\x00明", "control_characters"),
        ("name", "王‮明", "control_characters"),
        ("name", "两\n行", "control_characters"),
        ("name", ["王"], "not_text"),
        ("phone", "12345", "phone_form"),
        ("phone", "call me", "phone_form"),
        ("address", "x" * 201, "too_long"),
        ("content", "水" * 1001, "too_long"),
        ("content", "\ud800", "control_characters"),
        ("job_type", "", "required"),
        ("distance_km", "NaN", "not_a_number"),
        ("distance_km", float("inf"), "not_a_number"),
        ("distance_km", "-1", "too_small"),
        ("distance_km", 0, "too_small"),
        ("distance_km", "1000.1", "too_large"),
        ("distance_km", 10**400, "not_a_number"),
        ("distance_km", True, "not_a_number"),
        ("distance_km", "1_0", "not_a_number"),
        ("distance_km", "1e-300", "too_small"),
        ("zone", "", "required"),
        ("zone", "moon", "not_one_of"),
        ("received_at", "2026-11-23T14:08", "in_the_future"),
        ("received_at", "2026-10-23T14:05", "too_old"),
        ("received_at", "yesterday", "not_a_time"),
        ("received_at", "2026-11-23", "not_a_time"),
        ("received_at", 20261123, "not_a_time"),
        ("received_at", "0001-01-01T00:00", "not_a_time"),
        ("vulnerable", "perhaps", "not_yes_or_no"),
        ("station_id", "pump-99", "unknown_station"),
        ("place_id", "atlantis", "unknown_place"),
        ("place_id", "a\x00b", "control_characters"),
        ("station_id", "a\ud800b", "control_characters"),
    ],
)
def test_an_absurd_field_is_named(sqlite_world: World, field: str, value: Any, code: str) -> None:
    assert (field, code) in faults(sqlite_world, call(**{field: value}))


def test_an_unknown_place_hides_no_fault_of_the_distance(sqlite_world: World) -> None:
    wrong = call(place_id="atlantis", distance_km="far", zone="moon")
    assert faults(sqlite_world, wrong) == {
        ("place_id", "unknown_place"),
        ("distance_km", "not_a_number"),
        ("zone", "not_one_of"),
    }


def test_an_unknown_station_is_the_only_fault_of_a_report_that_names_one(
    sqlite_world: World,
) -> None:
    wrong = call(station_id="pump-99", distance_km=None, zone=None, address="")
    assert faults(sqlite_world, wrong) == {("station_id", "unknown_station")}


def test_a_form_with_faults_leaves_nothing_behind(world: World) -> None:
    faults(world, call(name=""))
    assert world.log().number == "WX20261123-0001"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("138123456789", None),
        ("1", None),
        ("138１２345678", "13812345678"),
        ("0350-3022150", "0350-3022150"),
        ("(0350) 3022150", "0350-3022150"),
        ("(010)62345678", "010-62345678"),
        ("03503022150", "0350-3022150"),
        ("+86 10 6234 5678", "010-62345678"),
        ("0350-3022150-802", "0350-3022150-802"),
        ("0350-3022150 转 802", "0350-3022150-802"),
        ("0350-3022150分机802", "0350-3022150-802"),
        ("3022150", "3022150"),
        ("0350-3022150,802", "0350-3022150-802"),
        ("+852 9123 4567", "+85291234567"),
        ("00852-9123-4567", "+85291234567"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+86 12345", None),
        ("+852", None),
        ("13812345678 / 0350-3022150 转 802", "13812345678 / 0350-3022150-802"),
        ("13812345678、13912345678", "13812345678 / 13912345678"),
        ("13812345678,0350-3022150", "13812345678 / 0350-3022150"),
        ("13812345678 / 13812345678", "13812345678"),
        ("13812345678 / abc", None),
        ("400-123-4567", "4001234567"),
        ("110", None),
        ("abc", None),
        ("٣٨١٢٣٤٥٦٧", None),
    ],
)
def test_a_telephone_number_is_brought_to_one_form(typed: str, kept: str | None) -> None:
    assert normal_phone(typed) == kept


def test_staff_report_a_leak_by_their_own_channel_only(world: World) -> None:
    ticket = log_matter(
        world.desk,
        {
            "channel": "staff",
            "station_id": STATION.id,
            "job_type": "leak",
            "content": "检查井冒水",
        },
        OPERATOR,
        world.key(),
    )
    assert (ticket.intake.name, ticket.intake.address) == (OPERATOR.name, STATION.address)
    assert ticket.own_facility
    for actor in (TECHNICIAN, MANAGER):
        with pytest.raises(Forbidden):
            log_matter(world.desk, call(), actor, world.key())


def test_the_administrator_logs_nothing(world: World) -> None:
    with pytest.raises(Forbidden):
        log_matter(world.desk, call(channel="staff"), ADMIN, world.key())


def test_nobody_can_log_an_alarm_by_hand(world: World) -> None:
    with pytest.raises(Forbidden):
        world.log(channel="alarm")


def test_the_same_key_again_gives_the_same_ticket(world: World) -> None:
    first = log_matter(world.desk, call(), RECEPTIONIST, "k")
    world.clock.advance(timedelta(minutes=9))
    assert log_matter(world.desk, call(), RECEPTIONIST, "k") == first
    assert world.log().number == "WX20261123-0002"


def test_numbers_begin_anew_each_day_of_the_company(world: World) -> None:
    world.log()
    world.clock.advance(timedelta(hours=10))  # 00:05 of the next day in the company's zone
    assert world.log(received_at="").number == "WX20261124-0001"


def test_a_place_is_found_by_name_english_name_and_initials(world: World) -> None:
    far = ResidentialArea(
        "kaifaqu", "开发区", "Development Zone", "kfq", Zone.SUBURB, Position(38.5, 112.9)
    )
    with world.db.write() as session:
        save_area(session, far)
    with world.db.read() as session:
        for text in ("开发", "development", "KFQ", "kaifa"):
            assert find_areas(session, text) == [far]
        assert find_areas(session, "%") == []
        assert len(find_areas(session)) == 2
