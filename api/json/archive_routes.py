"""The archive by JSON: verification of the record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api.access.guard import GivenParts, allow
from api.json.request_parts import by
from api.json.ticket_views import RecordCheckView
from dispatch.repair.verify import verify_archive
from kit.actors import Actor


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["archive"])

    @made.get("/archive/verify")
    def verify(
        _actor: Annotated[Actor, by(allow("archive.verify"))], parts: GivenParts
    ) -> RecordCheckView:
        """Check the whole record: every ticket, event and seal as it was written (R-39)."""
        with parts.db.read() as session:
            return RecordCheckView.of(verify_archive(session))

    return made
