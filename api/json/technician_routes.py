"""The technicians by JSON: who can be named on a ticket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.access.guard import GivenParts, allow
from api.json.request_parts import by
from api.json.views import View
from kit.actors import Actor


class TechnicianView(View):
    """Somebody who can be named on a ticket now, and whether the roster has them on duty."""

    id: str
    name: str
    on_duty: bool


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["technicians"])

    @made.get("/technicians")
    def technicians(
        _actor: Annotated[Actor, by(allow("technicians.see"))], parts: GivenParts
    ) -> list[TechnicianView]:
        """Return who can be named on a ticket now: technicians and stand-ins, nobody on leave."""
        now = parts.clock.now()
        with parts.db.read() as session:
            there = parts.desk.technicians(session, now)
            on_duty = parts.roster.on_duty_ids(session, now)
        return [
            TechnicianView(id=person_id, name=name, on_duty=person_id in on_duty)
            for person_id, name in there.items()
        ]

    return made
