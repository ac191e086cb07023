"""Material of a job: issued by slip, used, returned; all of it accounted for (R-23, R-24). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from dispatch.materials.catalogue import UNKNOWN_MATERIAL, Material, read_quantity, rounded
from dispatch.materials.ledger import Movement, Place, PlaceKind
from dispatch.repair.context import Given, Step
from dispatch.repair.sheets import JobMaterial, MaterialSource, MaterialUsed
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import NAME
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

MOST_MATERIALS = 50

NOT_ISSUED = FaultKind(
    "material_not_issued",
    "was not issued for this job by a material slip: say where it came from (source)",
)
MORE_THAN_ISSUED = FaultKind(
    "more_than_issued", "{material}: {used} {unit} used, and only {there} {unit} were there (R-23)"
)
UNACCOUNTED = Obstacle(
    "material_unaccounted", "issued is not used and returned: {differences} (R-23)"
)


@dataclass(frozen=True, slots=True)
class JobMaterials:
    """All that slips have issued for the job so far, and what has come back of it."""

    materials: tuple[JobMaterial, ...]


def material_accounted(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-23: of every material, what was issued is what was used and what was returned."""
    differences = [
        f"{one.material.name}: {one.issued} {one.material.unit} issued, {used} used, "
        f"{one.returned} returned"
        for one in ticket.materials
        if one.issued != (used := used_of_issued(ticket, one.material.code)) + one.returned
    ]
    if not differences:
        return None
    message = UNACCOUNTED.message.format(differences="; ".join(differences))
    return replace(UNACCOUNTED, message=message)


def used_of_issued(ticket: Ticket, code: str) -> Decimal:
    """Return how much was used of a material that slips issued."""
    return _uses(ticket).get((Place(PlaceKind.JOB, ticket.id), code), Decimal(0))


def movements_of_use(before: Ticket | None, after: Ticket) -> list[Movement]:
    """Return what the ledger must hear of a step: material used, or no longer (sent back)."""
    used, nothing = Place(PlaceKind.USED, after.id), Decimal(0)
    was, now = _uses(before) if before else {}, _uses(after)
    found = []
    for place, code in sorted(now.keys() | was.keys(), key=str):
        by = now.get((place, code), nothing) - was.get((place, code), nothing)
        if by:
            way = (place, used) if by > 0 else (used, place)
            found.append(Movement(code, abs(by), *way))
    return found


def _uses(ticket: Ticket) -> Mapping[tuple[Place, str], Decimal]:
    """Return what was used, by the place that it was taken from and the code."""
    report = ticket.work.report
    found: defaultdict[tuple[Place, str], Decimal] = defaultdict(Decimal)
    for one in report.materials if report else ():
        van, job = Place(PlaceKind.VAN, one.van_of), Place(PlaceKind.JOB, ticket.id)
        if one.code:
            found[van if one.van_of else job, one.code] += one.quantity
    return found


def read_materials_used(form: Fields, given: Given) -> tuple[MaterialUsed, ...]:
    """Read ``materials``: each from what slips issued, or with the ``source`` that it came from.

    Where slips have issued something, that is what a line without a source means.
    """
    found = form.items("materials", lambda one: _read_line(one, given), most=MOST_MATERIALS)
    for one in given.subject.materials:
        code, there = one.material.code, one.issued - one.returned
        used = sum((x.quantity for x in found if x.code == code and not x.van_of), Decimal(0))
        if used > there:
            form.fault(
                "materials", MORE_THAN_ISSUED, material=one.material.name, unit=one.material.unit,
                used=str(used), there=str(there),
            )  # fmt: skip
    return found


def _read_line(form: Fields, given: Given) -> MaterialUsed:
    usual = MaterialSource.SLIP if given.subject.materials else MaterialSource.WITHOUT_SLIP
    source = form.choice("source", MaterialSource, usual, needed=False)
    if source is MaterialSource.SLIP:
        return _read_issued(form, given.subject)
    if source is MaterialSource.VAN and form.given("code"):
        return _read_from_van(form, given)
    name = form.text("name", longest=NAME, lines=False)
    quantity = read_quantity(form, "quantity")
    return MaterialUsed(name, quantity, form.text("unit", longest=16, lines=False), source)


def _read_issued(form: Fields, ticket: Ticket) -> MaterialUsed:
    """Read one line of what slips issued, named by code or by name."""
    by = "code" if form.given("code") else "name"
    word = form.text(by, longest=NAME, lines=False)
    issued = (one.material for one in ticket.materials)
    found = next((one for one in issued if word == getattr(one, by)), None)
    if word and found is None:
        form.fault(by, NOT_ISSUED)
    return _of_catalogue(form, found, MaterialSource.SLIP, "")


def _read_from_van(form: Fields, given: Given) -> MaterialUsed:
    """Read one line out of a van's own stock; whoever reports it drives the van."""
    found = given.context.material(form.plain("code"))
    if found is None:
        form.fault("code", UNKNOWN_MATERIAL)
    crew = given.subject.crew.technicians
    driver = given.actor.id if given.subject.is_of(given.actor) or not crew else crew[0].id
    return _of_catalogue(form, found, MaterialSource.VAN, driver)


def _of_catalogue(
    form: Fields, found: Material | None, source: MaterialSource, van_of: str
) -> MaterialUsed:
    material = found or Material("", "", "")
    quantity = read_quantity(form, "quantity", material.decimals if found else 3)
    return MaterialUsed(
        material.name, rounded(quantity), material.unit, source, material.code, van_of
    )


def _read_moved(_form: Fields, given: Given) -> JobMaterials:
    return JobMaterials(given.subject.materials)


def _write_moved(ticket: Ticket, said: JobMaterials, _stamp: Stamp) -> Ticket:
    return replace(ticket, materials=said.materials)


MATERIAL_MOVED = Step[JobMaterials](
    "material_moved", _read_moved, _write_moved, "A slip issued material, or some came back."
)
