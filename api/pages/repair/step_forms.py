"""Taking a step of a repair from a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from api.web.forms import RefusedForm
from api.web.page import Sent, Web
from api.web.step_sent import give_command
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.where import Where


def give_step(
    web: Web, request: Request, actor: Actor, ticket_id: str, step: str, typed: Sent
) -> Ticket | RefusedForm:
    """Take the step; return the ticket as it stands then, or the form with all its faults.

    Raises ``NotFound`` and ``Forbidden``, which have no form to go back to.
    """

    def take(data: Mapping[str, Any], where: Where) -> Ticket:
        return take_step(web.parts.desk, ticket_id, step, data, actor, typed.key, where)

    return give_command(web, request, actor, step, typed, take)
