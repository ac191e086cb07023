"""Taking a step from a form: it takes effect once, or the page shows every fault."""

from __future__ import annotations

from starlette.requests import Request

from api.web.forms import RefusedForm, data_of, faults, general_fault, moved_back, sent
from api.web.i18n import Catalogue
from api.web.page import Sent, Web, key_again, where_of
from api.web.render import new_key
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Ticket
from kit.actors import Actor
from kit.errors import Conflict, Invalid, OutOfOrder
from kit.rights import may


def give_step(
    web: Web, request: Request, actor: Actor, ticket_id: str, step: str, typed: Sent
) -> Ticket | RefusedForm:
    """Take the step; return the ticket as it stands then, or the form with all its faults.

    Raises ``NotFound`` and ``Forbidden``, which have no form to go back to.
    """
    text = web.text(request)
    data, moved = data_of(typed.values)
    values = typed.values
    where = where_of(typed.values, office=may(actor, "tickets.act_from_office"))
    try:
        return take_step(web.parts.desk, ticket_id, step, data, actor, typed.key, where)
    except Invalid as invalid:
        found = faults(moved_back(invalid.errors, moved), text)
        return RefusedForm(sent(step, key_again(typed, invalid), values, found), 422)
    except OutOfOrder as refused:
        fault = general_fault(_out_of_order(refused, text))
        return RefusedForm(sent(step, new_key(), values, [fault]), 409)
    except Conflict as conflict:
        fault = general_fault(text.error(conflict.code, conflict.message, conflict.params))
        return RefusedForm(sent(step, new_key(), values, [fault]), 409)


def _out_of_order(refused: OutOfOrder, text: Catalogue) -> str:
    sentence = text.error(refused.code, refused.message, refused.params)
    if not refused.allowed:
        return sentence
    words = text.listed(text.label("command", name) for name in refused.allowed)
    return f"{sentence} {text('What is possible now:')} {words}"
