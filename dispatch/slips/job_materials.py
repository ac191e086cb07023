"""What a slip moves: out of the store to a job, and back; the ticket hears of it (R-22 to R-24).

All of it is written in the transaction of the slip's own step, with the ticket locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from dispatch.materials.booking import MovedBy, book, held_at
from dispatch.materials.catalogue import Material, rounded
from dispatch.materials.ledger import Movement, Place, PlaceKind
from dispatch.repair import tickets
from dispatch.repair.material_use import MATERIAL_MOVED, JobMaterials
from dispatch.repair.sheets import JobMaterial
from dispatch.repair.ticket import Ticket
from dispatch.repair.workflow import REPAIR
from dispatch.slips.slip import MaterialSlip, ReturnSlip, SlipState
from dispatch.slips.slip_steps import CLOSE, COUNT, ISSUE, REFUSE_COUNT
from kit.actors import SYSTEM
from kit.errors import FieldError, Invalid, OutOfOrder
from kit.step import Stamp
from kit.where import NOWHERE
from kit.workflow import Decision

STORE, SCRAPPED = Place(PlaceKind.STORE), Place(PlaceKind.SCRAPPED)
Amounts = Iterable[tuple[Material, Decimal]]


def move_materials(session: Session, decision: Decision[MaterialSlip], stamp: Stamp) -> None:
    """Move what a step of a slip moves; durable, with the step, when the session commits.

    Raises ``Conflict`` naming what the store is short of, ``OutOfOrder`` when the job is not at
    that stage, ``Invalid`` when the clerk's count is not what must be left over.
    """
    move = _MOVES.get(decision.step)
    if move is not None:
        move(session, decision, stamp)


def _issue(session: Session, decision: Decision[MaterialSlip], stamp: Stamp) -> None:
    slip = decision.after
    ticket = tickets.load(session, slip.asked.ticket_id, lock=True)
    if ticket.work_is_over:
        message = f"the work on {ticket.number} is over: nothing more is issued for it (R-22)"
        raise OutOfOrder("work_is_over", message, allowed=[], state=str(slip.state))
    asked = [(line.material, line.quantity) for line in slip.asked.lines]
    _book(session, slip, stamp, _way(asked, STORE, _job(slip)))
    _tell(session, ticket, asked, (), stamp)


def _count(session: Session, decision: Decision[MaterialSlip], stamp: Stamp) -> None:
    slip = decision.after
    ticket = tickets.load(session, slip.asked.ticket_id, lock=True)
    if not ticket.work_is_over:
        message = f"what was used on {ticket.number} is not on record yet (R-24)"
        raise OutOfOrder("use_not_on_record", message, allowed=[], state=str(slip.state))
    counted = _counted(slip)
    if slip.closed and not counted:
        message = "all that was left over has come back already"
        raise OutOfOrder("nothing_left_over", message, allowed=[], state=str(SlipState.CLOSED))
    _check_count(session, slip, counted)
    _book(session, slip, stamp, _way(counted, _job(slip), _returned(slip)))
    _tell(session, ticket, (), counted, stamp)


def _close(session: Session, decision: Decision[MaterialSlip], stamp: Stamp) -> None:
    slip = decision.after
    lines = slip.left_over.lines if slip.left_over else ()
    good = [(line.material, line.quantity - line.scrapped) for line in lines]
    scrap = [(line.material, line.scrapped) for line in lines]
    back = _way(good, _returned(slip), STORE) + _way(scrap, _returned(slip), SCRAPPED)
    _book(session, slip, stamp, back)


def _refuse_count(session: Session, decision: Decision[MaterialSlip], stamp: Stamp) -> None:
    slip = decision.before or decision.after
    counted = _counted(slip)
    ticket = tickets.load(session, slip.asked.ticket_id, lock=True)
    _book(session, slip, stamp, _way(counted, _returned(slip), _job(slip)))
    _tell(session, ticket, (), [(material, -quantity) for material, quantity in counted], stamp)


_MOVES: dict[str, Callable[[Session, Decision[MaterialSlip], Stamp], None]] = {
    ISSUE.name: _issue,
    COUNT.name: _count,
    CLOSE.name: _close,
    REFUSE_COUNT.name: _refuse_count,
}


def _job(slip: MaterialSlip) -> Place:
    return Place(PlaceKind.JOB, slip.asked.ticket_id)


def _returned(slip: MaterialSlip) -> Place:
    return Place(PlaceKind.RETURNED, slip.id)


def _counted(slip: MaterialSlip) -> list[tuple[Material, Decimal]]:
    found = slip.left_over or ReturnSlip(())
    return [(line.material, line.quantity) for line in found.lines]


def _way(amounts: Amounts, source: Place, target: Place) -> list[Movement]:
    return [Movement(one.code, quantity, source, target) for one, quantity in amounts if quantity]


def _book(session: Session, slip: MaterialSlip, stamp: Stamp, movements: list[Movement]) -> None:
    book(session, movements, MovedBy("material_slip", slip.id), stamp)


def _check_count(
    session: Session, slip: MaterialSlip, counted: list[tuple[Material, Decimal]]
) -> None:
    """Raise ``Invalid`` unless just what is left at the job was counted (R-23)."""
    left, found = held_at(session, _job(slip)), {one.code: amount for one, amount in counted}
    nothing = Decimal(0)
    faults = [
        _not_what_is_left(line.material, left.get(code, nothing), found.get(code, nothing))
        for line in slip.asked.lines
        if left.get(code := line.material.code, nothing) != found.get(code, nothing)
    ]
    if faults:
        raise Invalid(faults)


def _not_what_is_left(material: Material, left: Decimal, counted: Decimal) -> FieldError:
    params = {
        "material": material.name,
        "unit": material.unit,
        "left": str(left),
        "counted": str(counted),
    }
    message = (
        f"{material.name}: {left} {material.unit} must be left (issued less used), "
        f"{counted} counted (R-23)"
    )
    return FieldError("materials", "not_what_is_left", message, params)


def _tell(
    session: Session, ticket: Ticket, issued: Amounts, returned: Amounts, stamp: Stamp
) -> None:
    """Write on the ticket what has been issued and returned in all."""
    known = {one.material.code: one for one in ticket.materials}
    for material, quantity in issued:
        one = known.get(material.code, JobMaterial(material, Decimal(0)))
        known[material.code] = replace(one, issued=rounded(one.issued + quantity))
    for material, quantity in returned:
        one = known[material.code]
        known[material.code] = replace(one, returned=rounded(one.returned + quantity))
    said = JobMaterials(tuple(known.values()))
    if said.materials != ticket.materials:
        program = Stamp(SYSTEM, stamp.at)
        decision = REPAIR.take(ticket, MATERIAL_MOVED, said, program)
        tickets.save(session, decision, program, NOWHERE)
