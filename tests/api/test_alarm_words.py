"""What a ticket says of its alarm stays as it was, whatever becomes of the station."""

from dataclasses import replace

from kit.clock import ManualClock
from kit.db import Database
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.station_store import save_station
from tests.api.test_bridge import NOON, make_bridge, raise_alarm, tickets
from tests.company.ground import STATION


def test_the_ticket_names_the_point_as_it_was_called_when_the_alarm_was_raised(
    database: Database,
) -> None:
    bridge = make_bridge(database, ManualClock(NOON))
    pump = Equipment("p1", EquipmentKind.PUMP, "1号泵", "Pump 1")
    point = MeasuringPoint("p1.current.l1", "p1", "current", phase="l1")
    with database.write() as session:
        save_station(session, replace(STATION, equipment=(pump,), points=(point,)), NOON)
    raise_alarm(database, metric=point.key, kind="high", value=40.0, limit=30.0, unit="A")
    bridge.carry()
    with database.write() as session:
        save_station(session, replace(STATION, equipment=(), points=()), NOON)
    (ticket,) = tickets(database)
    facts = ticket.intake.alarm
    assert facts is not None
    assert (facts.metric, facts.quantity) == ("p1.current.l1", "current")
    assert (facts.point, facts.point_en) == ("1号泵 A相电流", "Pump 1 current L1")
    assert "1号泵 A相电流 high 40 A (30 A)" in ticket.intake.content
