"""The bridge between alarms and tickets: exactly one ticket, however often and by how many."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.compose.bridge import Bridge
from dispatch.repair.desk import RepairDesk
from dispatch.repair.matter import Channel
from dispatch.repair.record_formats import to_ticket
from dispatch.repair.repair_tables import TicketEventRow, TicketRow
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Ticket
from kit.actors import Actor, Post
from kit.clock import ManualClock
from kit.db import Database
from kit.errors import NotFound
from kit.instants import to_micros
from stations.assets.quantities import load_quantities
from stations.assets.station_store import save_station
from telemetry.alarms.alarm_search import Alarm, get_alarm
from telemetry.alarms.alarm_tables import AlarmRow
from telemetry.alarms.evaluate import Change, Transition
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.alarms.state_store import record
from tests.company.ground import SERVICE_OFFICE, STATION
from tests.dispatch.world import make_desk

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = AlarmRule("r1", "pump-01", AlarmKind.LOW, "pressure", limit=0.2, needs_hands=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def bridge(database: Database, clock: ManualClock) -> Bridge:
    with database.write() as session:
        save_station(session, STATION, NOON)
    return make_bridge(database, clock)


def make_bridge(database: Database, clock: ManualClock) -> Bridge:
    return Bridge(database, make_a_desk(database, clock), clock, load_quantities())


def make_a_desk(database: Database, clock: ManualClock) -> RepairDesk:
    return make_desk(database, clock, service_office=SERVICE_OFFICE, link_secret=b"s" * 32)


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
    assert ticket.intake.channel is Channel.ALARM
    assert ticket.intake.station_id == "pump-01"
    assert ticket.intake.received_at == NOON
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
        session.execute(update(AlarmRow).values(forwarded=0, forwarded_at=None, ticket_ref=None))
    assert bridge.carry() == 1
    (ticket,) = tickets(database)
    assert alarm(database).ticket_ref == ticket.id


def test_two_bridges_at_once_open_one_ticket_for_each_alarm(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    for number in range(6):
        raise_alarm(database, f"a{number}", rule_id=f"r{number}")
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


def test_the_return_to_normal_is_put_on_the_ticket_once(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database)
    bridge.carry()
    (before,) = tickets(database)
    assert before.telemetry.returned_at is None
    returned = clock.advance(timedelta(minutes=5))
    with database.write() as session:
        session.execute(update(AlarmRow).values(returned_at=returned))
    assert bridge.carry() == 1
    assert bridge.carry() == 0
    (after,) = tickets(database)
    assert after.telemetry.returned_at == returned
    assert after.state == before.state
    assert commands(database) == ["log", "telemetry_returned"]


def test_an_alarm_over_before_it_was_carried_has_its_ticket_and_its_return(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database, returned_at=NOON + timedelta(seconds=30))
    clock.advance(timedelta(minutes=1))
    assert bridge.carry() == 2
    (ticket,) = tickets(database)
    assert ticket.telemetry.returned_at == NOON + timedelta(seconds=30)


def test_a_station_whose_clock_runs_ahead_puts_nothing_in_the_future(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    ahead = NOON + timedelta(minutes=4)
    raise_alarm(database, raised_at=ahead, returned_at=ahead)
    assert bridge.carry() == 2
    (ticket,) = tickets(database)
    assert ticket.intake.received_at == NOON
    assert ticket.telemetry.returned_at == NOON


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
    raise_alarm(
        database, "a2", rule_id="r2", kind="silent", metric="", unit="s", limit=60, value=61
    )
    bridge.carry()
    by_key = {ticket.dedupe_key: ticket for ticket in tickets(database)}
    low, silent = by_key["alarm:a1"].intake.alarm, by_key["alarm:a2"].intake.alarm
    assert low is not None
    assert silent is not None
    assert (low.metric, low.value, low.limit, low.unit) == ("pressure", 0.12, 0.2, "MPa")
    assert silent.value is None


def raise_again(database: Database, at: datetime) -> None:
    """Do what telemetry does when the open alarm's condition comes back."""
    back = Transition(Change.RAISED_AGAIN, "a1", to_micros(at), 0.12)
    with database.write() as session:
        record(session, RULE, back, "MPa")


def back_to_normal(database: Database, at: datetime) -> None:
    with database.write() as session:
        record(session, RULE, Transition(Change.RETURNED, "a1", to_micros(at), 0.3), "MPa")


def commands(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(TicketEventRow.command).order_by(TicketEventRow.id)))


def test_an_alarm_raised_again_is_still_its_one_ticket_which_waits_anew(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database)
    bridge.carry()
    back_to_normal(database, clock.advance(MINUTE))
    bridge.carry()
    raise_again(database, clock.advance(MINUTE))
    assert bridge.carry() == 1
    assert bridge.carry() == 0
    (ticket,) = tickets(database)
    assert ticket.telemetry.returned_at is None
    back_to_normal(database, clock.advance(MINUTE))
    assert bridge.carry() == 1
    (ticket,) = tickets(database)
    assert ticket.telemetry.returned_at == clock.now()
    again = ["telemetry_returned", "telemetry_relapsed", "telemetry_returned"]
    assert commands(database) == ["log", *again]


def test_a_crash_between_the_relapse_and_its_note_is_harmless(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database)
    back_to_normal(database, clock.advance(MINUTE))
    bridge.carry()
    raise_again(database, clock.advance(MINUTE))
    bridge.carry()
    back_to_normal(database, clock.advance(MINUTE))
    # As after a crash: the step was committed, the note on the alarm was not.
    with database.write() as session:
        session.execute(update(AlarmRow).values(forwarded=1))
    bridge.carry()
    assert commands(database).count("telemetry_relapsed") == 1
    (ticket,) = tickets(database)
    assert ticket.telemetry.returned_at == clock.now()


def test_a_relapse_after_the_ticket_has_ended_opens_one_new_ticket(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    raise_alarm(database)
    back_to_normal(database, clock.advance(MINUTE))
    bridge.carry()
    (first,) = tickets(database)
    clerk = Actor("u1", "刘接待", Post.RECEPTIONIST)
    take_step(make_a_desk(database, clock), first.id, "withdraw", {"reason": "已恢复"}, clerk, "k")
    raise_again(database, clock.advance(MINUTE))
    assert bridge.carry() == 1
    with database.write() as session:  # as after a crash, once more
        session.execute(update(AlarmRow).values(forwarded=1, ticket_ref=first.id))
    assert bridge.carry() == 1
    assert sorted(str(t.dedupe_key) for t in tickets(database)) == ["alarm:a1", "alarm:a1#2"]
    (second,) = (ticket for ticket in tickets(database) if ticket.id != first.id)
    assert alarm(database).ticket_ref == second.id
    assert second.intake.received_at == clock.now()
    back_to_normal(database, clock.advance(MINUTE))
    bridge.carry()
    (second,) = (ticket for ticket in tickets(database) if ticket.id != first.id)
    assert second.telemetry.returned_at == clock.now()


def test_a_new_alarm_of_the_rule_takes_up_the_ticket_that_still_waits(
    bridge: Bridge, database: Database, clock: ManualClock
) -> None:
    """An acknowledged alarm ends when it returns; what comes back then is another alarm."""
    raise_alarm(database)
    back_to_normal(database, clock.advance(MINUTE))
    bridge.carry()
    raise_alarm(database, "a2", raised_at=clock.advance(MINUTE))
    bridge.carry()
    (ticket,) = tickets(database)
    assert ticket.telemetry.returned_at is None
    assert alarm(database, "a2").ticket_ref == ticket.id
