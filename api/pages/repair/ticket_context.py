"""What the pages of one ticket show: for the office, the technician, the customer, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.pages.repair.signature_picture import SignaturePicture, picture
from api.web.forms import Form, FormFault
from dispatch.clocks.commitment import Arrival
from dispatch.repair.context import QUOTE
from dispatch.repair.ticket import Ticket
from kit.actors import Post


@dataclass(frozen=True, slots=True)
class Action:
    """A step that this person can take now, and the form it is given by.

    ``piece`` is the template of its fields, found by the step's name; a step without one is a
    single press of a button. ``aside``: it leads off the usual way. ``shows`` and ``edition`` are
    the step's own.
    """

    step: str
    cites: str
    form: Form
    piece: str
    open: bool
    aside: bool
    shows: tuple[str, ...]
    edition: int | None

    def has(self, what: str) -> bool:
        """Whether the form shows this besides its own fields."""
        return what in self.shows


@dataclass(frozen=True, slots=True)
class BlockedAction:
    """A step that would be this person's, and the codes of what stands in its way."""

    step: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedStep:
    """A step that somebody else is to take next."""

    step: str
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step taken: what, when, who, where."""

    at: datetime
    step: str
    from_state: str
    to_state: str
    actor_name: str
    actor_post: Post
    where: str
    position: str
    note: str


@dataclass(frozen=True, slots=True)
class CrewMember:
    """A technician to choose; ``named``: is on the ticket now."""

    id: str
    name: str
    open_jobs: int
    named: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the chain, in order."""

    state: StrEnum
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """A step that was refused and whose form is no longer on the page: why, and its words."""

    step: str
    faults: tuple[FormFault, ...]
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything that a page of one ticket shows; its forms are posted below ``base``."""

    ticket: Ticket
    arrival: Arrival
    shown_at: datetime
    base: str
    stages: tuple[Stage, ...]
    actions: tuple[Action, ...]
    blocked: tuple[BlockedAction, ...]
    expected: tuple[ExpectedStep, ...]
    history: tuple[HistoryLine, ...]
    chain_sound: bool
    crew: tuple[CrewMember, ...]
    customer_link: str
    can_call: bool
    by_customer: bool
    signer_name: str
    owners: tuple[tuple[str, str], ...]
    stray: Stray | None

    @property
    def signature(self) -> SignaturePicture | None:
        """The customer's signature as a picture."""
        return signature_of(self.ticket)

    @property
    def quote_is_asked_about(self) -> bool:
        """Whether the quote is shown in a form already, where this person is asked about it."""
        return any(action.has(QUOTE) for action in self.actions)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A sheet of paper: the task order or the intake sheet."""

    ticket: Ticket
    order: bool
    shown_at: datetime
    chain_sound: bool

    @property
    def signature(self) -> SignaturePicture | None:
        """The customer's signature as a picture."""
        return signature_of(self.ticket)


def signature_of(ticket: Ticket) -> SignaturePicture | None:
    """Return the customer's signature as a picture, if they have signed."""
    opinion = ticket.signatures.customer
    return picture(opinion.signature) if opinion else None
