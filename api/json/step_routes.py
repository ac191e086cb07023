"""The steps of a ticket as routes: one for each step of people in the repair's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter

from api.access.guard import GivenParts
from api.json.request_parts import CommandBody, Key, TicketReader
from api.json.ticket_views import TicketView, shown
from dispatch.repair.context import Workflow
from dispatch.repair.masking import masked_ticket
from dispatch.repair.step_taking import take_step
from kit.where import read_where


def path_of(step: str) -> str:
    """Return a step's name as addresses have it: ``start_work`` is ``start-work``."""
    return step.replace("_", "-")


def body_example(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the description of the API adds to a command's route: an example of its body."""
    body = {"data": dict(data), "where": {"kind": "device", "lat": 38.42, "lon": 112.73}}
    return {"requestBody": {"content": {"application/json": {"example": body}}}}


def router(workflow: Workflow) -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/tickets/{ticket_id}", tags=["steps"])
    for step in workflow.steps_of_people():
        made.post(
            f"/{path_of(step.name)}",
            name=step.name,
            summary=step.summary,
            openapi_extra=body_example(step.example),
        )(_step(step.name))
    return made


def _step(name: str) -> Callable[..., TicketView]:
    def step(
        ticket_id: str, actor: TicketReader, key: Key, body: CommandBody, parts: GivenParts
    ) -> TicketView:
        desk, where = parts.desk, read_where(body.where)
        taken = take_step(desk, ticket_id, name, body.data, actor, key, where)
        seen = shown(masked_ticket(taken, actor), actor, desk, parts.clock.now())
        return TicketView.model_validate(seen)

    return step
