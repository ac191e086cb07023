"""Probes for operations, and the description of the API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.access.guard import GivenParts, public
from api.json.request_parts import by
from api.operations.health import check


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(tags=["operations"], dependencies=[by(public)])

    @made.get("/health/live")
    async def live() -> dict[str, str]:
        """Answer, as long as this process can answer at all."""
        return {"status": "live"}

    @made.get("/health/ready")
    def ready(parts: GivenParts) -> JSONResponse:
        """Return the state of every part; 503 if the program can't do its main job."""
        found = check(parts)
        return JSONResponse(found.as_record(), 200 if found.ready else 503)

    @made.get("/api/v1/openapi.json", include_in_schema=False)
    def description(request: Request) -> dict[str, Any]:
        """Return the description of the JSON API (OpenAPI)."""
        described: dict[str, Any] = request.app.openapi()
        return described

    return made
