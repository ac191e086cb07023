"""The catalogue of materials and their dated prices in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.materials.booking import held_at
from dispatch.materials.catalogue import Material, MaterialPrice
from dispatch.materials.ledger import Place, PlaceKind
from dispatch.materials.material_tables import (
    MaterialPriceRow,
    MaterialRow,
    MovementRow,
)
from kit.db import upsert


@dataclass(frozen=True, slots=True)
class StockedMaterial:
    """A material, what it costs today (None: no price is known), and how much the store holds."""

    material: Material
    price_fen: int | None
    in_store: Decimal


def find_material(session: Session, code: str) -> Material | None:
    """Return a material of the catalogue; None when there is none of this code."""
    row = session.get(MaterialRow, code) if code else None
    return _to_material(row) if row else None


def all_materials(session: Session) -> list[Material]:
    """Return the whole catalogue, by code."""
    return [_to_material(row) for row in session.scalars(select(MaterialRow).order_by("code"))]


def all_prices(session: Session) -> list[MaterialPrice]:
    """Return every price, past, present and to come, by code and day."""
    chosen = select(MaterialPriceRow).order_by("code", "since")
    return [MaterialPrice(row.code, row.price_fen, row.since) for row in session.scalars(chosen)]


def price_on(session: Session, code: str, day: date) -> int | None:
    """Return what one unit costs on a day in fen; None when nobody has entered it."""
    chosen = select(MaterialPriceRow.price_fen).where(
        MaterialPriceRow.code == code, MaterialPriceRow.since <= day
    )
    return session.scalar(chosen.order_by(MaterialPriceRow.since.desc()).limit(1))


def stocked(session: Session, day: date) -> list[StockedMaterial]:
    """Return the catalogue with the prices of a day and what the store holds, by code."""
    in_store = held_at(session, Place(PlaceKind.STORE))
    prices = {one.code: one.price_fen for one in all_prices(session) if one.since <= day}
    return [
        StockedMaterial(one, prices.get(one.code), in_store.get(one.code, Decimal(0)))
        for one in all_materials(session)
    ]


def moved_codes(session: Session) -> set[str]:
    """Return the codes of which anything was ever moved: their units can't change any more."""
    return set(session.scalars(select(MovementRow.code).distinct()))


def enter_materials(
    session: Session, materials: list[Material], prices: list[MaterialPrice]
) -> None:
    """Insert or overwrite materials and prices; durable when the session commits."""
    upsert(
        session,
        MaterialRow,
        [
            {"code": one.code, "name": one.name, "unit": one.unit, "decimals": one.decimals}
            for one in materials
        ],
    )
    upsert(
        session,
        MaterialPriceRow,
        [{"code": one.code, "since": one.since, "price_fen": one.price_fen} for one in prices],
    )


def _to_material(row: MaterialRow) -> Material:
    return Material(row.code, row.name, row.unit, row.decimals)
