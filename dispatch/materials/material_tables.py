"""Tables of materials: the catalogue, dated prices, movements, and what each place holds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.materials.catalogue import CODE_LENGTH
from kit.db import Base, BigInt, Thousandths, UtcDateTime
from kit.event_table import ID_LENGTH

PLACE_LENGTH = 80


class MaterialRow(Base):
    """One material of the catalogue."""

    __tablename__ = "material"

    code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(16))
    decimals: Mapped[int] = mapped_column(Integer)


class MaterialPriceRow(Base):
    """What one unit costs from a day on, in fen."""

    __tablename__ = "material_price"

    code: Mapped[str] = mapped_column(ForeignKey("material.code"), primary_key=True)
    since: Mapped[date] = mapped_column(Date, primary_key=True)
    price_fen: Mapped[int] = mapped_column(Integer)


class MovementRow(Base):
    """One movement; only ever added. ``paper`` and ``paper_id`` say by which paper it was made."""

    __tablename__ = "material_movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="moves_something"),
        CheckConstraint("source <> target", name="moves_somewhere"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(ForeignKey("material.code"), index=True)
    quantity: Mapped[Decimal] = mapped_column(Thousandths)
    source: Mapped[str] = mapped_column(String(PLACE_LENGTH))
    target: Mapped[str] = mapped_column(String(PLACE_LENGTH))
    paper: Mapped[str] = mapped_column(String(20))
    paper_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    by_id: Mapped[str] = mapped_column(String(ID_LENGTH))


class BalanceRow(Base):
    """What a place holds of a material: the sum of its movements, kept beside them."""

    __tablename__ = "material_balance"
    __table_args__ = (CheckConstraint("quantity >= 0 OR place = 'supplier'", name="is_there"),)

    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("material.code"), primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(Thousandths)
