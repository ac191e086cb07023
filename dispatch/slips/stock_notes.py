"""Stock notes as they are kept: the table, and everything the program needs of their life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.materials.booking import MovedBy, book
from dispatch.slips.stock_note import (
    StockContext,
    StockNote,
    StockState,
    make_stock_note,
    movements_of,
    read_stock_request,
    sees_stock,
)
from dispatch.slips.stock_workflow import STOCK
from kit.actors import Actor
from kit.db import Base
from kit.event_table import EventColumns
from kit.life import Life
from kit.record_book import RecordBook, SubjectColumns, reader
from kit.rights import may
from kit.step import Stamp
from kit.workflow import Decision


class StockNoteRow(SubjectColumns, Base):
    """One stock note; ``version`` is the number of its latest event."""

    __tablename__ = "stock_note"

    number: Mapped[str] = mapped_column(String(24), unique=True)


class StockNoteEventRow(EventColumns, Base):
    """One step taken on a stock note."""

    __tablename__ = "stock_note_event"
    __table_args__ = (UniqueConstraint("note_id", "n"),)

    subject_id: Mapped[str] = mapped_column("note_id", ForeignKey("stock_note.id"))


def _columns_of(note: StockNote) -> Mapping[str, Any]:
    return {"id": note.id, "version": note.version, "state": note.state, "number": note.number}


def _within_reach(viewer: Actor) -> ColumnElement[bool]:
    return true() if may(viewer, "stock_notes.see") else false()


def _move(session: Session, decision: Decision[StockNote], stamp: Stamp) -> None:
    note = decision.after
    book(session, movements_of(note), MovedBy("stock_note", note.id), stamp)


STOCK_LIFE: Life[StockNote, StockContext] = Life(
    workflow=STOCK,
    book=RecordBook(
        "stock_note",
        StockState.NEW,
        StockNoteRow,
        StockNoteEventRow,
        reader(StockNote, "stock_note"),
        _columns_of,
    ),
    plural="stock_notes",
    series="KC",
    read_opening=read_stock_request,
    make=make_stock_note,
    knows_of=sees_stock,
    within_reach=_within_reach,
    saved=_move,
)
