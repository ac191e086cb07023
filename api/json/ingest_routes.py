"""The state of the ingest, by JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.access.guard import GivenParts, allow
from api.json.request_parts import by
from api.json.views import View
from kit.actors import Actor
from telemetry.ingest.liveness import ingest_statuses


class IngestView(View):
    """The state of one ingest process; counters start with the process."""

    name: str
    started_at: datetime
    heartbeat_at: datetime
    listening_since: datetime | None
    broker_connected: bool
    store_reachable: bool
    spool_batches: int
    spool_readings: int
    spool_bytes: int
    spool_full: bool
    waiting: int
    messages: int
    readings: int
    points: int
    duplicates: int
    quarantined: int
    trouble: str = Field(description="What is wrong now, in one sentence; empty: nothing.")


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])
    made.get("/ingest")(ingest)
    return made


def ingest(
    _actor: Annotated[Actor, by(allow("ingest.see"))], parts: GivenParts
) -> list[IngestView]:
    """Return the state of each ingest."""
    with parts.db.read() as session:
        return [IngestView.model_validate(one) for one in ingest_statuses(session)]
