"""A swap of duty takes effect: the shifts of two people change hands once it is approved (R-20)."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.roster.duty_tables import ShiftRow
from dispatch.roster.leave import APPROVE, Leave, LeaveKind
from kit.errors import Conflict
from kit.step import Stamp
from kit.workflow import Decision


def exchange_when_approved(session: Session, decision: Decision[Leave], _stamp: Stamp) -> None:
    """Exchange the shifts, if the decision approves a swap; durable when the session commits.

    Raises ``Conflict`` when somebody would be on call twice at once.
    """
    leave = decision.after
    if decision.step == APPROVE.name and leave.asked.kind is LeaveKind.SWAP:
        _exchange(session, leave)


def _exchange(session: Session, leave: Leave) -> None:
    asked, asker = leave.asked, leave.asker.by
    names = {asker.id: asker.name, asked.stand_in.id: asked.stand_in.name}
    numbers = {person_id: _duty_number(session, person_id) for person_id in names}
    other = {asker.id: asked.stand_in.id, asked.stand_in.id: asker.id}
    for row in _shifts_to_change(session, leave):
        taker = other[row.person_id]
        row.person_id, row.person_name, row.phone = taker, names[taker], numbers[taker]
    session.flush()
    for person_id in names:
        _refuse_overlaps(session, person_id, asked.begins_at, asked.ends_at)


def _shifts_to_change(session: Session, leave: Leave) -> list[ShiftRow]:
    asked = leave.asked
    found = select(ShiftRow).where(
        ShiftRow.removed_at.is_(None),
        ShiftRow.post == asked.post,
        ShiftRow.person_id.in_((leave.asker.by.id, asked.stand_in.id)),
        ShiftRow.begins_at >= asked.begins_at,
        ShiftRow.ends_at <= asked.ends_at,
    )
    return list(session.scalars(found.with_for_update()))


def _duty_number(session: Session, person_id: str) -> str:
    """Return the number of the person's latest shift; '' for somebody who never had one."""
    found = select(ShiftRow.phone).where(ShiftRow.person_id == person_id, ShiftRow.phone != "")
    return session.scalar(found.order_by(ShiftRow.begins_at.desc()).limit(1)) or ""


def _refuse_overlaps(session: Session, person_id: str, begins: datetime, ends: datetime) -> None:
    found = select(ShiftRow).where(
        ShiftRow.removed_at.is_(None),
        ShiftRow.person_id == person_id,
        ShiftRow.begins_at < ends,
        ShiftRow.ends_at > begins,
    )
    rows = list(session.scalars(found.order_by(ShiftRow.begins_at)))
    for earlier, later in pairwise(rows):
        if later.begins_at < earlier.ends_at:
            message = f"{earlier.person_name} would be on call twice at once after this swap"
            raise Conflict("swap_overlaps", message, person=earlier.person_name)
