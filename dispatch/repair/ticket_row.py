"""The columns of a ticket's row besides its body: copies that lists filter and sort by. Pure."""

from __future__ import annotations

from typing import Any

from dispatch.repair.search_grams import grams_of
from dispatch.repair.ticket import Ticket


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """Return every column of the ticket's row but the body.

    Columns are made only here, so that verification can compare them with the record (R-39).
    """
    intake, opinion = ticket.intake, ticket.signatures.customer
    return {
        "id": ticket.id,
        "number": ticket.number,
        "dedupe_key": ticket.dedupe_key,
        "alarm_rule_id": (intake.alarm.rule_id or None) if intake.alarm else None,
        "version": ticket.version,
        "state": ticket.state,
        "channel": intake.channel,
        "job_type": intake.job_type,
        "priority": ticket.priority.level,
        "station_id": intake.station_id,
        "name": intake.name,
        "phone": intake.phone,
        "parties": _parties(ticket),
        "address": intake.address,
        "received_at": intake.received_at,
        "due_at": ticket.due_at,
        "arrived_at": ticket.crew.arrived_at,
        "arrival_missed_at": ticket.crew.missed_at,
        "signed_way": opinion.signature.way if opinion else None,
    }


def grams(ticket: Ticket) -> frozenset[str]:
    """Return the parts of the ticket's row by which a search finds it.

    Of the number only what counts within its day: people say the rest as a date.
    """
    intake, number = ticket.intake, ticket.number.rpartition("-")[2]
    texts = (number, intake.name, intake.phone, intake.address, _parties(ticket))
    return frozenset().union(*(grams_of(text) for text in texts))


def _parties(ticket: Ticket) -> str:
    """Return customer and payer with their numbers, where others than who reported it."""
    facility = ticket.facility
    named = [one for one in (facility.customer, facility.payer) if one is not None]
    return "\n".join(f"{one.name} {one.phone}" for one in named)
