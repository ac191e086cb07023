"""Contexts of a ticket: one page for staff, for the technician, for the customer, and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.forms import Fault, Form
from api.web.listing import Listing
from api.web.signature_picture import SignaturePicture, picture
from dispatch.model import (
    AlarmFacts,
    ArrivalClock,
    ArrivalStatus,
    Promise,
    State,
    Ticket,
    TicketEvent,
    WhereKind,
)
from dispatch.workflow import Blocked, Step, allowed, blocked, expected
from kit.actors import Actor, Post

PLAIN = frozenset({"depart", "arrive", "start_work", "archive"})
"""Commands that are one press of a button: they ask for nothing."""

STAGES = (
    State.LOGGED,
    State.ISSUED,
    State.ASSIGNED,
    State.EN_ROUTE,
    State.ON_SITE,
    State.WORKING,
    State.WORK_DONE,
    State.CUSTOMER_SIGNED,
    State.LEADER_SIGNED,
    State.DIRECTOR_SIGNED,
    State.ARCHIVED,
)
"""The signature chain R-15 as a person follows it, for the list of steps in order."""


@dataclass(frozen=True, slots=True)
class Action:
    """A step that this person can take now, and the form it is given by."""

    command: str
    cites: str
    form: Form
    plain: bool
    open: bool


@dataclass(frozen=True, slots=True)
class BlockedAction:
    """A step that would be this person's, and the codes of what stands in its way."""

    command: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExpectedStep:
    """A step that somebody else is to take next."""

    command: str
    who_text: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step taken: what, when, who, where."""

    n: int
    at: datetime
    command: str
    from_state: State
    to_state: State
    actor_name: str
    actor_post: Post
    where: str
    position: str
    note: str


@dataclass(frozen=True, slots=True)
class CrewMember:
    """A technician whom the team leader can name."""

    id: str
    name: str
    open_jobs: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the chain, in order."""

    state: State
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """A command that was refused and whose form is no longer on the page: why, and its words."""

    command: str
    faults: tuple[Fault, ...]
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything that a page of one ticket shows."""

    ticket: Ticket
    clock: ArrivalClock
    shown_at: datetime
    actions: tuple[Action, ...] = ()
    blocked: tuple[BlockedAction, ...] = ()
    expected: tuple[ExpectedStep, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    chain_sound: bool = True
    crew: tuple[CrewMember, ...] = ()
    customer_link: str = ""
    can_call: bool = False
    by_customer: bool = False
    signer_name: str = ""
    base: str = ""
    stray: Stray | None = None

    @property
    def signature(self) -> SignaturePicture | None:
        """The customer's signature as a picture."""
        return picture(self.ticket.opinion.signature) if self.ticket.opinion else None

    @property
    def asks_consent(self) -> bool:
        """Whether the quote is shown where this person is asked to agree to it."""
        return any(action.command == "consent" for action in self.actions)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The chain with what is behind and where the ticket stands."""
        at = STAGES.index(self.ticket.state) if self.ticket.state in STAGES else -1
        return tuple(Stage(state, n < at, n == at) for n, state in enumerate(STAGES))


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
        return picture(self.ticket.opinion.signature) if self.ticket.opinion else None


@dataclass(frozen=True, slots=True)
class LoggedPage:
    """What the receptionist reads to the customer once the matter is logged."""

    ticket: Ticket
    customer_link: str


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket of a list, with personal data as far as this person needs them."""

    id: str
    number: str
    state: State
    open: bool
    urgent: bool
    channel: str
    job_type: str
    name: str
    phone: str
    address: str
    content: str
    alarm: AlarmFacts | None
    received_at: datetime
    due_at: datetime
    arrival: ArrivalStatus
    technicians: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketsPage:
    """The ticket board, or the register of intake."""

    list: Listing
    filter: Form
    tickets: Sequence[TicketLine]
    overdue: int
    shown_at: datetime
    register: bool
    states: tuple[str, ...]
    channels: tuple[str, ...]
    job_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobsPage:
    """The open jobs of one technician."""

    jobs: Sequence[TicketLine]
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class PlaceOption:
    """A residential area to choose: its name, and what tells it from others."""

    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class IntakePage:
    """The intake form with the promise as it stands while it is filled in."""

    form: Form
    channels: tuple[tuple[str, str], ...]
    job_types: tuple[str, ...]
    places: tuple[PlaceOption, ...]
    promise: Promise | None
    promise_faults: tuple[Fault, ...]
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form by which staff report what they saw: at a station, or at an address."""

    form: Form
    stations: tuple[tuple[str, str], ...]
    job_types: tuple[str, ...]
    places: tuple[PlaceOption, ...]


@dataclass(frozen=True, slots=True)
class PromisePart:
    """The promise alone, for the region that is fetched anew while the caller speaks."""

    promise: Promise | None
    promise_faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacesPart:
    """The residential areas that fit what was typed so far."""

    places: tuple[PlaceOption, ...]


def actions_of(
    ticket: Ticket, actor: Actor, forms: Mapping[str, Form], key: str
) -> tuple[Action, ...]:
    """Return the buttons of this person, in the order of the workflow's table.

    ``forms`` are those that were just sent and refused; they are open, with what is wrong.
    """
    steps = allowed(ticket, actor)
    made = []
    for step in steps:
        form = forms.get(step.command) or Form(step.command, f"{key}-{step.command}")
        first = len([s for s in steps if s.command not in _SIDE]) == 1 and step.command not in _SIDE
        made.append(
            Action(step.command, step.cites, form, step.command in PLAIN, first or not form.fresh)
        )
    return tuple(made)


_SIDE = frozenset({"withdraw", "decline", "send_back"})
"""Steps off the chain: never opened by themselves."""


def blocked_of(ticket: Ticket, actor: Actor) -> tuple[BlockedAction, ...]:
    """Return what this person could do but for conditions that are not met."""
    return tuple(_blocked(one) for one in blocked(ticket, actor))


def _blocked(one: Blocked) -> BlockedAction:
    return BlockedAction(one.step.command, tuple(reason.code for reason in one.reasons))


def expected_of(ticket: Ticket, post_word: Mapping[Post, str]) -> tuple[ExpectedStep, ...]:
    """Return the steps of the chain that come next, with the posts that may take them."""
    steps: Iterable[Step] = (s for s in expected(ticket) if s.command not in _SIDE)
    return tuple(
        ExpectedStep(s.command, "、".join(post_word[who.post] for who in s.who)) for s in steps
    )


def history_of(events: Iterable[TicketEvent]) -> tuple[HistoryLine, ...]:
    """Return the steps taken, oldest first."""
    return tuple(_history_line(event) for event in sorted(events, key=lambda e: e.n))


def _history_line(event: TicketEvent) -> HistoryLine:
    at = event.where.position
    return HistoryLine(
        n=event.n,
        at=event.at,
        command=event.command,
        from_state=event.from_state,
        to_state=event.to_state,
        actor_name=event.actor.name,
        actor_post=event.actor.post,
        where="" if event.where.kind is WhereKind.NONE else str(event.where.kind),
        position=f"{at.lat:.5f}, {at.lon:.5f}" if at else "",
        note=event.where.note,
    )


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """What is finished; when it was ``checked`` just now, every fault of the record."""

    list: Listing
    tickets: Sequence[TicketLine]
    checked: bool
    faults: tuple[str, ...]
    sheets: bool
