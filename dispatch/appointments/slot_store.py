"""Slots in the database: the weekly templates, and who holds which place on which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import ForeignKey, Integer, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.appointments.slots import (
    Slot,
    SlotOffer,
    SlotTemplate,
    next_place,
    read_key,
    slot_on,
    slots_of,
)
from kit.db import Base, UtcDateTime, insert_if_new
from kit.errors import Conflict
from kit.event_table import ID_LENGTH

OFFERED_DAYS = 14
"""How many days are looked through when free slots are offered instead of a full one."""


class SlotTemplateRow(Base):
    """What one crew of an office offers every week; ``begins`` is minutes after midnight."""

    __tablename__ = "slot_template"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    office_name: Mapped[str] = mapped_column(String(80))
    crew: Mapped[str] = mapped_column(String(40))
    weekday: Mapped[int] = mapped_column(Integer)
    begins: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    capacity: Mapped[int] = mapped_column(Integer)
    changed_by: Mapped[str] = mapped_column(String(ID_LENGTH))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SlotPlaceRow(Base):
    """One place of a slot that is booked. Its key is what lets only one of two have it."""

    __tablename__ = "slot_place"

    template_id: Mapped[str] = mapped_column(ForeignKey("slot_template.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    holder_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)


def templates(session: Session, office_id: str = "") -> list[SlotTemplate]:
    """Return the templates of one office, or of all: by office, weekday and time."""
    row = SlotTemplateRow
    chosen = select(row).order_by(row.office_id, row.weekday, row.begins, row.crew)
    if office_id:
        chosen = chosen.where(row.office_id == office_id)
    return [_template(one) for one in session.scalars(chosen)]


def find_slot(session: Session, key: str, zone: tzinfo) -> Slot | None:
    """Return the slot that a key names; None for one that is not offered."""
    named = read_key(key)
    row = session.get(SlotTemplateRow, named[0]) if named else None
    return slot_on(_template(row), named[1], zone) if row and named else None


def offers(
    session: Session, now: datetime, zone: tzinfo, *, office_id: str = "", days: int = OFFERED_DAYS
) -> list[SlotOffer]:
    """Return every slot of the next days that has not begun, the earliest first."""
    found, first = templates(session, office_id), now.astimezone(zone).date()
    capacity = {one.id: one.capacity for one in found}
    taken = _taken(session, first, first + timedelta(days=days))
    return [
        SlotOffer(slot, capacity[slot.template_id], taken.get((slot.template_id, slot.day), 0))
        for slot in slots_of(found, first, days, zone)
        if slot.begins_at > now
    ]


def overbooked(session: Session, day: date) -> dict[str, int]:
    """Return by how many a day's slots exceed their capacity, by the template's id."""
    capacity = {one.id: one.capacity for one in templates(session)}
    taken = _taken(session, day, day + timedelta(days=1))
    over = {key[0]: number - capacity[key[0]] for key, number in taken.items()}
    return {template_id: number for template_id, number in over.items() if number > 0}


def take_place(session: Session, slot: Slot, holder_id: str) -> bool:
    """Book one place of the slot; return False when it is full.

    The place is the holder's when the session commits. Two who want the last one insert the same
    key: the second waits for the first, and then gets none.
    """
    row = session.get(SlotTemplateRow, slot.template_id)
    while row is not None:
        places = select(SlotPlaceRow.place).where(
            SlotPlaceRow.template_id == slot.template_id, SlotPlaceRow.day == slot.day.isoformat()
        )
        place = next_place(row.capacity, set(session.scalars(places)))
        if place is None:
            return False
        key = {"template_id": slot.template_id, "day": slot.day.isoformat(), "place": place}
        if insert_if_new(session, SlotPlaceRow, key | {"holder_id": holder_id}):
            return True
    return False


def release_place(session: Session, slot: Slot, holder_id: str) -> None:
    """Give back the place that the holder has in the slot; free when the session commits."""
    session.execute(
        delete(SlotPlaceRow).where(
            SlotPlaceRow.template_id == slot.template_id,
            SlotPlaceRow.day == slot.day.isoformat(),
            SlotPlaceRow.holder_id == holder_id,
        )
    )


def slot_full(session: Session, slot: Slot, now: datetime, zone: tzinfo) -> Conflict:
    """Return the answer to who came second: the slot is full, and these are free next."""
    found = [one for one in offers(session, now, zone, office_id=slot.office_id) if one.free][:5]
    shown = "、".join(f"{one.slot.begins_at.astimezone(zone):%m-%d %H:%M}" for one in found)
    return Conflict(
        "slot_full",
        f"the last place of this slot has just been booked; free are: {shown or '-'}",
        free=shown or "-",
    )


def save_template(
    session: Session, template: SlotTemplate, changed_by: str, changed_at: datetime
) -> None:
    """Insert the template, or overwrite the one with its id; durable when the session commits.

    What was booked before stays booked, also beyond a capacity that is now smaller.
    """
    session.merge(
        SlotTemplateRow(
            id=template.id,
            office_id=template.office_id,
            office_name=template.office_name,
            crew=template.crew,
            weekday=template.weekday,
            begins=template.begins.hour * 60 + template.begins.minute,
            minutes=template.minutes,
            capacity=template.capacity,
            changed_by=changed_by,
            changed_at=changed_at,
        )
    )
    session.flush()


def _taken(session: Session, first: date, end: date) -> dict[tuple[str, date], int]:
    row = SlotPlaceRow
    counted: Sequence[tuple[str, str, int]] = [
        (template_id, day, number)
        for template_id, day, number in session.execute(
            select(row.template_id, row.day, func.count())
            .where(row.day >= first.isoformat(), row.day < end.isoformat())
            .group_by(row.template_id, row.day)
        )
    ]
    return {(template_id, date.fromisoformat(day)): number for template_id, day, number in counted}


def _template(row: SlotTemplateRow) -> SlotTemplate:
    begins = time(row.begins // 60, row.begins % 60)
    return SlotTemplate(
        row.id, row.office_id, row.office_name, row.crew, row.weekday, begins,
        row.minutes, row.capacity,
    )  # fmt: skip
