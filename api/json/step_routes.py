"""The commands of a ticket as routes: one for each step of people in ``workflow.TABLE``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from api.access.guard import GivenParts
from api.compose.bootstrap import Parts
from api.json.common import CommandBody, Key, TicketReader
from api.json.views import TicketView
from api.web.steps import take_step
from dispatch import queries
from dispatch.commands import read_where
from dispatch.workflow import PROGRAM, TABLE
from kit.actors import Actor


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
        ticket_id: str, actor: TicketReader, key: Key, body: CommandBody, parts: GivenParts
    ) -> TicketView:
        return take(parts, actor, ticket_id, command, key, body)

    step.__doc__ = COMMANDS[command].summary
    return step


def take(
    parts: Parts, actor: Actor, ticket_id: str, command: str, key: str, body: CommandBody
) -> TicketView:
    """Give one command; return the ticket as it stands then, as the actor may see it."""
    take_step(parts, actor, ticket_id, command, body.data, key, read_where(body.where))
    with parts.db.read() as session:
        return TicketView.of(queries.get_ticket(session, actor, ticket_id), actor)
