"""What the steps of appointments are given: rules, offices, slots, technicians, tickets."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from api.compose.present import present_technicians
from dispatch.appointments.appointment import Appointment
from dispatch.appointments.appointments import open_appointments, open_home_services
from dispatch.appointments.booking import AppointmentContext
from dispatch.appointments.slot_store import find_slot
from dispatch.clocks.office_time import office_time
from dispatch.repair.repair_tables import TicketRow
from dispatch.rulebook import DispatchRuleBook
from kit.clock import Clock
from kit.db import Database
from kit.geo import Position
from kit.life import LifeDesk
from stations.assets.area_store import find_area
from stations.assets.areas import ResidentialArea
from stations.assets.office_store import all_offices, serving_office
from stations.assets.offices import ServiceOffice


def appointment_desks(
    db: Database, clock: Clock, zone: tzinfo, rule_book: DispatchRuleBook, main: Position
) -> tuple[LifeDesk[Appointment, AppointmentContext], ...]:
    """Return the desks of appointments and of services at home."""

    def context(session: Session, now: datetime) -> AppointmentContext:
        return appointment_context(session, now, zone, rule_book, main)

    lives = (open_appointments(zone), open_home_services(zone))
    return tuple(LifeDesk(life, db, clock, zone, context) for life in lives)


def appointment_context(
    session: Session, now: datetime, zone: tzinfo, rule_book: DispatchRuleBook, main: Position
) -> AppointmentContext:
    """Return the context; ``main`` is the position of the office while none is entered."""
    rules = rule_book.on(now.astimezone(zone).date())

    def office_of(area: ResidentialArea) -> ServiceOffice:
        return serving_office(session, area.position, main, area.office_id).office

    def is_ticket(number: str) -> bool:
        return bool(session.scalar(select(exists().where(TicketRow.number == number))))

    return AppointmentContext(
        rules=rules,
        technician_name=lambda person_id: present_technicians(session, now).get(person_id),
        find_slot=lambda key: find_slot(session, key, zone),
        find_area=lambda named: find_area(session, named),
        office_of=office_of,
        offices=lambda: all_offices(session, main),
        is_ticket=is_ticket,
        office=office_time(rules, str(zone)),
    )
