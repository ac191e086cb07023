"""The technicians by JSON: who can be named on a ticket."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.access.guard import GivenParts, allow
from api.accounts.users import who_may
from api.json.request_parts import by
from api.json.views import PersonView
from kit.actors import Actor


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["technicians"])

    @made.get("/technicians")
    def technicians(
        _actor: Annotated[Actor, by(allow("technicians.see"))], parts: GivenParts
    ) -> list[PersonView]:
        """Return the technicians who can be named on a ticket."""
        with parts.db.read() as session:
            return [PersonView.model_validate(one) for one in who_may(session, "tickets.see_jobs")]

    return made
