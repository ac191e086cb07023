"""The arrival, in time or missed, against which the commitment is measured (R-11). Pure."""

from __future__ import annotations

from dataclasses import replace

from dispatch.repair.context import Step
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import Note, read_note
from kit.actors import Actor
from kit.step import Obstacle, Stamp

ALREADY_MISSED = Obstacle("already_missed", "the missed arrival is already on record")


def not_yet_missed(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-11: a promise is broken once, and stays broken."""
    return ALREADY_MISSED if ticket.crew.missed_at else None


def _write_arrival(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    return replace(ticket, crew=replace(ticket.crew, arrived_at=stamp.at))


def _write_miss(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    return replace(ticket, crew=replace(ticket.crew, missed_at=stamp.at))


ARRIVE = Step[Note]("arrive", read_note, _write_arrival, "A named technician has arrived.")
MISS_ARRIVAL = Step[Note](
    "miss_arrival", read_note, _write_miss, "The promised time passed with nobody there."
)
