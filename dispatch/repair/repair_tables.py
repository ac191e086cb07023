"""Tables of a repair. The whole ticket is kept in ``body``; other columns are for queries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.db import Base, UtcDateTime
from kit.event_table import ID_LENGTH, EventColumns
from kit.record_book import SubjectColumns


class TicketRow(SubjectColumns, Base):
    """One ticket; ``version`` is the number of its latest event."""

    __tablename__ = "ticket"
    __table_args__ = (
        # What lists filter and sort by, with the id that they then fetch: one index answers.
        Index("ix_ticket_in_service", "state", "priority", "due_at", "number", "id"),
        Index("ix_ticket_register", "received_at", "number", "id"),
        Index("ix_ticket_by_channel", "channel", "received_at", "number", "id"),
        Index("ix_ticket_by_job_type", "job_type", "received_at", "number", "id"),
    )

    state: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    dedupe_key: Mapped[str | None] = mapped_column(String(128), unique=True)
    alarm_rule_id: Mapped[str | None] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    job_type: Mapped[str] = mapped_column(String(20))
    priority: Mapped[float] = mapped_column(Float)
    station_id: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(80), server_default="")
    parties: Mapped[str] = mapped_column(String(400), server_default="")
    address: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrival_missed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_way: Mapped[str | None] = mapped_column(String(16))


class TicketTechnicianRow(Base):
    """Who is named on a ticket now; decides what a technician's pages show."""

    __tablename__ = "ticket_technician"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    technician_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(80))


class TicketGramRow(Base):
    """A part of a ticket's text by which it is found; ``search_grams`` says what a part is."""

    __tablename__ = "ticket_gram"
    __table_args__ = ({"sqlite_with_rowid": False},)  # the key is all there is: kept once

    gram: Mapped[str] = mapped_column(String(4), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("ticket.id"), primary_key=True)


class TicketEventRow(EventColumns, Base):
    """One step taken on a ticket."""

    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("ticket_id", "n"),)

    subject_id: Mapped[str] = mapped_column("ticket_id", ForeignKey("ticket.id"))


class TicketCounterRow(Base):
    """The last running number given out on one day of the company's calendar."""

    __tablename__ = "ticket_counter"

    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
