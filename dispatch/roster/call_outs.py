"""Call-outs as they are kept, and how the next is called when the time to answer has passed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.roster.call_out import CallOut, CallOutState, knows_of
from dispatch.roster.call_out_steps import (
    CALL_NEXT,
    RUN_OUT,
    STOP,
    CallAnswer,
    CallOutContext,
    make_call_out,
    read_call_out,
)
from dispatch.roster.call_out_workflow import CALL_OUT, OPEN
from kit.actors import SYSTEM, Actor
from kit.db import Base, UtcDateTime, insert_if_new
from kit.errors import SanlaiError
from kit.event_table import ID_LENGTH, EventColumns
from kit.life import Life, LifeDesk
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import Reach, reach
from kit.step import Stamp
from kit.where import NOWHERE
from kit.workflow import Decision

_BATCH = 200
_log = logging.getLogger(__name__)


class CallOutRow(SubjectColumns, Base):
    """One call-out; the row is its own timer, due while somebody is being called."""

    __tablename__ = "call_out"

    number: Mapped[str] = mapped_column(String(24), unique=True)
    ticket_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class CallOutPersonRow(Base):
    """Somebody who was called; decides what their list shows."""

    __tablename__ = "call_out_person"

    call_out_id: Mapped[str] = mapped_column(ForeignKey("call_out.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, index=True)


class CallOutEventRow(EventColumns, Base):
    """One step taken on a call-out."""

    __tablename__ = "call_out_event"
    __table_args__ = (UniqueConstraint("call_out_id", "n"),)

    subject_id: Mapped[str] = mapped_column("call_out_id", ForeignKey("call_out.id"))


def _columns_of(call_out: CallOut) -> Mapping[str, Any]:
    return {
        "id": call_out.id,
        "version": call_out.version,
        "state": call_out.state,
        "number": call_out.number,
        "ticket_id": call_out.matter.ticket_id,
        "waits_since": call_out.waits_since,
        "due_at": call_out.due_at,
    }


def _within_reach(viewer: Actor) -> ColumnElement[bool]:
    found = reach(viewer, "call_outs.see")
    if found is not Reach.OWN:
        return true() if found is Reach.ANY else false()
    theirs = select(CallOutPersonRow.call_out_id).where(CallOutPersonRow.person_id == viewer.id)
    return CallOutRow.id.in_(theirs)


def _save_people(session: Session, decision: Decision[CallOut], _stamp: Stamp) -> None:
    for person_id in {one.to.id for one in decision.after.calls}:
        row = {"call_out_id": decision.after.id, "person_id": person_id}
        insert_if_new(session, CallOutPersonRow, row)


CALL_OUT_LIFE: Life[CallOut, CallOutContext] = Life(
    workflow=CALL_OUT,
    book=RecordBook(
        "call_out",
        CallOutState.NEW,
        CallOutRow,
        CallOutEventRow,
        reader(CallOut, "call_out"),
        _columns_of,
    ),
    plural="call_outs",
    series="HJ",
    read_opening=read_call_out,
    make=make_call_out,
    knows_of=knows_of,
    within_reach=_within_reach,
    saved=_save_people,
)


def is_calling(session: Session, ticket_id: str) -> bool:
    """Whether a call-out for the ticket has not ended."""
    open_now = CallOutRow.ticket_id == ticket_id, CallOutRow.state.in_(OPEN)
    return session.scalar(select(CallOutRow.id).where(*open_now).limit(1)) is not None


def never_called_out(ticket_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that nobody has ever been called out for a ticket."""
    return ~exists().where(CallOutRow.ticket_id == ticket_id)


def accepted_for(session: Session, ticket_id: str) -> frozenset[str]:
    """Return the ids of those who have accepted a call-out for the ticket."""
    accepted = CallOutRow.ticket_id == ticket_id, CallOutRow.state == CallOutState.ACCEPTED
    bodies = session.scalars(select(CallOutRow.body).where(*accepted))
    found = (CALL_OUT_LIFE.book.read(body).accepted for body in bodies)
    return frozenset(one.id for one in found if one)


def call_the_next(desk: LifeDesk[CallOut, CallOutContext], now: datetime) -> int:
    """Call the next wherever the time to answer has passed; return how many call-outs went on.

    Each is locked and judged again in the transaction of its event, so there is exactly one event,
    even if two schedulers run at once. After a clock was set back behind the last call nobody can
    tell how much of the time has passed: the next is called at once, since a call too many costs
    less than an hour of silence.
    """
    with desk.db.read() as session:
        tolerance = desk.context(session, now).rules.tolerance
        due = or_(CallOutRow.due_at <= now, CallOutRow.waits_since > now + tolerance)
        found = select(CallOutRow.id).where(due).order_by(CallOutRow.due_at).limit(_BATCH)
        ids = list(session.scalars(found))
    moved = 0
    for call_out_id in ids:
        try:
            moved += _go_on(desk, call_out_id, now)
        except SanlaiError:
            # One that can't be read must not hold up the others.
            _log.exception("call-out %s could not go on", call_out_id)
    return moved


def _go_on(desk: LifeDesk[CallOut, CallOutContext], call_out_id: str, now: datetime) -> bool:
    with desk.db.write() as session:
        call_out = desk.life.book.load(session, call_out_id, lock=True)
        context = desk.context(session, now)
        since, due = call_out.waits_since, call_out.due_at
        if since is None or due is None or due > now >= since - context.rules.tolerance:
            return False
        waiting = call_out.open_call
        person_id = waiting.to.id if waiting else ""
        if context.ticket(call_out.matter.ticket_id) is None:
            step, said = STOP, CallAnswer("", "任务单已派人或已结束")
        elif called := call_out.next_called(context.order(call_out.matter.office_id)):
            step, said = CALL_NEXT, CallAnswer(person_id, called=called)
        else:
            step, said = RUN_OUT, CallAnswer(person_id)
        stamp = Stamp(SYSTEM, now)
        decision = CALL_OUT.take(call_out, step, said, stamp)
        desk.life.book.save(session, decision, stamp, NOWHERE)
        desk.life.saved(session, decision, stamp)
        return True
