"""From bursts to call-outs: a burst that nobody is named to calls out the fitters on duty (R-18).

The only place where repairs and the duty roster meet.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from dispatch.repair import tickets
from dispatch.repair.crew_wanted import WAITS_FOR_CREW, bursts_without_crew
from dispatch.repair.desk import RepairDesk
from dispatch.repair.repair_tables import TicketRow
from dispatch.repair.ticket import Ticket
from dispatch.roster.call_order import who_is_called
from dispatch.roster.call_out import CalledFor, CallOut
from dispatch.roster.call_out_steps import CallOutContext
from dispatch.roster.call_outs import is_calling, never_called_out
from dispatch.roster.roster_desk import RosterDesk
from kit.actors import SYSTEM
from kit.errors import SanlaiError
from kit.life import LifeDesk
from stations.assets.area_store import find_area
from stations.assets.office_store import serving_office
from stations.assets.station_store import find_station

_log = logging.getLogger(__name__)


def call_out_context(
    desk: RepairDesk, roster: RosterDesk, session: Session, now: datetime
) -> CallOutContext:
    """Return what the steps of a call-out are given."""
    duty = roster.duty_now(session, now)
    return CallOutContext(
        rules=desk.rules(now),
        ticket=lambda ticket_id: _called_for(desk, session, ticket_id),
        is_calling=partial(is_calling, session),
        order=lambda office_id: who_is_called(duty, now, office_id),
    )


def _called_for(desk: RepairDesk, session: Session, ticket_id: str) -> CalledFor | None:
    """Return the ticket while it waits for a crew, locked so that two can't call out for it."""
    try:
        ticket = tickets.load(session, ticket_id, lock=True)
    except SanlaiError:
        return None
    if ticket.state not in WAITS_FOR_CREW:
        return None
    return CalledFor(ticket.id, ticket.number, _office_of(desk, session, ticket))


def _office_of(desk: RepairDesk, session: Session, ticket: Ticket) -> str:
    """Return the id of the office that serves the ticket's place; '' when no place is known."""
    intake = ticket.intake
    station = find_station(session, intake.station_id) if intake.station_id else None
    place = station or (find_area(session, intake.place_id) if intake.place_id else None)
    if place is None:
        return ""
    found = serving_office(session, place.position, desk.service_office, place.office_id)
    return found.office.id


def call_out_for_bursts(
    desk: RepairDesk, call_outs: LifeDesk[CallOut, CallOutContext], now: datetime
) -> int:
    """Begin a call-out for each burst that has lain too long without a crew; return how many.

    Each is begun once, under the key of its ticket, so a repeat changes nothing. One received
    after now (a clock was set back) is called out at once: nobody can tell how long it has lain.
    """
    with desk.db.read() as session:
        rules = desk.rules(now)
        waiting = bursts_without_crew(
            session, rules, now, never_called_out(TicketRow.id.expression)
        )
    begun = 0
    for ticket_id in waiting:
        try:
            data = {"ticket": ticket_id, "reason": f"跑水{rules.call_out_after.value:g}分钟未派人"}
            call_outs.begin(data, SYSTEM, f"burst:{ticket_id}")
            begun += 1
        except SanlaiError:
            # One that can't be read, or was just given a crew, must not hold up the others.
            _log.exception("no call-out could be begun for ticket %s", ticket_id)
    return begun
