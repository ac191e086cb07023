"""What the row of a ticket says beside its body: copies, for lists to look by. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from dispatch.model import Ticket


def row_of(ticket: Ticket, body: Any) -> dict[str, Any]:
    """Return every column of the ticket's row; ``body`` is the ticket as plain data.

    The one place where columns come from, so that the record can be held against them (R-39).
    """
    return {
        "id": ticket.id,
        "number": ticket.number,
        "dedupe_key": ticket.dedupe_key,
        "alarm_rule_id": (ticket.alarm.rule_id or None) if ticket.alarm else None,
        "version": ticket.version,
        "state": ticket.state,
        "channel": ticket.channel,
        "job_type": ticket.job_type,
        "priority": ticket.priority.level,
        "station_id": ticket.station_id,
        "name": ticket.name,
        "phone": ticket.phone,
        "address": ticket.address,
        "received_at": ticket.received_at,
        "due_at": ticket.promise.due_at,
        "arrived_at": ticket.arrived_at,
        "arrival_missed_at": ticket.arrival_missed_at,
        "body": body,
    }


def to_ticket(body: Any) -> Ticket:
    """Return the ticket that was kept as this plain data."""
    return msgspec.convert(_with_posts(body), Ticket)


def _with_posts(value: Any) -> Any:
    """Return plain data with ``post`` where the records of version 0.1 said ``role``."""
    if isinstance(value, dict):
        renamed = {"role": "post"} if value.keys() == {"id", "name", "role"} else {}
        return {renamed.get(name, name): _with_posts(part) for name, part in value.items()}
    return [_with_posts(part) for part in value] if isinstance(value, list) else value
