"""Material slips as they are kept: the table, and everything the program needs of their life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.repair.repair_tables import TicketRow
from dispatch.repair.search import within_reach as within_reach_of_tickets
from dispatch.repair.ticket import CLOSED_STATES
from dispatch.slips.job_materials import move_materials
from dispatch.slips.slip import (
    MaterialSlip,
    SlipContext,
    SlipState,
    knows_of,
    make_slip,
    read_slip_request,
)
from dispatch.slips.slip_workflow import SLIP
from kit.actors import Actor
from kit.db import Base
from kit.event_table import ID_LENGTH, EventColumns
from kit.life import Life
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import Reach, reach

MOST_JOBS = 200
"""How many open tickets a form offers to choose from."""


class MaterialSlipRow(SubjectColumns, Base):
    """One material slip; ``version`` is the number of its latest event."""

    __tablename__ = "material_slip"

    number: Mapped[str] = mapped_column(String(24), unique=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), index=True)
    asker_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    receiver_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)


class MaterialSlipEventRow(EventColumns, Base):
    """One step taken on a material slip."""

    __tablename__ = "material_slip_event"
    __table_args__ = (UniqueConstraint("slip_id", "n"),)

    subject_id: Mapped[str] = mapped_column("slip_id", ForeignKey("material_slip.id"))


def _columns_of(slip: MaterialSlip) -> Mapping[str, Any]:
    return {
        "id": slip.id,
        "version": slip.version,
        "state": slip.state,
        "number": slip.number,
        "ticket_id": slip.asked.ticket_id,
        "asker_id": slip.asker.by.id,
        "receiver_id": slip.asked.receiver.id,
    }


def _within_reach(viewer: Actor) -> ColumnElement[bool]:
    found = reach(viewer, "material_slips.see")
    if found is not Reach.OWN:
        return true() if found is Reach.ANY else false()
    return or_(MaterialSlipRow.asker_id == viewer.id, MaterialSlipRow.receiver_id == viewer.id)


def open_jobs(session: Session, viewer: Actor) -> list[tuple[str, str]]:
    """Return the id and number of each open ticket that the viewer may know of, newest first."""
    chosen = select(TicketRow.id, TicketRow.number).where(
        within_reach_of_tickets(viewer), TicketRow.state.not_in(CLOSED_STATES)
    )
    newest = chosen.order_by(TicketRow.id.desc()).limit(MOST_JOBS)
    return [(row.id, row.number) for row in session.execute(newest)]


SLIP_LIFE: Life[MaterialSlip, SlipContext] = Life(
    workflow=SLIP,
    book=RecordBook(
        "material_slip",
        SlipState.NEW,
        MaterialSlipRow,
        MaterialSlipEventRow,
        reader(MaterialSlip, "material_slip"),
        _columns_of,
    ),
    plural="material_slips",
    series="CL",
    read_opening=read_slip_request,
    make=make_slip,
    knows_of=knows_of,
    within_reach=_within_reach,
    saved=move_materials,
)
