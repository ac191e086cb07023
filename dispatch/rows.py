"""What the row of a ticket says beside its body: copies, for lists to look by. Pure."""

from __future__ import annotations

from typing import Any

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
