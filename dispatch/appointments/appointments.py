"""Appointments and services at home as they are kept: their tables, and their two lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.appointments.appointment import (
    SEES,
    Appointment,
    AppointmentState,
    Service,
    knows_of,
)
from dispatch.appointments.appointment_workflow import APPOINTMENT, HOME_SERVICE
from dispatch.appointments.booking import (
    AppointmentContext,
    make_appointment,
    make_home_service,
    read_booking,
    read_registration,
)
from dispatch.appointments.slot_store import release_place, slot_full, take_place
from kit.actors import Actor
from kit.db import Base, UtcDateTime
from kit.event_table import ID_LENGTH, EventColumns
from kit.life import Life
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import Reach, reach
from kit.step import Stamp
from kit.workflow import Decision

AppointmentLife = Life[Appointment, AppointmentContext]


class AppointmentColumns(SubjectColumns):
    """The columns of both tables; ``answer_by`` is there while an answer is still awaited."""

    number: Mapped[str] = mapped_column(String(24), unique=True)
    office_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    technician_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    begins_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class AppointmentRow(AppointmentColumns, Base):
    """One appointment (R-12)."""

    __tablename__ = "appointment"


class AppointmentEventRow(EventColumns, Base):
    """One step taken on an appointment."""

    __tablename__ = "appointment_event"
    __table_args__ = (UniqueConstraint("appointment_id", "n"),)

    subject_id: Mapped[str] = mapped_column("appointment_id", ForeignKey("appointment.id"))


class HomeServiceRow(AppointmentColumns, Base):
    """One service at home (R-13)."""

    __tablename__ = "home_service"


class HomeServiceEventRow(EventColumns, Base):
    """One step taken on a service at home."""

    __tablename__ = "home_service_event"
    __table_args__ = (UniqueConstraint("home_service_id", "n"),)

    subject_id: Mapped[str] = mapped_column("home_service_id", ForeignKey("home_service.id"))


TABLES: Mapping[Service, type[AppointmentColumns]] = {
    Service.APPOINTMENT: AppointmentRow,
    Service.HOME_SERVICE: HomeServiceRow,
}
"""Where each of the two is kept."""


def open_appointments(zone: tzinfo) -> AppointmentLife:
    """Return the life of appointments; ``zone`` is the company's own."""
    return Life(
        workflow=APPOINTMENT,
        book=RecordBook(
            "appointment", AppointmentState.NEW, AppointmentRow, AppointmentEventRow,
            reader(Appointment, "appointment"), _columns_of,
        ),
        plural="appointments",
        series="YY",
        read_opening=read_booking,
        make=make_appointment,
        knows_of=knows_of,
        within_reach=_within_reach(Service.APPOINTMENT),
        saved=_places(zone),
    )  # fmt: skip


def open_home_services(zone: tzinfo) -> AppointmentLife:
    """Return the life of services at home; ``zone`` is the company's own."""
    return Life(
        workflow=HOME_SERVICE,
        book=RecordBook(
            "home_service", AppointmentState.NEW, HomeServiceRow, HomeServiceEventRow,
            reader(Appointment, "home_service"), _columns_of,
        ),
        plural="home_services",
        series="SM",
        read_opening=read_registration,
        make=make_home_service,
        knows_of=knows_of,
        within_reach=_within_reach(Service.HOME_SERVICE),
        saved=_places(zone),
    )  # fmt: skip


def within_reach(viewer: Actor, service: Service) -> ColumnElement[bool]:
    """Return which of a service's rows the viewer may know of: what ``knows_of`` says, in SQL."""
    found, table = reach(viewer, SEES[service]), TABLES[service]
    if found is not Reach.OWN:
        return true() if found is Reach.ANY else false()
    return table.technician_id == viewer.id


def unanswered(session: Session, now: datetime, *, most: int) -> list[str]:
    """Return the services at home whose time for an answer has passed, the longest overdue first.

    One whose missed answer is on record is not among them.
    """
    row = HomeServiceRow
    due = select(row.id).where(row.answer_by <= now).order_by(row.answer_by).limit(most)
    return list(session.scalars(due))


def _within_reach(service: Service) -> Callable[[Actor], ColumnElement[bool]]:
    return lambda viewer: within_reach(viewer, service)


def _columns_of(one: Appointment) -> Mapping[str, Any]:
    waits = one.state is AppointmentState.REGISTERED and one.answer_missed is None
    return {
        "id": one.id,
        "version": one.version,
        "state": one.state,
        "number": one.number,
        "office_id": one.asked.office_id,
        "technician_id": one.technician_id,
        "begins_at": one.agreed.begins_at if one.agreed else None,
        "answer_by": one.answer.due_at if one.answer and waits else None,
    }


def _places(zone: tzinfo) -> Callable[[Session, Decision[Appointment], Stamp], None]:
    """Return what keeps the places of slots in step with what is agreed, in its transaction."""

    def keep(session: Session, decision: Decision[Appointment], stamp: Stamp) -> None:
        before = decision.before.booked if decision.before else None
        after, holder = decision.after.booked, decision.after.id
        if before == after:
            return
        if after is not None and not take_place(session, after, holder):
            raise slot_full(session, after, stamp.at, zone)
        if before is not None:
            release_place(session, before, holder)

    return keep
