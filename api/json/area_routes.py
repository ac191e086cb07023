"""Residential areas by JSON, and the arrival commitment to one before it is made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.guard import GivenParts
from api.json.request_parts import Staff
from api.json.views import PlaceView, PromiseView
from dispatch.repair.reception import preview_promise
from stations.assets.area_store import find_areas

Text = Annotated[str | None, Query(max_length=64)]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["areas"])

    @made.get("/places")
    def places(
        _actor: Staff, parts: GivenParts, q: Annotated[str, Query(max_length=100)] = ""
    ) -> list[PlaceView]:
        """Return residential areas whose name, pinyin initials or id contain the text."""
        with parts.db.read() as session:
            return [PlaceView.model_validate(one) for one in find_areas(session, q)]

    @made.get("/promise")
    def promise(
        _actor: Staff,
        parts: GivenParts,
        place_id: Text = None,
        station_id: Text = None,
        distance_km: Text = None,
        zone: Text = None,
        received_at: Text = None,
        way_unknown: Text = None,
        channel: Text = None,
        read_at: Text = None,
    ) -> PromiseView:
        """Return the arrival commitment with its reason (R-11), before the call ends."""
        known = {
            "place_id": place_id,
            "station_id": station_id,
            "distance_km": distance_km,
            "zone": zone,
            "received_at": received_at,
            "way_unknown": way_unknown,
            "channel": channel,
            "read_at": read_at,
        }
        raw = {name: value for name, value in known.items() if value is not None}
        return PromiseView.model_validate(preview_promise(parts.desk, raw))

    return made
