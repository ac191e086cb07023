"""Tickets as earlier versions wrote them, read as today's. Pure.

A sealed record is never rewritten: the digest of a ticket's body is in its events. So an old body
stays as it is until the next step, and is turned into today's shape each time it is read.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dispatch.repair.ticket import Ticket
from kit.errors import Conflict

_INTAKE = (
    *("channel", "job_type", "name", "phone", "address", "content", "explained"),
    *("vulnerable", "received_at", "place_id", "station_id", "alarm"),
)


class UnreadableTicket(Conflict):
    """A stored ticket that no version wrote: somebody has altered it (R-39)."""


def to_ticket(body: Any) -> Ticket:
    """Return the ticket that was kept as this plain data, by this version or version 0.1.

    Raises ``UnreadableTicket``.
    """
    try:
        return msgspec.convert(body if "intake" in body else _from_0_1(body), Ticket)
    except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
        text = "the record of this ticket has been altered and can't be read (R-39)"
        raise UnreadableTicket("ticket_unreadable", text) from error


def _from_0_1(flat: dict[str, Any]) -> dict[str, Any]:
    old = _with_posts(flat)
    promise = old["promise"]
    intake = {name: old[name] for name in _INTAKE}
    kept = ("id", "number", "version", "state", "promise", "priority", "dedupe_key", "archived_at")
    return {
        **{name: old[name] for name in kept},
        "intake": {**intake, "distance": promise["distance"], "zone": promise["zone"]},
        "logged": {"by": old["logged_by"], "at": old["logged_at"]},
        "order": _order(old),
        "crew": {
            "technicians": old["technicians"],
            "named": _stamp(old["assigned_by"], old["assigned_at"]),
            "departed_at": old["departed_at"],
            "arrived_at": old["arrived_at"],
            "missed_at": old["arrival_missed_at"],
        },
        "fee": {"quote": old["quote"], "consent": old["consent"]},
        "work": {
            "started_at": old["work_started_at"],
            "flow_test": old["flow_test"],
            "report": old["work"],
            "sent_back_reason": old["sent_back_reason"],
        },
        "signatures": {
            "customer": old["opinion"],
            "leader": old["leader_sign"],
            "director": old["director_sign"],
        },
        "telemetry": {
            "relapsed_at": old["relapsed_at"],
            "returned_at": old["telemetry_returned_at"],
        },
        "ending": _ending(old),
    }


def _order(old: dict[str, Any]) -> dict[str, Any] | None:
    issued = _stamp(old["issued_by"], old["issued_at"])
    return {"task": old["task"], "issued": issued} if issued else None


def _ending(old: dict[str, Any]) -> dict[str, Any] | None:
    if old["outcome"] is None:
        return None
    return {"outcome": old["outcome"], "reason": old["end_reason"], "at": None}


def _stamp(by: Any, at: Any) -> dict[str, Any] | None:
    return {"by": by, "at": at} if by and at else None


def _with_posts(value: Any) -> Any:
    """Return plain data with ``post`` where version 0.1 said ``role``."""
    if isinstance(value, dict):
        renamed = {"role": "post"} if value.keys() == {"id", "name", "role"} else {}
        return {renamed.get(name, name): _with_posts(part) for name, part in value.items()}
    return [_with_posts(part) for part in value] if isinstance(value, list) else value
