"""Server-sent events that announce changes, so that pages reload what they show.

``event: changed`` with a stamp, the present one first; a comment every 15 s of silence. The browser
reconnects by itself after 2 s.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api.access.guard import GivenParts, public
from api.json.live_hub import BOARD, STATIONS, LiveHub, Look, look_at_board, look_at_stations
from api.json.request_parts import TicketReader, by
from api.json.station_routes import StationWatcher
from api.parts.parts import Parts
from dispatch.repair.by_link import ticket_by_token
from dispatch.repair.reading import stamp_of

_HEADERS = {"X-Accel-Buffering": "no"}  # a proxy is not to hold events back


class EventStream(StreamingResponse):
    """A stream of server-sent events."""

    media_type = "text/event-stream"


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1/live", tags=["live"])

    @made.get("/board", response_class=EventStream)
    async def board(_actor: TicketReader, request: Request) -> EventStream:
        """Follow every ticket: the board, the jobs, one ticket's page."""
        return _stream(request, BOARD, look_at_board)

    @made.get("/stations", response_class=EventStream)
    async def stations(_actor: StationWatcher, request: Request) -> EventStream:
        """Follow readings, alarms and tickets: the operator's console."""
        return _stream(
            request, STATIONS, lambda session: look_at_stations(session) + look_at_board(session)
        )

    @made.get("/customer/{token}", response_class=EventStream, dependencies=[by(public)])
    async def customer(token: str, request: Request, parts: GivenParts) -> EventStream:
        """Follow the one ticket that the link opens."""
        ticket_id = await run_in_threadpool(_ticket_of, parts, token)
        return _stream(request, f"ticket:{ticket_id}", _look_at_ticket(ticket_id))

    return made


def _stream(request: Request, topic: str, look: Look) -> EventStream:
    hub: LiveHub = request.app.state.hub
    return EventStream(hub.follow(topic, look, request.is_disconnected), headers=_HEADERS)


def _ticket_of(parts: Parts, token: str) -> str:
    with parts.db.read() as session:
        return ticket_by_token(parts.desk, session, token).id


def _look_at_ticket(ticket_id: str) -> Look:
    return lambda session: stamp_of(session, ticket_id)
