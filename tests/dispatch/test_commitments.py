from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from dispatch.clocks.commitment import Distance, Uncomputed, promise
from dispatch.clocks.course import DeadlineStatus
from dispatch.repair.alarm_tickets import open_from_alarm
from dispatch.repair.matter import JobType
from dispatch.repair.missed_deadlines import record_missed_deadlines
from dispatch.repair.priority import priority_of
from dispatch.repair.reception import preview_promise
from dispatch.repair.search import Order, Sort, TicketFilter, find_tickets
from dispatch.repair.tickets import load
from dispatch.rulebook import read_rule_book
from kit.errors import Invalid, OutOfOrder
from kit.geo import Position, great_circle_km
from kit.rules import RuleFileError
from stations.assets.area_store import save_area
from stations.assets.areas import ResidentialArea
from stations.assets.office_store import save_office
from stations.assets.offices import ServiceOffice
from stations.assets.station import Zone
from stations.assets.station_store import save_station
from stations.assets.territories import Polygon, Territory
from tests.dispatch.world import (
    LEADER,
    MANAGER,
    OFFICE,
    RECEPTIONIST,
    RULES,
    START,
    STATION,
    TO_SITE,
    World,
    due_of,
    facts,
    make_desk,
)


@pytest.mark.parametrize(
    ("km", "zone", "minutes"),
    [(3.2, Zone.CITY, 32), (3.2, Zone.SUBURB, 16), (0.1, Zone.CITY, 1), (1.15, Zone.CITY, 11.5)],
)
def test_r_11_grants_ten_minutes_a_km_in_the_city_and_five_in_the_suburbs(
    km: float, zone: Zone, minutes: float
) -> None:
    made = promise(START, Distance(km, "stated"), zone, RULES)
    assert made.due_at == START + timedelta(minutes=minutes)
    assert made.minutes == minutes
    assert made.rule.rule == "R-11"
    assert "每公里不超过" in made.rule.quote


@pytest.mark.parametrize("km", [0, -1, float("nan")])
def test_no_promise_is_made_for_a_distance_that_is_none(km: float) -> None:
    with pytest.raises(ValueError, match="not a distance"):
        promise(START, Distance(km, "stated"), Zone.CITY, RULES)


def test_no_promise_is_made_from_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        promise(datetime(2026, 11, 23, 14, 5), Distance(1, "stated"), Zone.CITY, RULES)  # noqa: DTZ001 - the point


def test_the_promise_is_told_before_the_call_ends_and_kept_as_told(world: World) -> None:
    told = preview_promise(world.desk, {"place_id": "heping", "received_at": "2026-11-23T14:05"})
    assert told.due_at == datetime(2026, 11, 23, 6, 37, tzinfo=UTC)
    assert (told.distance.known_by, told.distance.place_name) == ("place_road", "和平小区")
    ticket = world.log(place_id="heping", distance_km="", zone="")
    assert ticket.promise == told


def test_a_preview_says_what_is_missing(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        preview_promise(world.desk, {"distance_km": "far", "zone": "city", "received_at": "?"})
    assert {e.field for e in refused.value.errors} == {"distance_km", "received_at"}


def test_a_place_without_measured_road_is_estimated_and_says_so(world: World) -> None:
    place = ResidentialArea("new", "新村", "New", "xc", Zone.SUBURB, Position(38.5, 112.73))
    with world.db.write() as session:
        save_area(session, place)
    made = preview_promise(world.desk, {"place_id": "new"})
    assert made.distance.km == round(great_circle_km(OFFICE, place.position) * 1.3, 1)
    assert made.distance.known_by == "place_estimate"
    assert made.distance.detour == RULES.road_detour


def test_who_states_a_distance_knows_better_than_the_place(world: World) -> None:
    made = preview_promise(world.desk, {"place_id": "heping", "distance_km": "3.9"})
    assert made.distance == Distance(3.9, "stated", "和平小区")
    assert made.zone is Zone.CITY


def test_a_station_has_its_own_road_and_zone(world: World) -> None:
    ticket = world.alarm()
    assert ticket.promise.due_at == START + timedelta(minutes=STATION.road_km * 5)


def test_a_way_on_file_that_is_longer_than_any_keeps_nobody_from_a_ticket(world: World) -> None:
    far = replace(STATION, road_km=140.0)
    measured = ResidentialArea("yuan", "远村", "Far", "yc", Zone.SUBURB, far.position, 140.0)
    guessed = replace(measured, id="bei", name="北村", road_km=None, position=Position(39.5, 112.7))
    with world.db.write() as session:
        save_station(session, far, START)
        save_area(session, measured)
        save_area(session, guessed)
    tickets = [open_from_alarm(world.desk, "alarm:far", far, facts())]
    tickets += [world.log(place_id=one, distance_km="", zone="") for one in ("yuan", "bei")]
    tickets.append(world.log(station_id=STATION.id, distance_km="", zone=""))
    tickets.append(world.log(distance_km="120", zone="suburb"))
    for ticket in tickets:
        made = ticket.promise
        assert (made.due_at, made.minutes, made.uncomputed) == (None, None, Uncomputed.TOO_FAR)
        assert made.longest == RULES.distance_longest
        assert ticket.arrival(world.clock.now()).status is DeadlineStatus.UNPROMISED
    with world.db.read() as session:
        waiting = find_tickets(session, MANAGER, START, TicketFilter(unpromised=True))
        late = find_tickets(session, MANAGER, START + timedelta(days=9), TicketFilter(overdue=True))
    assert (waiting.total, late.total) == (len(tickets), 0)


def test_a_time_that_nobody_can_work_out_is_stated_by_hand_and_kept_to(world: World) -> None:
    ticket = world.log(distance_km="", zone="", way_unknown=True, address="和平路与建设街交叉口")
    assert ticket.promise.uncomputed is Uncomputed.WAY_UNKNOWN
    assert preview_promise(world.desk, {"way_unknown": "on"}).due_at is None
    by = world.clock.now() + timedelta(hours=1)
    ticket = world.do(ticket, "state_arrival", arrive_by=by.isoformat(), reason="已问队长")
    stated = ticket.promise.stated
    assert (ticket.promise.due_at, stated and stated.reason) == (by, "已问队长")
    assert stated
    assert stated.stamp.by == RECEPTIONIST
    with pytest.raises(OutOfOrder, match="promised"):
        world.do(ticket, "state_arrival", MANAGER)
    assert record_missed_deadlines(world.desk, by - timedelta(seconds=1)) == 0
    assert record_missed_deadlines(world.desk, by) == 1


@pytest.mark.parametrize(
    ("arrive_by", "code"),
    [
        ("2026-11-23T14:06", "not_ahead"),
        ("2027-03-01T08:00", "too_far_ahead"),
        ("", "required"),
        ("soon", "not_a_time"),
    ],
)
def test_a_stated_time_lies_ahead_and_not_absurdly_far(
    sqlite_world: World, arrive_by: str, code: str
) -> None:
    ticket = sqlite_world.log(distance_km="", zone="", way_unknown=True)
    with pytest.raises(Invalid) as refused:
        sqlite_world.do(ticket, "state_arrival", arrive_by=arrive_by, reason="")
    assert {(e.field, e.code) for e in refused.value.errors} == {
        ("arrive_by", code),
        ("reason", "required"),
    }


def test_what_has_no_time_yet_comes_first_and_last_when_turned_round(world: World) -> None:
    known, unknown = world.log(), world.log(distance_km="", zone="", way_unknown=True)
    with world.db.read() as session:
        for descending, first in ((False, unknown), (True, known)):
            order = Order(Sort.DUE, descending)
            assert find_tickets(session, MANAGER, START, None, order).tickets[0] == first


def test_a_letter_is_promised_from_when_it_was_read_and_is_not_missed_at_once(world: World) -> None:
    came = START - timedelta(days=3)
    ticket = world.log(channel="letter", received_at=came.isoformat(), phone="")
    assert (ticket.intake.received_at, ticket.intake.read_at) == (came, START)
    made = ticket.promise
    assert (made.received_at, made.counted_from) == (came, START)
    assert made.due_at == START + timedelta(minutes=32)
    assert record_missed_deadlines(world.desk, world.clock.now()) == 0


def test_a_letter_is_read_between_its_coming_and_now(sqlite_world: World) -> None:
    came = START - timedelta(days=3)
    for read, code in (
        (came - timedelta(minutes=1), "before_receipt"),
        (START + timedelta(hours=1), "in_the_future"),
    ):
        with pytest.raises(Invalid) as refused:
            sqlite_world.log(
                channel="letter", received_at=came.isoformat(), read_at=read.isoformat()
            )
        assert [(e.field, e.code) for e in refused.value.errors] == [("read_at", code)]
    call = sqlite_world.log(received_at=came.isoformat(), read_at=START.isoformat())
    assert (call.intake.read_at, call.promise.counted_from) == (None, came)


def test_arrival_in_time_is_a_promise_kept(world: World) -> None:
    ticket = world.walk(world.log(), TO_SITE)
    clock = ticket.arrival(world.clock.now())
    assert (clock.status, clock.margin) == (DeadlineStatus.MET, timedelta(minutes=28))


def test_a_breach_stays_a_breach_whenever_one_looks(world: World) -> None:
    ticket = world.log()
    before, after = ticket.arrival(START), ticket.arrival(START + timedelta(hours=1))
    assert (before.status, before.margin) == (DeadlineStatus.PENDING, timedelta(minutes=32))
    assert (after.status, after.margin) == (DeadlineStatus.OVERDUE, timedelta(minutes=-28))
    world.clock.advance(timedelta(hours=1))
    ticket = world.walk(ticket, TO_SITE)
    clock = ticket.arrival(world.clock.now())
    assert (clock.status, clock.margin) == (DeadlineStatus.MISSED, timedelta(minutes=-32))


def test_a_matter_withdrawn_in_time_broke_no_promise(world: World) -> None:
    ticket = world.do(world.log(), "withdraw")
    assert ticket.arrival(START + timedelta(days=1)).status is DeadlineStatus.CLOSED


def test_a_burst_goes_before_a_vulnerable_customer_and_both_before_the_rest() -> None:
    def level(job: JobType, *, vulnerable: bool) -> float:
        return priority_of(job, vulnerable=vulnerable, rules=RULES).level

    assert (
        level(JobType.BURST, vulnerable=True)
        > level(JobType.BURST, vulnerable=False)
        > level(JobType.LEAK, vulnerable=True)
        > level(JobType.LEAK, vulnerable=False)
    )


def test_the_order_of_service_says_its_rules() -> None:
    both = priority_of(JobType.BURST, vulnerable=True, rules=RULES)
    assert [reason.rule for reason in both.reasons] == ["R-18", "R-07"]


@pytest.mark.parametrize(
    ("found", "put", "says"),
    [
        ('unit = "min/km"', 'unit = "s/km"', "arrival_city.unit"),
        ('unit = "min/km"', "", "arrival_city.unit is missing"),
        ("value = 10\n", "value = 0\n", "not above zero"),
        ("[arrival_city]", "[arrival_town]", "arrival_city"),
        ('source = "assumption"', "", "source is missing"),
    ],
)
def test_a_rule_without_unit_or_source_stops_the_start(found: str, put: str, says: str) -> None:
    text = files("dispatch").joinpath("rules.toml").read_text(encoding="utf-8")
    assert found in text
    with pytest.raises(RuleFileError, match=says):
        read_rule_book(text.replace(found, put, 1))


def test_a_promise_keeps_the_rule_that_was_in_force_when_it_was_made(world: World) -> None:
    text = files("dispatch").joinpath("rules.toml").read_text(encoding="utf-8")
    later = """
[[arrival_city.values]]
value = 8
since = 2026-11-24
source = "the company's order 12 of 2026"
quote = "市内每公里不超过8分钟"
"""
    before, after = text.split("[arrival_suburb]")
    book = read_rule_book(before + later + "[arrival_suburb]" + after)
    world.desk = make_desk(world.db, world.clock, rule_book=book)
    old = world.log()
    world.clock.advance(timedelta(days=1))
    new = world.log(received_at=world.clock.now().isoformat())
    with world.db.read() as session:
        old, new = load(session, old.id), load(session, new.id)
    assert (old.promise.minutes, old.promise.rule.value) == (32, 10)
    assert (new.promise.minutes, new.promise.rule.value) == (25.6, 8)
    assert new.promise.rule.source == "the company's order 12 of 2026"


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_list_and_ticket_say_alike_whether_a_promise_is_overdue(world: World, late: int) -> None:
    ticket = world.log()
    now = due_of(ticket) + timedelta(microseconds=late)
    with world.db.read() as session:
        found = find_tickets(session, LEADER, now, TicketFilter(overdue=True))
    assert bool(found.total) == ticket.arrival(now).overdue == (late >= 0)


def test_the_way_counts_from_the_office_that_serves_the_place(world: World) -> None:
    near_north, far_south = Position(38.60, 112.73), Position(38.20, 112.73)
    square = [(38.5, 112.6), (38.5, 112.9), (38.7, 112.9), (38.7, 112.6)]
    ring = tuple(Position(lat, lon) for lat, lon in square)
    north = ServiceOffice("north", "城北服务处", "North", near_north, Territory((Polygon(ring),)))
    south = ServiceOffice("south", "城南服务处", "South", far_south)
    area = ResidentialArea("bei", "北苑", "Beiyuan", "by", Zone.CITY, Position(38.61, 112.74))
    with world.db.write() as session:
        save_office(session, north)
        save_office(session, south)
        save_area(session, area)
    made = preview_promise(world.desk, {"place_id": "北苑"})
    way = great_circle_km(near_north, area.position) * 1.3
    assert made.distance.km == round(way, 1)
    assert made.distance.office_name == "城北服务处"
    with world.db.write() as session:
        save_area(session, replace(area, office_id="south"))
    assert preview_promise(world.desk, {"place_id": "bei"}).distance.office_name == "城南服务处"
