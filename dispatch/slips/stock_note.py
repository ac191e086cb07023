"""A stock note (出入库单): what the materials department moves without a job. Pure.

Deliveries, the stock of a technician's van, and what is scrapped. A mistake is not taken back but
reversed by the opposite movement, so that both are on record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from dispatch.materials.catalogue import UNKNOWN_MATERIAL, Material, read_quantity
from dispatch.materials.ledger import Movement, Place, PlaceKind
from dispatch.repair.sheets import Technician
from kit import step, workflow
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.rights import may
from kit.step import Asked, Numbered, Stamp

TEXT = 500
MOST_LINES = 200

NO_TECHNICIAN = FaultKind("no_technician", "is not an active technician: whose van is it?")


class StockKind(StrEnum):
    """What moves: from where to where."""

    RECEIPT = "receipt"  # 收料入库
    VAN_LOAD = "van_load"  # 工具车领料
    VAN_UNLOAD = "van_unload"  # 工具车退料
    SCRAP = "scrap"  # 报废


class StockState(StrEnum):
    """Where a stock note stands."""

    NEW = "new"  # never stored
    BOOKED = "booked"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class StockLine:
    """So much of one material."""

    material: Material
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class StockRequest:
    """What moves and why; ``technician`` says whose van it is, where there is one."""

    kind: StockKind
    lines: tuple[StockLine, ...]
    technician: Technician | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StockReason:
    """The content of a step that needs a reason."""

    note: str


@dataclass(frozen=True, slots=True)
class StockNote:
    """One stock note: booked, and perhaps reversed."""

    id: str
    number: str
    version: int
    state: StockState
    asked: StockRequest
    booked: Stamp
    reversed: Stamp | None = None
    reason: str = ""

    def is_of(self, actor: Actor) -> bool:
        """Whether the actor booked it."""
        return actor.id == self.booked.by.id


@dataclass(frozen=True, slots=True)
class StockContext:
    """A material by its code, and the name of an active technician by id (None for others)."""

    material: Callable[[str], Material | None]
    technician_name: Callable[[str], str | None]


Given = step.Given[StockNote, StockContext]
Line = workflow.Line[StockNote, StockContext]


def sees_stock(viewer: Actor, _note: StockNote) -> bool:
    """Whether the viewer may know of stock notes."""
    return may(viewer, "stock_notes.see")


def movements_of(note: StockNote) -> list[Movement]:
    """Return what the note moves now; once it is reversed, the way back."""
    supplier, store = Place(PlaceKind.SUPPLIER), Place(PlaceKind.STORE)
    driver = note.asked.technician
    van = Place(PlaceKind.VAN, driver.id if driver else "")
    way = {
        StockKind.RECEIPT: (supplier, store),
        StockKind.VAN_LOAD: (store, van),
        StockKind.VAN_UNLOAD: (van, store),
        StockKind.SCRAP: (store, Place(PlaceKind.SCRAPPED)),
    }[note.asked.kind]
    source, target = way if note.state is StockState.BOOKED else way[::-1]
    return [
        Movement(line.material.code, line.quantity, source, target) for line in note.asked.lines
    ]


def read_stock_request(form: Fields, asked: Asked[StockContext]) -> StockRequest:
    """Read what is to be moved."""
    kind = form.choice("stock_kind", StockKind, StockKind.RECEIPT)

    def read_line(one: Fields) -> StockLine:
        code = one.plain("code")
        found = asked.context.material(code)
        if found is None:
            one.fault("code", UNKNOWN_MATERIAL if code else "required")
        material = found or Material("", "", "", 3)
        return StockLine(material, read_quantity(one, "quantity", material.decimals))

    lines = form.items("materials", read_line, least=1, most=MOST_LINES)
    of_van = kind in (StockKind.VAN_LOAD, StockKind.VAN_UNLOAD)
    technician = _read_technician(form, asked.context) if of_van else None
    needed = kind is StockKind.SCRAP
    return StockRequest(kind, lines, technician, form.text("note", longest=TEXT, needed=needed))


def _read_technician(form: Fields, context: StockContext) -> Technician:
    person_id = form.plain("technician")
    name = context.technician_name(person_id) if person_id else None
    if name is None:
        form.fault("technician", NO_TECHNICIAN if person_id else "required")
    return Technician(person_id, name or "")


def make_stock_note(numbered: Numbered, said: StockRequest, stamp: Stamp) -> StockNote:
    """Return the note that books this."""
    return StockNote(numbered.id, numbered.number, 1, StockState.BOOKED, said, stamp)


def _read_reason(form: Fields, _given: Given) -> StockReason:
    return StockReason(form.text("note", longest=TEXT))


def _reverse(note: StockNote, said: StockReason, stamp: Stamp) -> StockNote:
    return replace(note, reversed=stamp, reason=said.note)


REVERSE = step.Step[StockNote, StockContext, StockReason](
    "reverse_stock", _read_reason, _reverse, "What was booked is moved back, with the reason.",
    {"note": "数量录错"},
)  # fmt: skip
