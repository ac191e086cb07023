"""What the pages of one ticket show: for the office, the technician, the customer, and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from api.pages.repair.signature_picture import SignaturePicture, picture
from api.web.step_actions import Action, BlockedAction, ExpectedStep, HistoryLine, Stage, Stray
from dispatch.clocks.course import Standing
from dispatch.knowledge.answers import LookedUp
from dispatch.repair.context import QUOTE
from dispatch.repair.sheets import Relation
from dispatch.repair.ticket import Ticket
from dispatch.repair.workmanship import CheckItem


@dataclass(frozen=True, slots=True)
class CrewMember:
    """A technician to choose.

    ``named``: is on the ticket now; ``accepted``: has accepted
    a call-out for it. Nobody on leave is one.
    """

    id: str
    name: str
    open_jobs: int
    named: bool
    on_duty: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything that a page of one ticket shows; its forms are posted below ``base``."""

    ticket: Ticket
    arrival: Standing
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
    relations: tuple[Relation, ...]
    link_code: Markup | None
    stray: Stray | None
    checklist: tuple[CheckItem, ...]
    looked_up: tuple[LookedUp, ...] = ()

    @property
    def answer(self) -> Standing | None:
        """How the answer's time limit stands."""
        return self.ticket.answered(self.shown_at)

    @property
    def signature(self) -> SignaturePicture | None:
        """The customer's signature as a picture."""
        return signature_of(self.ticket)

    @property
    def usual(self) -> list[Action]:
        """The steps of the usual way that are this person's own."""
        return [action for action in self.actions if not (action.aside or action.told)]

    @property
    def otherwise(self) -> list[Action]:
        """The steps for what goes wrong."""
        return [action for action in self.actions if action.aside and not action.told]

    @property
    def for_crew(self) -> list[Action]:
        """The steps of the crew that this person can enter for them."""
        return [action for action in self.actions if action.told]

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
