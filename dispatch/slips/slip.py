"""The material slip (材料单): asked for, signed, issued, and what is left (R-22, R-23). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from dispatch.materials.catalogue import UNKNOWN_MATERIAL, Material, read_quantity
from dispatch.money import whole_fen
from dispatch.repair.masking import knows_of as knows_of_ticket
from dispatch.repair.sheets import Technician
from dispatch.repair.ticket import Ticket
from kit import step, workflow
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.rights import Reach, reach
from kit.step import Asked, Numbered, Stamp

TEXT = 500
"""Longest note or reason, in characters."""
MOST_LINES = 50

UNKNOWN_TICKET = FaultKind("unknown_ticket", "is not a ticket that you can ask material for")
WORK_IS_OVER = FaultKind("work_is_over", "is over: no material is issued for it any more (R-22)")
NOT_OF_THE_CREW = FaultKind("not_of_the_crew", "is not a technician of this job")
ASKED_TWICE = FaultKind("asked_twice", "{material} is named on two lines: put them together")


class SlipState(StrEnum):
    """Where a material slip stands; only its workflow says how it gets from one to the next."""

    NEW = "new"  # never stored
    ASKED = "asked"
    SIGNED = "signed"
    REPORTED = "reported"
    APPROVED = "approved"
    ISSUED = "issued"
    COUNTED = "counted"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SlipLine:
    """So much of one material; ``price_fen`` is what a unit cost on the day that it was asked."""

    material: Material
    quantity: Decimal
    price_fen: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What came back of one material (退料单); of it ``scrapped`` can't be used again."""

    material: Material
    quantity: Decimal
    scrapped: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """For which job, who fetches it, and what (R-22: itemised)."""

    ticket_id: str
    ticket_number: str
    receiver: Technician
    lines: tuple[SlipLine, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlipNote:
    """The content of a step that takes at most a note, or needs a reason."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class ReturnSlip:
    """The return slip (退料单): what the clerk counted (R-23)."""

    lines: tuple[LeftOver, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class MaterialSlip:
    """One material slip, from asking to what came back; a stamp for each signature of R-22."""

    id: str
    number: str
    version: int
    state: SlipState
    asked: SlipRequest
    asker: Stamp
    signed: Stamp | None = None
    reported: Stamp | None = None
    approved: Stamp | None = None
    issued: Stamp | None = None
    left_over: ReturnSlip | None = None
    counted: Stamp | None = None
    closed: Stamp | None = None
    reason: str = ""

    def is_of(self, actor: Actor) -> bool:
        """Whether it is the actor's own: asked by them, or they fetch it."""
        return actor.id in (self.asker.by.id, self.asked.receiver.id)

    @property
    def value_fen(self) -> int | None:
        """What all of it costs, in whole fen; None while the price of a line is not known."""
        total = Decimal(0)
        for line in self.asked.lines:
            if line.price_fen is None:
                return None
            total += line.quantity * line.price_fen
        return whole_fen(total)


@dataclass(frozen=True, slots=True)
class SlipContext:
    """A ticket by its id, a material by its code, and what a unit of it costs on a day, in fen."""

    ticket: Callable[[str], Ticket | None]
    material: Callable[[str], Material | None]
    price_on: Callable[[str, date], int | None]
    today: date


Content = TypeVar("Content")
Given = step.Given[MaterialSlip, SlipContext]
SlipStep = step.Step[MaterialSlip, SlipContext, Content]
Line = workflow.Line[MaterialSlip, SlipContext]


def knows_of(viewer: Actor, slip: MaterialSlip) -> bool:
    """Whether the viewer may know of this slip."""
    found = reach(viewer, "material_slips.see")
    return found is Reach.ANY or (found is Reach.OWN and slip.is_of(viewer))


def read_slip_request(form: Fields, asked: Asked[SlipContext]) -> SlipRequest:
    """Read for which job material is asked, what, and who fetches it."""
    ticket = _read_ticket(form, asked)
    return SlipRequest(
        ticket_id=ticket.id if ticket else "",
        ticket_number=ticket.number if ticket else "",
        receiver=_read_receiver(form, ticket, asked.actor),
        lines=read_slip_lines(form, asked.context),
        note=form.text("note", longest=TEXT, needed=False),
    )


def make_slip(numbered: Numbered, said: SlipRequest, stamp: Stamp) -> MaterialSlip:
    """Return the slip that this request opens."""
    return MaterialSlip(numbered.id, numbered.number, 1, SlipState.ASKED, said, stamp)


def _read_ticket(form: Fields, asked: Asked[SlipContext]) -> Ticket | None:
    ticket_id = form.plain("ticket_id")
    found = asked.context.ticket(ticket_id) if ticket_id else None
    if not ticket_id:
        form.fault("ticket_id", "required")
    elif found is None or not knows_of_ticket(asked.actor, found):
        form.fault("ticket_id", UNKNOWN_TICKET)
        return None
    elif found.work_is_over:
        form.fault("ticket_id", WORK_IS_OVER)
    return found


def _read_receiver(form: Fields, ticket: Ticket | None, actor: Actor) -> Technician:
    """Read who fetches it: one of the job's crew; the technician who asks, unless named."""
    crew = ticket.crew.technicians if ticket else ()
    named = form.plain("fetched_by") or actor.id
    found = next((one for one in crew if one.id == named), None)
    if ticket and found is None:
        form.fault("fetched_by", NOT_OF_THE_CREW if form.given("fetched_by") else "required")
    return found or Technician(named, "")


def read_slip_lines(form: Fields, context: SlipContext) -> tuple[SlipLine, ...]:
    """Read ``materials``: what is asked for, each of the catalogue, once."""

    def read_line(one: Fields) -> SlipLine:
        material = _read_material(one, context)
        quantity = read_quantity(one, "quantity", material.decimals)
        return SlipLine(material, quantity, context.price_on(material.code, context.today))

    found = form.items("materials", read_line, least=1, most=MOST_LINES)
    refuse_twice(form, [line.material for line in found])
    return found


def _read_material(form: Fields, context: SlipContext) -> Material:
    code = form.plain("code")
    found = context.material(code) if code else None
    if found is None:
        form.fault("code", UNKNOWN_MATERIAL if code else "required")
    return found or Material("", "", "", 3)


def refuse_twice(form: Fields, materials: list[Material]) -> None:
    """Note a fault for each material that stands on two lines."""
    codes = [one.code for one in materials if one.code]
    for one in {one.code: one for one in materials}.values():
        if codes.count(one.code) > 1:
            form.fault("materials", ASKED_TWICE, material=one.name)
