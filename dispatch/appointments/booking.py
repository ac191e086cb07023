"""What is asked for, and the time that is agreed: the forms of R-12 and R-13. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.appointments.appointment import (
    AgreedTime,
    AnswerDeadline,
    Appointment,
    AppointmentState,
    Ground,
    Service,
    VisitMatter,
    VisitRequest,
    terms,
)
from dispatch.appointments.slots import Slot
from dispatch.clocks.limits import limit_of
from dispatch.clocks.office_time import OfficeTime
from dispatch.phones import normal_phone
from dispatch.rulebook import DispatchRules
from kit import step, workflow
from kit.fields import FaultKind, Fields
from kit.step import Asked, Numbered, Stamp
from stations.assets.areas import ResidentialArea
from stations.assets.offices import ServiceOffice

NAME, PHONE, ADDRESS, CONTENT = 80, 40, 200, 1000
"""Longest entries, in characters."""

NOT_A_NUMBER = FaultKind("not_a_phone", "is not a telephone number")
NO_SUCH_PLACE = FaultKind("no_such_place", "is not in the list of residential areas")
NO_SUCH_OFFICE = FaultKind("no_such_office", "is not a service office; name the one that serves it")
NO_SUCH_TICKET = FaultKind("no_ticket_of_number", "is not the number of a ticket")
NO_SUCH_SLOT = FaultKind("no_such_slot", "is not a slot that is offered")
SLOT_IN_THE_PAST = FaultKind("slot_in_the_past", "has begun or lies in the past")
SLOT_TOO_FAR = FaultKind("slot_too_far", "lies more than {days} days ahead")
SLOT_OF_ANOTHER_OFFICE = FaultKind(
    "slot_of_another_office", "is of another office; {office} serves"
)


@dataclass(frozen=True, slots=True)
class AppointmentContext:
    """The rules in force, and the directories that the forms are read by.

    ``office`` is when the office works; ``technician_name`` gives the name of a technician who is
    there; ``offices`` all offices, ``office_of`` that of an area.
    """

    rules: DispatchRules
    technician_name: Callable[[str], str | None]
    find_slot: Callable[[str], Slot | None]
    find_area: Callable[[str], ResidentialArea | None]
    office_of: Callable[[ResidentialArea], ServiceOffice]
    offices: Callable[[], list[ServiceOffice]]
    is_ticket: Callable[[str], bool]
    office: OfficeTime


Given = step.Given[Appointment, AppointmentContext]
Line = workflow.Line[Appointment, AppointmentContext]


@dataclass(frozen=True, slots=True)
class Booking:
    """What opens an appointment: who asks for what, and the time agreed while talking (R-12)."""

    asked: VisitRequest
    agreed: AgreedTime


@dataclass(frozen=True, slots=True)
class Registration:
    """What opens a service at home: the registration form, and until when it is answered (R-13)."""

    asked: VisitRequest
    answer: AnswerDeadline


def read_booking(form: Fields, asked: Asked[AppointmentContext]) -> Booking:
    """Read the form of an appointment; the time is one of the office's slots."""
    request = _read_request(form, Service.APPOINTMENT, asked.context)
    return Booking(request, read_time(form, request, 1, asked.now, asked.context))


def read_registration(form: Fields, asked: Asked[AppointmentContext]) -> Registration:
    """Read the registration form of a service at home (上门服务登记表)."""
    request = _read_request(form, Service.HOME_SERVICE, asked.context)
    rule = asked.context.rules.home_service_answer
    limit = limit_of(rule, asked.now, asked.context.office)
    return Registration(request, AnswerDeadline(asked.now, limit))


def make_appointment(numbered: Numbered, said: Booking, stamp: Stamp) -> Appointment:
    """Return the appointment that this booking opens."""
    return Appointment(
        numbered.id, numbered.number, 1, AppointmentState.CONFIRMED, said.asked, stamp,
        agreed=said.agreed,
    )  # fmt: skip


def make_home_service(numbered: Numbered, said: Registration, stamp: Stamp) -> Appointment:
    """Return the service at home that this registration opens."""
    return Appointment(
        numbered.id, numbered.number, 1, AppointmentState.REGISTERED, said.asked, stamp,
        answer=said.answer,
    )  # fmt: skip


def read_time(
    form: Fields, asked: VisitRequest, n: int, now: datetime, context: AppointmentContext
) -> AgreedTime:
    """Read ``slot``: one of the serving office's, ahead of now and not too far."""
    notice, wait = terms(asked.service, context.rules)
    slot, days = _read_slot(form, context), context.rules.booking_ahead.value
    if slot is not None and slot.begins_at <= now:
        form.fault("slot", SLOT_IN_THE_PAST)
    elif slot is not None and slot.begins_at > now + timedelta(days=days):
        form.fault("slot", SLOT_TOO_FAR, days=round(days))
    elif slot is not None and asked.office_id not in ("", slot.office_id):
        form.fault("slot", SLOT_OF_ANOTHER_OFFICE, office=asked.office_name)
    nowhere = Slot("", now.date(), "", "", "", now, now)
    return AgreedTime(n, slot or nowhere, now, notice, wait)


def _read_slot(form: Fields, context: AppointmentContext) -> Slot | None:
    key = form.plain("slot")
    slot = context.find_slot(key) if key else None
    if not key:
        form.fault("slot", "required")
    elif slot is None:
        form.fault("slot", NO_SUCH_SLOT)
    return slot


def _read_request(form: Fields, service: Service, context: AppointmentContext) -> VisitRequest:
    office = _read_office(form, context)
    at_home = service is Service.HOME_SERVICE
    return VisitRequest(
        service=service,
        matter=form.choice("matter", VisitMatter, VisitMatter.OTHER),
        name=form.text("name", longest=NAME, lines=False),
        phone=read_phone(form, "phone"),
        address=form.text("address", longest=ADDRESS, lines=False),
        office_id=office.id if office else "",
        office_name=office.name if office else "",
        content=form.text("content", longest=CONTENT),
        explained=form.text("explained", longest=CONTENT, needed=False),
        ticket_number=_read_ticket(form, context),
        ground=form.choice("ground", Ground, Ground.OTHER_NEED) if at_home else None,
        wished=form.text("wished", longest=NAME, needed=False, lines=False) if at_home else "",
    )


def read_phone(form: Fields, name: str) -> str:
    """Read a telephone number that is needed, in its normal form."""
    typed = form.text(name, longest=PHONE, lines=False)
    phone = normal_phone(typed) if typed else ""
    if phone is None:
        form.fault(name, NOT_A_NUMBER)
    return phone or ""


def _read_office(form: Fields, context: AppointmentContext) -> ServiceOffice | None:
    """Read the residential area, whose office serves; else the office itself; else the only one."""
    place, named, offices = form.plain("place_id"), form.plain("office_id"), context.offices()
    if place:
        area = context.find_area(place)
        if area is None:
            form.fault("place_id", NO_SUCH_PLACE)
        return context.office_of(area) if area else None
    if not named and len(offices) == 1:
        return offices[0]
    found = next((one for one in offices if one.id == named), None)
    if found is None:
        form.fault("office_id", NO_SUCH_OFFICE if named else "required")
    return found


def _read_ticket(form: Fields, context: AppointmentContext) -> str:
    number = form.plain("ticket_number")
    if number and not context.is_ticket(number):
        form.fault("ticket_number", NO_SUCH_TICKET)
    return number
