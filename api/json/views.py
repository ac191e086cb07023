"""What the JSON API shows: each model lists its fields, so nothing leaks by accident."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from dispatch.clocks.commitment import Uncomputed
from kit.actors import Actor, Post
from stations.assets.station import Zone


class View(BaseModel):
    """Base of all views: built from the objects of the packages below."""

    # A field that is always there is described as one, whatever it is made of when it is empty.
    model_config = ConfigDict(
        from_attributes=True, json_schema_serialization_defaults_required=True
    )


def _at(*path: str) -> Any:
    return Field(validation_alias=AliasPath(*path))


class CitedView(View):
    """A number of the rulebook with its source and quote."""

    rule: str
    value: float
    unit: str
    source: str
    quote: str


class PromiseView(View):
    """The arrival commitment and its reason: receipt + km × minutes a km (R-11)."""

    received_at: datetime
    read_at: datetime | None
    counted_from: datetime
    due_at: datetime | None
    minutes: float | None
    uncomputed: Uncomputed | None
    stated_by: Actor | None = Field(None, validation_alias=AliasPath("stated", "stamp", "by"))
    stated_reason: str | None = Field(None, validation_alias=AliasPath("stated", "reason"))
    km: float | None = _at("distance", "km")
    km_known_by: str = _at("distance", "known_by")
    place_name: str = _at("distance", "place_name")
    office_name: str = _at("distance", "office_name")
    zone: Zone
    rate: float = _at("rule", "value")
    rate_unit: str = _at("rule", "unit")
    rule: str = _at("rule", "rule")
    source: str = _at("rule", "source")
    quote: str = _at("rule", "quote")


class PlaceView(View):
    """One residential area."""

    id: str
    name: str
    name_en: str
    zone: Zone
    road_km: float | None


class PersonView(View):
    """One account as its colleagues see it."""

    id: str
    name: str
    post: Post
