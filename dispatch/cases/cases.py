"""Cases as they are kept: the tables, and everything the program needs to know of their life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.cases.case import Case, CaseContext, CaseState, knows_of
from dispatch.cases.case_workflow import CASE, OPEN_STATES
from dispatch.cases.opening import make_case, read_new_case
from dispatch.privacy import mask_name, mask_phone, sees_person
from dispatch.repair.masking import masked_event
from kit.actors import Actor
from kit.db import Base, UtcDateTime
from kit.event_table import ID_LENGTH, EventColumns
from kit.life import Life
from kit.record import Event
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import Reach, reach
from kit.step import Mask


class CaseRow(SubjectColumns, Base):
    """One case; ``version`` is the number of its latest event.

    ``receiver_id`` and ``receiver_post`` are of its latest hand-over; ``accept_by`` is set as long
    as that waits to be accepted.
    """

    __tablename__ = "service_case"

    number: Mapped[str] = mapped_column(String(24), unique=True)
    ticket_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), unique=True)
    first_contact_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    owner_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    receiver_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    receiver_post: Mapped[str | None] = mapped_column(String(24), index=True)
    accept_by: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    notice_faults: Mapped[int] = mapped_column(Integer)


class CaseEventRow(EventColumns, Base):
    """One step taken on a case."""

    __tablename__ = "service_case_event"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    subject_id: Mapped[str] = mapped_column("case_id", ForeignKey("service_case.id"))


def _columns_of(case: Case) -> Mapping[str, Any]:
    handover, pending = case.handover, case.pending
    return {
        "id": case.id,
        "version": case.version,
        "state": case.state,
        "number": case.number,
        "ticket_id": case.matter.ticket_id,
        "first_contact_id": case.first_contact.by.id,
        "owner_id": case.owner.id,
        "receiver_id": handover.person.id if handover and handover.person else None,
        "receiver_post": handover.post if handover else None,
        "accept_by": pending.due_at if pending else None,
        "received_at": case.matter.received_at,
        "kind": case.kind,
        "notice_faults": case.notice_faults,
    }


def _within_reach(viewer: Actor) -> ColumnElement[bool]:
    found = reach(viewer, "cases.see")
    if found is not Reach.OWN:
        return true() if found is Reach.ANY else false()
    return or_(
        CaseRow.owner_id == viewer.id,
        CaseRow.first_contact_id == viewer.id,
        CaseRow.receiver_id == viewer.id,
        CaseRow.receiver_post == viewer.post,
    )


def _mine(viewer: Actor) -> ColumnElement[bool]:
    """Return what waits for this person: owned and open, or handed over to them."""
    handed = or_(CaseRow.receiver_id == viewer.id, CaseRow.receiver_post == viewer.post)
    waits = and_(CaseRow.accept_by.is_not(None), handed)
    return and_(CaseRow.state.in_(OPEN_STATES), or_(CaseRow.owner_id == viewer.id, waits))


def _unaccepted(_viewer: Actor) -> ColumnElement[bool]:
    """Return what was handed over and nobody has accepted yet."""
    return CaseRow.accept_by.is_not(None)


def _faulty(_viewer: Actor) -> ColumnElement[bool]:
    """Return what had a second notice that asked for something new (R-04)."""
    return CaseRow.notice_faults > 0


def _sees_customer(case: Case, viewer: Actor) -> bool:
    """Whether the viewer sees who the customer is: the owner has to answer him (R-38)."""
    return sees_person(viewer) or viewer.id == case.owner.id


def _masked(case: Case, viewer: Actor) -> Case:
    if _sees_customer(case, viewer):
        return case
    told, asked = case.matter, case.asked
    matter = replace(told, name=mask_name(told.name), phone=mask_phone(told.phone))
    asked = asked and replace(asked, contact=mask_phone(asked.contact))
    return replace(case, matter=matter, asked=asked)


def _masked_matter(matter: Mapping[str, Any]) -> Mapping[str, Any]:
    masks = {"name": mask_name, "phone": mask_phone}
    return {**matter, **{name: mask(matter[name]) for name, mask in masks.items()}}


def _masked_events(events: list[Event], case: Case, viewer: Actor) -> list[Event]:
    if _sees_customer(case, viewer):
        return events
    personal: dict[str, Mapping[str, Mask]] = {
        step.name: step.personal for step in CASE.steps_of_people()
    }
    personal[CASE.opening.name] = {"matter": _masked_matter}
    return [masked_event(event, personal.get(event.command, {})) for event in events]


CASE_LIFE: Life[Case, CaseContext] = Life(
    workflow=CASE,
    book=RecordBook(
        "case", CaseState.NEW, CaseRow, CaseEventRow, reader(Case, "case"), _columns_of
    ),
    plural="cases",
    series="BJ",
    read_opening=read_new_case,
    make=make_case,
    knows_of=knows_of,
    within_reach=_within_reach,
    masked=_masked,
    masked_events=_masked_events,
    views={"mine": _mine, "unaccepted": _unaccepted, "faulty": _faulty},
)
