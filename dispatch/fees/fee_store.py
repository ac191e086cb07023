"""The fee standard in the database: one row a code and day from which it is in force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from dispatch.fees.fee_standard import FeeItem
from dispatch.materials.catalogue import CODE_LENGTH
from kit.db import Base, upsert


class FeeItemRow(Base):
    """One line of the fee standard, from one day on."""

    __tablename__ = "fee_item"

    code: Mapped[str] = mapped_column(String(CODE_LENGTH), primary_key=True)
    since: Mapped[date] = mapped_column(Date, primary_key=True)
    item: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(16))
    price_fen: Mapped[int] = mapped_column(Integer)


def fee_in_force(session: Session, code: str, day: date) -> FeeItem | None:
    """Return what the fee standard says under a code on a day; None when nothing."""
    chosen = select(FeeItemRow).where(FeeItemRow.code == code, FeeItemRow.since <= day)
    row = session.scalar(chosen.order_by(FeeItemRow.since.desc()).limit(1))
    return _to_item(row) if row else None


def fees_in_force(session: Session, day: date) -> list[FeeItem]:
    """Return the whole fee standard of a day, by code."""
    newest = (
        select(FeeItemRow.code, func.max(FeeItemRow.since).label("since"))
        .where(FeeItemRow.since <= day)
        .group_by(FeeItemRow.code)
        .subquery()
    )
    chosen = select(FeeItemRow).join(
        newest, (FeeItemRow.code == newest.c.code) & (FeeItemRow.since == newest.c.since)
    )
    return [_to_item(row) for row in session.scalars(chosen.order_by(FeeItemRow.code))]


def all_fees(session: Session) -> list[FeeItem]:
    """Return every line, past, present and to come, by code and day."""
    chosen = select(FeeItemRow).order_by(FeeItemRow.code, FeeItemRow.since)
    return [_to_item(row) for row in session.scalars(chosen)]


def enter_fees(session: Session, items: list[FeeItem]) -> None:
    """Insert or overwrite lines; durable when the session commits."""
    upsert(
        session,
        FeeItemRow,
        [
            {
                "code": one.code,
                "since": one.since,
                "item": one.item,
                "unit": one.unit,
                "price_fen": one.price_fen,
            }
            for one in items
        ],
    )


def _to_item(row: FeeItemRow) -> FeeItem:
    return FeeItem(row.code, row.item, row.unit, row.price_fen, row.since)
