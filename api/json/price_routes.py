"""The lists that have a date: what materials cost and how many are in store, and the fees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AliasPath, Field

from api.access.guard import GivenParts, allow
from api.json.views import View
from api.parts.parts import Parts
from dispatch.fees.fee_store import fees_in_force
from dispatch.materials.material_store import stocked
from kit.actors import Actor


class MaterialView(View):
    """A material: its unit, today's price of one in fen, and how much is in store."""

    code: str = Field(validation_alias=AliasPath("material", "code"))
    name: str = Field(validation_alias=AliasPath("material", "name"))
    unit: str = Field(validation_alias=AliasPath("material", "unit"))
    decimals: int = Field(validation_alias=AliasPath("material", "decimals"))
    price_fen: int | None
    in_store: Decimal


class FeeView(View):
    """A line of the fee standard in force: the price of one unit in fen, and since when."""

    code: str
    item: str
    unit: str
    price_fen: int
    since: date


def router() -> APIRouter:
    """Return the routes."""
    made = APIRouter(prefix="/api/v1", tags=["materials"])

    @made.get("/materials", summary="Return the catalogue, today's prices, and what is in store.")
    def materials(
        parts: GivenParts, _actor: Annotated[Actor, Depends(allow("materials.see"))]
    ) -> list[MaterialView]:
        with parts.db.read() as session:
            found = stocked(session, _today(parts))
        return [MaterialView.model_validate(one) for one in found]

    @made.get("/fees", summary="Return the fee standard in force today.")
    def fees(
        parts: GivenParts, _actor: Annotated[Actor, Depends(allow("fees.see"))]
    ) -> list[FeeView]:
        with parts.db.read() as session:
            found = fees_in_force(session, _today(parts))
        return [FeeView.model_validate(one) for one in found]

    return made


def _today(parts: Parts) -> date:
    return parts.clock.now().astimezone(parts.settings.zone).date()
