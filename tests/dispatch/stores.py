"""A company with a store of materials: the desks of slips and stock notes beside the repair's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from api.compose.material_desks import material_desks
from dispatch.materials.booking import held_at
from dispatch.materials.catalogue import Material, MaterialPrice
from dispatch.materials.ledger import Place, PlaceKind
from dispatch.materials.material_store import enter_materials
from dispatch.repair.ticket import Ticket
from dispatch.repair.tickets import load
from dispatch.slips.slip import MaterialSlip
from kit.actors import Actor, Post
from kit.db import Database
from tests.company.people import hire, holder_of
from tests.dispatch.world import MANAGER, START, TECHNICIAN, ZONE, World

VALVE = Material("FM-20", "DN20 阀门", "个")
PIPE = Material("PPR-20", "PPR 管 DN20", "米", 2)
CLERK = holder_of(Post.MATERIALS_CLERK).actor
COMPANY_MANAGER = holder_of(Post.COMPANY_MANAGER).actor
DEPARTMENT = holder_of(Post.MATERIALS_DEPARTMENT).actor
STORE = Place(PlaceKind.STORE)

SIGNED = (
    ("sign_slip", MANAGER),
    ("report_slip", CLERK),
    ("approve_slip", COMPANY_MANAGER),
)
"""The chain of R-22 before anything is issued."""


class Stores(World):
    """A repair desk with its store."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.slips, self.stock = material_desks(db, self.clock, ZONE)
        with db.write() as session:
            hire(session, START)
            prices = [MaterialPrice(VALVE.code, 3500, date(2026, 1, 1))]
            enter_materials(session, [VALVE, PIPE], prices)

    def book(self, kind: str, quantity: str, code: str = VALVE.code, **more: str) -> Any:
        """Let the department book a stock note of one material."""
        lines = [{"code": code, "quantity": quantity}]
        data = {"stock_kind": kind, "materials": lines} | more
        return self.stock.begin(data, DEPARTMENT, self.key())

    def ask(self, ticket: Ticket, actor: Actor = TECHNICIAN, **quantities: str) -> MaterialSlip:
        """Ask for material, by default one valve."""
        wanted = quantities or {"valve": "1"}
        data = {"ticket_id": ticket.id, "materials": lines_of(wanted)}
        made: MaterialSlip = self.slips.begin(data, actor, self.key())
        return made

    def slip_step(self, slip: MaterialSlip, name: str, actor: Actor, **data: Any) -> MaterialSlip:
        done: MaterialSlip = self.slips.take(slip.id, name, data, actor, self.key())
        return done

    def signed(self, slip: MaterialSlip) -> MaterialSlip:
        """Let everybody sign, up to the department."""
        for name, actor in SIGNED:
            slip = self.slip_step(slip, name, actor)
        return slip

    def issued(self, ticket: Ticket, **quantities: str) -> MaterialSlip:
        """Ask for material and have it issued."""
        slip = self.signed(self.ask(ticket, TECHNICIAN, **quantities))
        return self.slip_step(slip, "issue_material", DEPARTMENT)

    def count(self, slip: MaterialSlip, **quantities: str) -> MaterialSlip:
        """Let the clerk count what is left over."""
        return self.slip_step(slip, "count_return", CLERK, materials=lines_of(quantities))

    def ticket(self, ticket: Ticket) -> Ticket:
        with self.db.read() as session:
            return load(session, ticket.id)

    def held(self, place: Place, code: str = VALVE.code) -> str:
        """Return how much a place holds, as it is written."""
        with self.db.read() as session:
            return str(held_at(session, place).get(code, Decimal(0)))


def lines_of(quantities: dict[str, str]) -> list[dict[str, str]]:
    codes = {"valve": VALVE.code, "pipe": PIPE.code}
    return [{"code": codes[name], "quantity": amount} for name, amount in quantities.items()]
