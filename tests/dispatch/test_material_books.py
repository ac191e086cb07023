"""Thousands of random operations keep the books of materials, against a slow model of them."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from dispatch.materials.booking import MovedBy, balance_faults, book, held_at
from dispatch.materials.catalogue import Material
from dispatch.materials.ledger import Movement, Place, PlaceKind, changes
from dispatch.materials.material_store import enter_materials
from dispatch.materials.material_tables import MovementRow
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import State, Ticket
from dispatch.slips.slip_workflow import SLIP
from kit.actors import Actor
from kit.db import Database
from kit.errors import Conflict, SanlaiError
from kit.step import Stamp
from tests.company.people import holder_of
from tests.dispatch.stores import CLERK, DEPARTMENT, STORE, VALVE, Stores
from tests.dispatch.world import LEADER, START, TECHNICIAN, usual_actor

PLACES = [
    Place(PlaceKind.SUPPLIER),
    STORE,
    *(Place(PlaceKind.VAN, one) for one in ("u-1", "u-2")),
    *(Place(PlaceKind.JOB, one) for one in ("t-1", "t-2", "t-3")),
    Place(PlaceKind.USED, "t-1"),
    Place(PlaceKind.RETURNED, "s-1"),
    Place(PlaceKind.SCRAPPED),
]
MATERIALS = [
    Material("A", "甲", "个"),
    Material("B", "乙", "米", 2),
    Material("C", "丙", "千克", 3),
]


def any_movement(chance: random.Random) -> Movement:
    """Return a movement of anything; most come from the store or the supplier, as in life."""
    material = chance.choice(MATERIALS)
    source, target = chance.sample(PLACES, 2)
    if chance.random() < 0.5:
        source, target = PLACES[0], STORE
    fine = 10**material.decimals
    return Movement(material.code, Decimal(chance.randint(1, 20 * fine)) / fine, source, target)


def slow_holdings(moved: list[Movement]) -> dict[tuple[str, str], Decimal]:
    """Add every movement up anew, for one place and one material after the other."""
    nothing = Decimal(0)
    return {
        (str(place), one.code): sum((m.quantity for m in came if m.target == place), nothing)
        - sum((m.quantity for m in came if m.source == place), nothing)
        for one in MATERIALS
        for came in [[m for m in moved if m.code == one.code]]
        for place in PLACES
    }


def is_possible(holdings: dict[tuple[str, str], Decimal]) -> bool:
    return all(held >= 0 for (place, _), held in holdings.items() if place != "supplier")


@pytest.mark.parametrize("seed", [7, 22])
def test_random_movements_keep_the_balance(database: Database, seed: int) -> None:
    print(f"seed {seed}")  # noqa: T201 - to repeat a failure
    chance, refused = random.Random(seed), 0
    moved: list[Movement] = []
    stamp = Stamp(DEPARTMENT, START)
    with database.write() as session:
        enter_materials(session, MATERIALS, [])
    for n in range(500):
        together = [any_movement(chance) for _ in range(chance.choice((1, 1, 1, 2, 4)))]
        if is_possible(slow_holdings([*moved, *together])):
            with database.write() as session:
                book(session, together, MovedBy("test", str(n)), stamp)
            moved += together
        else:
            with pytest.raises(Conflict), database.write() as session:
                book(session, together, MovedBy("test", str(n)), stamp)
            refused += 1
    wanted = slow_holdings(moved)
    with database.read() as session:
        assert balance_faults(session) == []
        for place in PLACES:
            held = held_at(session, place)
            assert all(held.get(x.code, 0) == wanted[str(place), x.code] for x in MATERIALS)
    assert len(moved) > 250
    assert refused > 50
    for one in MATERIALS:
        assert sum(by for (_, code), by in changes(moved).items() if code == one.code) == 0


class Walk:
    """Several jobs at once, and people who do anything, in and out of turn."""

    def __init__(self, db: Database, seed: int) -> None:
        self.chance, self.stores = random.Random(seed), Stores(db)
        self.tickets: list[Ticket] = []
        self.slips: list[str] = []
        self.taken = self.refused = 0

    def go(self) -> None:
        """Let somebody try something; what is refused must leave everything as it was."""
        self.stores.clock.advance(timedelta(seconds=20))
        ways = (self.deliver, *[self.repair] * 2, self.ask, *[self.slip] * 4)
        try:
            self.chance.choice(ways)()
            self.taken += 1
        except SanlaiError:
            self.refused += 1

    def deliver(self) -> None:
        kind = self.chance.choice(("receipt", "van_load", "van_unload", "scrap"))
        amount = str(self.chance.randint(1, 4))
        self.stores.book(kind, amount, technician=TECHNICIAN.id, note="清点")

    def repair(self) -> None:
        if len(self.tickets) < 3 or self.chance.random() < 0.06:
            self.tickets.append(self.stores.log())
            return
        ticket = self.stores.ticket(self.chance.choice(self.tickets[-4:]))
        lines = self.stores.desk.workflow.expected(ticket)
        if not lines:
            return
        onward = [x for x in lines if not x.aside and x.to not in (None, ticket.state)]
        usual = onward if onward and self.chance.random() < 0.7 else lines
        name = self.chance.choice(usual).step.name
        data = self.stores.usual_data(ticket, name)
        if name == "finish_work":
            data["materials"] = self.used(ticket)
        actor: Actor = usual_actor(ticket, name)
        take_step(self.stores.desk, ticket.id, name, data, actor, self.stores.key())

    def used(self, ticket: Ticket) -> list[dict[str, str]]:
        source = "slip" if ticket.materials else "van"
        return [
            {"code": VALVE.code, "quantity": str(self.chance.randint(1, 3)), "source": source}
            for _ in range(self.chance.randint(0, 2))
        ]

    def ask(self) -> None:
        if self.tickets and self.chance.random() < 0.5:
            ticket = self.chance.choice(self.tickets[-4:])
            amount = str(self.chance.randint(1, 4))
            actor = self.chance.choice((TECHNICIAN, TECHNICIAN, LEADER))
            self.slips.append(self.stores.ask(ticket, actor, valve=amount).id)

    def slip(self) -> None:
        """Let the right person take a step of a slip that may be its turn, or anybody any step."""
        if not self.slips:
            return
        slip_id = self.chance.choice(self.slips[-5:])
        with self.stores.db.read() as session:
            slip = self.stores.slips.see(session, CLERK, slip_id)
        lines = SLIP.expected(slip) if self.chance.random() < 0.8 else list(SLIP.lines)
        if not lines:
            self.slips.remove(slip_id)  # withdrawn: nothing is left to do
            return
        usual = [line for line in lines if not line.aside]
        line = self.chance.choice(usual if usual and self.chance.random() < 0.95 else lines)
        data = {
            "count_return": {"materials": self.counted(slip_id)},
            "correct_slip": {"materials": [{"code": VALVE.code, "quantity": "1"}]},
        }.get(line.step.name, {"note": "重办"})
        actor = holder_of(line.who[0].post).actor
        self.stores.slips.take(slip_id, line.step.name, data, actor, self.stores.key())

    def counted(self, slip_id: str) -> list[dict[str, str]]:
        """Count what is there, or anything at all."""
        with self.stores.db.read() as session:
            slip = self.stores.slips.see(session, CLERK, slip_id)
            left = held_at(session, Place(PlaceKind.JOB, slip.asked.ticket_id)).get(VALVE.code)
        amount = left if self.chance.random() < 0.7 else self.chance.randint(0, 4)
        return [{"code": VALVE.code, "quantity": str(amount or 0), "scrapped": "0"}]

    def check(self) -> None:
        """Compare each ticket with the books."""
        with self.stores.db.read() as session:
            assert balance_faults(session) == []
            jobs = {one.id: held_at(session, Place(PlaceKind.JOB, one.id)) for one in self.tickets}
            used = {one.id: held_at(session, Place(PlaceKind.USED, one.id)) for one in self.tickets}
        for ticket in map(self.stores.ticket, self.tickets):
            report = ticket.work.report
            lines = [x for x in (report.materials if report else ()) if x.code]
            assert used[ticket.id].get(VALVE.code, 0) == sum(x.quantity for x in lines)
            of_slips = sum(x.quantity for x in lines if not x.van_of)
            for one in ticket.materials:
                left = one.issued - one.returned - of_slips
                assert left == jobs[ticket.id].get(VALVE.code, 0) >= 0
                assert left == 0 or ticket.state is not State.ARCHIVED, "R-23"

    def issued(self) -> int:
        """Return how often anything was issued for a job."""
        of_jobs = select(func.count()).where(MovementRow.target.startswith("job:"))
        with self.stores.db.read() as session:
            return session.scalar(of_jobs) or 0


@pytest.mark.parametrize("seed", [5, 9])
def test_people_who_do_anything_keep_issued_used_and_returned_in_step(
    database: Database, seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - to repeat a failure
    walk = Walk(database, seed)
    for n in range(1000):
        walk.go()
        if n % 100 == 0:
            walk.check()
    walk.check()
    assert walk.issued() >= 3
    assert walk.taken > 200
    assert walk.refused > 100
