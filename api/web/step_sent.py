"""A command that was sent as a form: it takes effect once, or comes back with every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from api.web.forms import RefusedForm, data_of, faults, general_fault, moved_back, sent
from api.web.i18n import Catalogue
from api.web.page import Sent, Web, key_again, where_of
from api.web.render import new_key
from kit.actors import Actor
from kit.errors import Conflict, Invalid, OutOfOrder
from kit.rights import may
from kit.where import Where

Done = TypeVar("Done")


def give_command(
    web: Web,
    request: Request,
    actor: Actor,
    name: str,
    typed: Sent,
    give: Callable[[Mapping[str, Any], Where], Done],
) -> Done | RefusedForm:
    """Give the command ``name``; return what came of it, or the form with all its faults.

    Raises ``NotFound`` and ``Forbidden``, which have no form to go back to.
    """
    text, values = web.text(request), typed.values
    data, moved = data_of(values)
    where = where_of(values, office=may(actor, "tickets.act_from_office"))
    try:
        return give(data, where)
    except Invalid as invalid:
        found = faults(moved_back(invalid.errors, moved), text)
        return RefusedForm(sent(name, key_again(typed, invalid), values, found), 422)
    except OutOfOrder as refused:
        fault = general_fault(_out_of_order(refused, text))
        return RefusedForm(sent(name, new_key(), values, [fault]), 409)
    except Conflict as conflict:
        fault = general_fault(text.error(conflict.code, conflict.message, conflict.params))
        return RefusedForm(sent(name, new_key(), values, [fault]), 409)


def _out_of_order(refused: OutOfOrder, text: Catalogue) -> str:
    sentence = text.error(refused.code, refused.message, refused.params)
    if not refused.allowed:
        return sentence
    words = text.listed(text.label("command", name) for name in refused.allowed)
    return f"{sentence} {text('What is possible now:')} {words}"
