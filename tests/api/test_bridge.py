"""The bridge between alarms and tickets: exactly one ticket, however often and by how many."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.bridge import Bridge
from dispatch.handlers import Dispatch
from dispatch.model import Channel, Ticket
from dispatch.rules import load_rules
from dispatch.store import to_ticket
from dispatch.tables import TicketEventRow, TicketRow
from kit.clock import ManualClock
from kit.db import Database
from kit.errors import NotFound
from kit.geo import Position
from stations.model import Sensor, Station, Zone
from stations.store import save_station
from telemetry.alarm_desk import Alarm, get_alarm
from telemetry.tables import AlarmRow

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
STATION = Station(
    id="pump-01",
    name="东关泵站",
    name_en="Dongguan",
    address="东关街12号",
    zone=Zone.CITY,
    position=Position(31.3, 120.6),
    road_km=2.0,
    sensors=(Sensor("pressure"),),
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def bridge(database: Database, clock: ManualClock) -> Bridge:
    with database.write() as session:
        save_station(session, STATION, NOON)
    return make_bridge(database, clock)


def make_bridge(database: Database, clock: ManualClock) -> Bridge:
    dispatch = Dispatch(
        database,
        clock,
        load_rules(),
        service_office=Position(31.299, 120.585),
        link_secret=b"s" * 32,
    )
    return Bridge(database, dispatch, clock)


def raise_alarm(database: Database, alarm_id: str = "a1", **columns: object) -> None:
    alarm = {
        "id": alarm_id, "station_id": "pump-01", "rule_id": "r1", "metric": "pressure",
        "kind": "low", "severity": "critical", "needs_hands": True, "value": 0.12, "limit": 0.2,
        "unit": "MPa", "occurrences": 1, "raised_at": NOON,
    }  # fmt: skip
    with database.write() as session:
        session.add(AlarmRow(**{**alarm, **columns}))


def tickets(database: Database) -> list[Ticket]:
    with database.read() as session:
        return [to_ticket(body) for body in session.scalars(select(TicketRow.body))]


def alarm(database: Database, alarm_id: str = "a1") -> Alarm:
    with database.read() as session:
        return get_alarm(session, alarm_id)


def test_an_alarm_that_needs_hands_has_one_ticket_however_often_it_is_carried(
    bridge: Bridge, database: Database
) -> None:
    raise_alarm(database)
    assert bridge.carry() == 1
    assert bridge.carry() == 0
    (ticket,) = tickets(database)
    assert ticket.channel is Channel.ALARM
    assert ticket.station_id == "pump-01"
    assert ticket.received_at == NOON
    assert alarm(database).ticket_ref == ticket.id


def test_an_alarm_that_needs_no_hands_has_no_ticket(bridge: Bridge, database: Database) -> None:
    raise_alarm(database, needs_hands=False)
    assert bridge.carry() == 0
    assert tickets(database) == []


def test_a_crash_between_the_ticket_and_its_note_is_harmless(
    bridge: Bridge, database: Database
) -> None:
    raise_alarm(database)
    bridge.carry()
    # As after a crash: the ticket was committed, the note on the alarm was not.
    with database.write() as session:
        session.execute(update(AlarmRow).values(forwarded_at=None, ticket_ref=None))
    assert bridge.carry() == 1
    (ticket,) = tickets(database)
    assert alarm(database).ticket_ref == ticket.id


def test_two_bridges_at_once_open_one_ticket_for_each_alarm(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    for number in range(6):
        raise_alarm(database, f"a{number}")
    bridges = [bridge, *(make_bridge(database, clock) for _ in range(3))]
    faults: list[Exception] = []
    ready = threading.Barrier(len(bridges))

    def carry(one: Bridge) -> None:
        ready.wait()
        try:
            one.carry()
        except Exception as error:  # noqa: BLE001 - the test shows whatever went wrong
            faults.append(error)

    threads = [threading.Thread(target=carry, args=[one]) for one in bridges]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(tickets(database)) == 6
    refs = {alarm(database, f"a{number}").ticket_ref for number in range(6)}
    assert refs == {ticket.id for ticket in tickets(database)}


def test_an_alarm_raised_again_is_still_its_one_ticket(bridge: Bridge, database: Database) -> None:
    raise_alarm(database)
    bridge.carry()
    returned = NOON + timedelta(minutes=1)
    for again in (returned, None, returned + timedelta(minutes=1)):
        with database.write() as session:
            session.execute(update(AlarmRow).values(returned_at=again, return_reported_at=None))
        bridge.carry()
    assert len(tickets(database)) == 1


def test_the_return_to_normal_is_put_on_the_ticket_once(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database)
    bridge.carry()
    (before,) = tickets(database)
    assert before.telemetry_returned_at is None
    returned = clock.advance(timedelta(minutes=5))
    with database.write() as session:
        session.execute(update(AlarmRow).values(returned_at=returned))
    assert bridge.carry() == 1
    assert bridge.carry() == 0
    (after,) = tickets(database)
    assert after.telemetry_returned_at == returned
    assert after.state == before.state
    with database.read() as session:
        commands = list(session.scalars(select(TicketEventRow.command)))
    assert commands == ["log", "telemetry_returned"]


def test_an_alarm_over_before_it_was_carried_has_its_ticket_and_its_return(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database, returned_at=NOON + timedelta(seconds=30))
    clock.advance(timedelta(minutes=1))
    assert bridge.carry() == 2
    (ticket,) = tickets(database)
    assert ticket.telemetry_returned_at == NOON + timedelta(seconds=30)


def test_a_station_whose_clock_runs_ahead_puts_nothing_in_the_future(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    ahead = NOON + timedelta(minutes=4)
    raise_alarm(database, raised_at=ahead, returned_at=ahead)
    assert bridge.carry() == 2
    (ticket,) = tickets(database)
    assert ticket.received_at == NOON
    assert ticket.telemetry_returned_at == NOON


def test_an_alarm_that_cannot_be_carried_holds_up_no_other(
    bridge: Bridge, database: Database
) -> None:
    raise_alarm(database, "a1", station_id="gone", raised_at=NOON - timedelta(minutes=1))
    raise_alarm(database, "a2")
    with pytest.raises(NotFound):
        bridge.carry()
    assert [ticket.dedupe_key for ticket in tickets(database)] == ["alarm:a2"]


def test_what_the_alarm_said_stands_on_the_ticket(bridge: Bridge, database: Database) -> None:
    raise_alarm(database)
    raise_alarm(database, "a2", kind="silent", metric="", unit="s", limit=60, value=61)
    bridge.carry()
    by_key = {ticket.dedupe_key: ticket for ticket in tickets(database)}
    low, silent = by_key["alarm:a1"].alarm, by_key["alarm:a2"].alarm
    assert low is not None
    assert silent is not None
    assert (low.metric, low.value, low.limit, low.unit) == ("pressure", 0.12, 0.2, "MPa")
    assert silent.value is None
