"""The commands of a ticket as routes: one for each step of people in ``workflow.TABLE``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from api.bootstrap import Parts
from api.routes.common import CommandBody, Key, Staff
from api.routes.views import TicketView
from api.security import users
from api.security.access import GivenParts
from dispatch import queries
from dispatch.commands import read_where
from dispatch.workflow import PROGRAM, TABLE
from kit.actors import Actor, Role
from kit.errors import FieldError, Invalid, SanlaiError


@dataclass(frozen=True, slots=True)
class Told:
    """What the description of the API tells of a command."""

    summary: str
    example: Mapping[str, Any]


COMMANDS: dict[str, Told] = {
    "issue": Told("The manager issues the task order.", {"task": "更换厨房阀门"}),
    "assign": Told(
        "The team leader names the technicians, by account.", {"technicians": [{"id": "…"}]}
    ),
    "depart": Told("A named technician sets out.", {}),
    "arrive": Told("A named technician has arrived.", {}),
    "quote_fee": Told(
        "The fee is shown and explained, in fen.",
        {"lines": [{"item": "DN20 阀门", "amount_fen": 3500}]},
    ),
    "consent": Told(
        "The customer agrees to the quote with this number.",
        {"quote": 1, "customer_present": True, "name": "王小明"},
    ),
    "decline": Told(
        "The customer does not want the work.", {"customer_present": True, "reason": "自己修"}
    ),
    "start_work": Told("Work begins.", {}),
    "report_flow_test": Told(
        "The result of the flow test, in MPa.", {"passed": True, "pressure_mpa": 0.28}
    ),
    "finish_work": Told(
        "Work is done well and the site is cleared.",
        {
            "work_done_well": True,
            "site_cleared": True,
            "materials": [{"name": "DN20 阀门", "quantity": 1, "unit": "个"}],
        },
    ),
    "customer_sign": Told(
        "The customer's own completion time, opinion and signature.",
        {
            "completed_at": "2026-11-23T15:20:00+08:00",
            "opinion": "修得好",
            "satisfied": True,
            "strokes": [[[10, 10], [60, 40], [90, 15]]],
        },
    ),
    "leader_sign": Told("The team leader signs.", {"opinion": "同意"}),
    "director_sign": Told("The division director signs.", {"opinion": "同意"}),
    "send_back": Told("Back to work, with the reason.", {"reason": "现场未清理"}),
    "withdraw": Told("The matter is withdrawn, with the reason.", {"reason": "用户撤回"}),
    "archive": Told("The receptionist puts it in the archive.", {}),
}
"""Every command that a person can give; a test holds it to ``workflow.TABLE``."""


def commands_of_people() -> list[str]:
    """Return the commands that the table gives to people, in its order, without the intake."""
    names = (step.command for step in TABLE if step.who != PROGRAM)
    return [name for name in dict.fromkeys(names) if name != "log"]


def path_of(command: str) -> str:
    """Return a command as addresses have it: ``start_work`` is ``start-work``."""
    return command.replace("_", "-")


def example_of(told: Told) -> dict[str, Any]:
    """Return what the description of the API adds to a command's route."""
    body = {"data": dict(told.example), "where": {"kind": "device", "lat": 38.42, "lon": 112.73}}
    return {"requestBody": {"content": {"application/json": {"example": body}}}}


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/tickets/{ticket_id}", tags=["steps"])
    for command in commands_of_people():
        told = COMMANDS[command]
        made.post(
            f"/{path_of(command)}",
            name=command,
            summary=told.summary,
            openapi_extra=example_of(told),
        )(_step(command))
    return made


def _step(command: str) -> Callable[..., TicketView]:
    def step(
        ticket_id: str, actor: Staff, key: Key, body: CommandBody, parts: GivenParts
    ) -> TicketView:
        return take(parts, actor, ticket_id, command, key, body)

    step.__doc__ = COMMANDS[command].summary
    return step


def take(
    parts: Parts, actor: Actor, ticket_id: str, command: str, key: str, body: CommandBody
) -> TicketView:
    """Give one command; return the ticket as it stands then, as the actor may see it.

    Who may not know of the ticket gets ``NotFound``, whatever else stood in the way; that they
    tried is on record by then (R-40).
    """
    data = dict(body.data)
    if command == "assign":
        data["technicians"] = _named(parts, data.get("technicians"))
    try:
        parts.dispatch.act(ticket_id, command, data, actor, key, read_where(body.where))
    except SanlaiError:
        _require_visible(parts, actor, ticket_id)
        raise
    with parts.db.read() as session:
        return TicketView.of(queries.get_ticket(session, actor, ticket_id), actor)


def _require_visible(parts: Parts, actor: Actor, ticket_id: str) -> None:
    with parts.db.read() as session:
        queries.get_ticket(session, actor, ticket_id)


def _named(parts: Parts, given: Any) -> Any:
    """Put the accounts' own names beside the ids that were sent; refuse whoever is no technician.

    What is no list of people is left as it is, for the command's own reader to refuse.
    """
    if not isinstance(given, list):
        return given
    with parts.db.read() as session:
        known = {u.id: u for u in users.list_users(session, Role.TECHNICIAN) if u.active}
    people: list[Any] = []
    errors: list[FieldError] = []
    for place, one in enumerate(given):
        wanted = one.get("id") if isinstance(one, dict) else one
        found = known.get(wanted) if isinstance(wanted, str) else None
        if found is None:
            errors.append(
                FieldError(
                    f"technicians.{place}.id",
                    "unknown_technician",
                    "is not the account of an active technician",
                )
            )
        else:
            people.append({"id": found.id, "name": found.name})
    if errors:
        raise Invalid(errors)
    return people
