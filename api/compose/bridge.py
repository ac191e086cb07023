"""From alarms to tickets, and back: the only place where telemetry and dispatch meet.

Each occurrence of an alarm that needs hands (its raising, and each time it is raised again) has
exactly one ticket: that of the rule's last alarm while it can wait for telemetry, else a new one.
Each step may be cut short anywhere and is then repeated: dispatch tells occurrences apart by the
time they began and by their dedupe key, and marking twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from dispatch.repair.alarm_tickets import open_from_alarm, report_return
from dispatch.repair.desk import RepairDesk
from dispatch.repair.matter import AlarmFacts
from kit.clock import Clock
from kit.db import Database
from stations.assets.bare_keys import is_bare
from stations.assets.point_names import point_name
from stations.assets.quantities import Quantities
from stations.assets.station import Station
from stations.assets.station_store import get_station
from telemetry.alarms.alarm_search import Alarm
from telemetry.alarms.forwarding import (
    mark_forwarded,
    mark_return_reported,
    returned_unreported,
    unforwarded,
)

log = logging.getLogger(__name__)


class Bridge:
    """Carries occurrences of alarms to dispatch, and their return to normal after them."""

    def __init__(
        self, db: Database, desk: RepairDesk, clock: Clock, quantities: Quantities
    ) -> None:
        self._db = db
        self._desk = desk
        self._clock = clock
        self._quantities = quantities

    def carry(self) -> int:
        """Carry what waits; return how many alarms. What returns has been committed.

        An alarm that can't be carried does not hold up the others; its error is raised when
        they are done.
        """
        with self._db.read() as session:
            raised = unforwarded(session)
        carried = _each(raised, self._open)
        # Queried only now: an alarm just carried may have returned to normal already.
        with self._db.read() as session:
            returned = returned_unreported(session)
        return carried + _each(returned, self._report_return)

    def _open(self, alarm: Alarm) -> None:
        with self._db.read() as session:
            station = get_station(session, alarm.station_id)
        facts = facts_of(alarm, station, self._quantities)
        ticket = open_from_alarm(self._desk, alarm.dedupe_key, station, facts)
        with self._db.write() as session:
            mark_forwarded(session, alarm, ticket.id, self._clock.now())
        log.info("alarm %s has ticket %s", alarm.id, ticket.number)

    def _report_return(self, alarm: Alarm) -> None:
        now = self._clock.now()
        # A station's clock may run ahead of ours, but no recorded time may be in the future.
        at = min(alarm.returned_at or now, now)
        report_return(self._desk, alarm.ticket_ref or "", alarm.occurred_at, at)
        with self._db.write() as session:
            mark_return_reported(session, alarm, now)


def facts_of(alarm: Alarm, station: Station, quantities: Quantities) -> AlarmFacts:
    """Return what dispatch needs to know of an alarm's latest occurrence."""
    point = station.point(alarm.metric)
    named = point is not None and not is_bare(point)
    return AlarmFacts(
        metric=alarm.metric,
        kind=alarm.kind,
        severity=alarm.severity,
        value=alarm.measured,
        limit=alarm.limit,
        unit=alarm.unit,
        raised_at=alarm.occurred_at,
        rule_id=alarm.rule_id,
        point=point_name(station, point, quantities) if point and named else "",
        point_en=point_name(station, point, quantities, "en") if point and named else "",
        quantity=point.quantity if point else "",
    )


def _each(alarms: Iterable[Alarm], carry: Callable[[Alarm], None]) -> int:
    done, faults = 0, []
    for alarm in alarms:
        try:
            carry(alarm)
            done += 1
        except Exception as error:  # noqa: BLE001 - raised below, when the others are done
            error.add_note(f"alarm {alarm.id} of station {alarm.station_id}")
            faults.append(error)
    if faults:
        raise faults[0]
    return done
