"""What the office asks by JSON: places, the promise before it is made, people, the archive."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.guard import GivenParts, allow
from api.accounts import users
from api.json.common import Staff, by
from api.json.views import FaultView, PersonView, PlaceView, PromiseView, RecordCheckView
from dispatch.archive import verify_archive
from kit.actors import Actor, Post
from stations.assets.area_store import find_areas

Text = Annotated[str | None, Query(max_length=64)]


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["office"])

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
    ) -> PromiseView:
        """Return the arrival commitment with its reason (R-11), before the call ends."""
        known = {
            "place_id": place_id,
            "station_id": station_id,
            "distance_km": distance_km,
            "zone": zone,
            "received_at": received_at,
        }
        raw = {name: value for name, value in known.items() if value is not None}
        return PromiseView.of(parts.dispatch.preview_promise(raw))

    @made.get("/technicians")
    def technicians(
        _actor: Annotated[Actor, by(allow("technicians.see"))],
        parts: GivenParts,
    ) -> list[PersonView]:
        """Return the technicians who can be named on a ticket."""
        with parts.db.read() as session:
            found = users.list_users(session, Post.TECHNICIAN)
        return [PersonView.model_validate(one) for one in found if one.active]

    @made.get("/archive/verify")
    def verify(
        _actor: Annotated[Actor, by(allow("archive.verify"))], parts: GivenParts
    ) -> RecordCheckView:
        """Check the whole record: every ticket, event and seal as it was written (R-39)."""
        with parts.db.read() as session:
            faults = verify_archive(session)
        return RecordCheckView(
            sound=not faults, faults=[FaultView.model_validate(fault) for fault in faults]
        )

    return made
