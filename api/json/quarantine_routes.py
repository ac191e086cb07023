"""What was refused on the way in, by JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.access.guard import GivenParts, allow
from api.json.request_parts import Page, PageSize, by
from api.json.views import View
from kit.actors import Actor
from telemetry.ingest.quarantine_search import QuarantineSort, list_quarantine, quarantine_counts


class QuarantineQuery(BaseModel):
    """Which refused messages to list, and in which order."""

    model_config = ConfigDict(extra="ignore")

    station_id: Annotated[str | None, Query(max_length=64)] = None
    reason: Annotated[str | None, Query(max_length=32)] = None
    sort: QuarantineSort = QuarantineSort.LAST
    descending: bool = True
    page: Page = 1
    page_size: PageSize = 50


class RefusedView(View):
    """One refused message, without its payload's bytes."""

    id: str
    reason: str
    station_id: str
    topic: str
    detail: str
    boot: str
    seq: int | None
    size: int
    sha256: str
    times: int
    first_at: datetime
    last_at: datetime


class ReasonCount(View):
    """How often a reason was met at a station."""

    station_id: str
    reason: str
    times: int
    last_at: datetime


class QuarantineView(View):
    """What was refused: all counters, and one page of the messages that are kept."""

    counts: list[ReasonCount]
    total: int
    page: int
    page_size: int
    messages: list[RefusedView]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["field"])
    made.get("/quarantine")(quarantine)
    return made


def quarantine(
    _actor: Annotated[Actor, by(allow("quarantine.see"))],
    parts: GivenParts,
    query: Annotated[QuarantineQuery, Query()],
) -> QuarantineView:
    """Return what was refused on the way in, and why: all counters, one page of messages."""
    with parts.db.read() as session:
        counts = quarantine_counts(session, query.station_id)
        found = list_quarantine(session, **query.model_dump())
    return QuarantineView(
        total=found.total,
        page=query.page,
        page_size=query.page_size,
        counts=[ReasonCount.model_validate(one) for one in counts],
        messages=[RefusedView.model_validate(one) for one in found.rows],
    )
