"""The desks of the papers that move materials, and what their steps are given."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import who_may
from dispatch.materials.material_store import find_material, price_on
from dispatch.repair.tickets import find_ticket
from dispatch.slips.material_slips import SLIP_LIFE
from dispatch.slips.slip import SlipContext
from dispatch.slips.stock_note import StockContext
from dispatch.slips.stock_notes import STOCK_LIFE
from kit.clock import Clock
from kit.db import Database
from kit.life import LifeDesk


def material_desks(db: Database, clock: Clock, zone: tzinfo) -> tuple[LifeDesk[Any, Any], ...]:
    """Return the desks of material slips and of stock notes."""

    def slips(session: Session, now: datetime) -> SlipContext:
        return SlipContext(
            lambda ticket_id: find_ticket(session, ticket_id),
            lambda code: find_material(session, code),
            lambda code, day: price_on(session, code, day),
            now.astimezone(zone).date(),
        )

    def stock(session: Session, _now: datetime) -> StockContext:
        technicians = {one.id: one.name for one in who_may(session, "tickets.see_jobs")}
        return StockContext(lambda code: find_material(session, code), technicians.get)

    return (
        LifeDesk(SLIP_LIFE, db, clock, zone, slips),
        LifeDesk(STOCK_LIFE, db, clock, zone, stock),
    )
