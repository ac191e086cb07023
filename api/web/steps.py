"""Giving a step of a ticket, for the JSON API and the pages alike: who is told what, and named how.

What ``dispatch`` can't know is added here: the accounts behind the technicians that are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.accounts import users
from api.compose.bootstrap import Parts
from dispatch import queries
from dispatch.model import Ticket, Where
from kit.actors import Actor, Post
from kit.errors import SanlaiError


def take_step(
    parts: Parts,
    actor: Actor,
    ticket_id: str,
    command: str,
    data: Mapping[str, Any],
    key: str,
    where: Where,
) -> Ticket:
    """Take one step of ``workflow.TABLE``; return the ticket as it stands then, unmasked.

    Raises what ``Dispatch.act`` raises. Who may not know of the ticket gets ``NotFound``, whatever
    else stood in the way; that they tried is on record by then (R-40).
    """
    if command == "assign":
        data = {**data, "technicians": _named(parts, data.get("technicians"))}
    try:
        return parts.dispatch.act(ticket_id, command, data, actor, key, where)
    except SanlaiError:
        with parts.db.read() as session:
            queries.get_ticket(session, actor, ticket_id)
        raise


def _named(parts: Parts, given: Any) -> Any:
    """Put the accounts' own names in the place of those sent; who has no account gets none.

    What is no list of people is left as it is. Nothing is refused here: the workflow does that,
    after it has seen who asks, and when.
    """
    if not isinstance(given, list):
        return given
    with parts.db.read() as session:
        known = {u.id: u.name for u in users.list_users(session, Post.TECHNICIAN) if u.active}
    sent = [one.get("id") if isinstance(one, dict) else one for one in given]
    return [{"id": one, "name": known.get(one, "") if isinstance(one, str) else ""} for one in sent]
