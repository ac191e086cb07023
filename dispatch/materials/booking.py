"""Booking movements: all of them or none, and no place gives what it does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from dispatch.materials.catalogue import rounded
from dispatch.materials.ledger import Held, Movement, Place, changes, may_go_below
from dispatch.materials.material_tables import BalanceRow, MaterialRow, MovementRow
from kit.db import insert_if_new
from kit.errors import Conflict
from kit.step import Stamp


@dataclass(frozen=True, slots=True)
class MovedBy:
    """By which paper something moves: the kind of its workflow, and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class BalanceFault:
    """A holding that is not the sum of its movements."""

    place: str
    code: str
    kept: Decimal
    moved: Decimal


def book(session: Session, movements: Sequence[Movement], paper: MovedBy, stamp: Stamp) -> None:
    """Write movements and what they change; durable, all or none, when the session commits.

    Raises ``Conflict`` naming all that is short; then the transaction must not be committed.
    """
    # In one order everywhere, so that two who book at once wait for, and not on, each other.
    short = [
        held
        for held, by in sorted(changes(movements).items())
        if not _is_changed(session, held, by)
    ]
    if short:
        raise _short(session, short, changes(movements))
    session.add_all(
        MovementRow(
            at=stamp.at,
            code=one.code,
            quantity=one.quantity,
            source=str(one.source),
            target=str(one.target),
            paper=paper.kind,
            paper_id=paper.id,
            by_id=stamp.by.id,
        )
        for one in movements
    )
    session.flush()


def held_at(session: Session, place: Place) -> dict[str, Decimal]:
    """Return what a place holds, by the codes of materials."""
    found = select(BalanceRow.code, BalanceRow.quantity).where(
        BalanceRow.place == str(place), BalanceRow.quantity != 0
    )
    return {code: rounded(quantity) for code, quantity in session.execute(found)}


def balance_faults(session: Session) -> list[BalanceFault]:
    """Return every holding that is not the sum of its movements; none if the books are right."""
    moved: dict[Held, Decimal] = {}
    for place, sign in ((MovementRow.target, 1), (MovementRow.source, -1)):
        sums = select(place, MovementRow.code, func.sum(MovementRow.quantity))
        for name, code, total in session.execute(sums.group_by(place, MovementRow.code)):
            moved[name, code] = moved.get((name, code), Decimal(0)) + sign * total
    kept = {(row.place, row.code): row.quantity for row in session.scalars(select(BalanceRow))}
    nothing = Decimal(0)
    return [
        BalanceFault(*held, kept.get(held, nothing), moved.get(held, nothing))
        for held in sorted(kept.keys() | moved.keys())
        if kept.get(held, nothing) != moved.get(held, nothing)
    ]


def _is_changed(session: Session, held: Held, by: Decimal) -> bool:
    """Change what a place holds, and return whether it held enough."""
    place, code = held
    insert_if_new(session, BalanceRow, {"place": place, "code": code, "quantity": Decimal(0)})
    change = update(BalanceRow).where(BalanceRow.place == place, BalanceRow.code == code)
    if not may_go_below(place):
        # One statement asks and takes: of two who want the last one, the second finds none.
        change = change.where(BalanceRow.quantity + by >= Decimal(0))
    done = session.execute(
        change.values(quantity=BalanceRow.quantity + by).execution_options(
            synchronize_session=False
        )
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def _short(session: Session, short: Iterable[Held], wanted: Mapping[Held, Decimal]) -> Conflict:
    told = []
    for place, code in short:
        there = session.get_one(BalanceRow, (place, code)).quantity
        material = session.get_one(MaterialRow, code)
        needed = rounded(-wanted[place, code])
        told.append(f"{material.name} {needed} {material.unit} / {rounded(there)} ({place})")
    text = "; ".join(told)
    message = f"less is there than is needed (needed / there): {text}"
    return Conflict("stock_short", message, short=text)
