"""The queue by JSON: how long each line is, and whether another counter is to be opened (R-09).

People join it, are called and leave it by the routes of their life, ``/api/v1/waiters``. A
telephone exchange can do so as well, at present with the log-in of a receptionist.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from api.access.guard import GivenParts, allow
from api.json.request_parts import by
from api.json.views import CitedView
from dispatch.queue.waiter import QueueKind
from dispatch.queue.waiters import lines_now
from dispatch.queue.waiting_line import WaitingLine
from kit.actors import Actor


class LineView(BaseModel):
    """One line: how many wait, the longest wait in seconds, and who is to be called next."""

    queue: QueueKind
    waiting: int
    longest_wait_s: int
    next_id: str | None
    next_number: str | None
    open_another: bool
    exceeded: list[CitedView]


class QueueView(BaseModel):
    """Every line as it stood at an instant."""

    at: datetime
    lines: list[LineView]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/queue", tags=["waiters"])

    @made.get("")
    def queue(_actor: Annotated[Actor, by(allow("waiters.see"))], parts: GivenParts) -> QueueView:
        """Return every line as it stands now."""
        now = parts.clock.now()
        with parts.db.read() as session:
            found = lines_now(session, now, parts.desk.rules(now))
        return QueueView(at=now, lines=[_view(line) for line in found])

    return made


def _view(line: WaitingLine) -> LineView:
    first = line.first
    return LineView(
        queue=line.queue,
        waiting=len(line.waiting),
        longest_wait_s=int(line.longest_wait.total_seconds()),
        next_id=first.id if first else None,
        next_number=first.number if first else None,
        open_another=bool(line.exceeded),
        exceeded=[CitedView.model_validate(one) for one in line.exceeded],
    )
