"""The case behind a matter that came in: who owns it until it is answered (R-03, R-05). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.cases.required_papers import About, Paper, RequiredPapers
from dispatch.clocks.course import Course, Standing, Term, judge
from dispatch.clocks.limits import Limit
from dispatch.clocks.office_time import OfficeTime
from dispatch.clocks.pauses import Pause
from dispatch.repair.matter import Channel
from dispatch.rulebook import DispatchRules
from kit import step, workflow
from kit.actors import Actor, Colleague, Post
from kit.rights import Reach, reach
from kit.rules import CitedNumber
from kit.step import Stamp

SUPPLEMENT = "supplement"
"""The reason of a pause: what was missing has not come yet."""
TEXT = 500
"""Longest reason, answer or note, in characters."""


class CaseState(StrEnum):
    """Where a case stands; only its workflow says how it gets from one to the next."""

    NEW = "new"  # never stored
    OPEN = "open"
    ASKED = "asked"  # a leader has been asked
    WAITING = "waiting"  # for the customer's papers: its clock is paused
    ANSWERED = "answered"
    REFERRED = "referred"  # outside of the company
    REFUSED = "refused"


class CaseKind(StrEnum):
    """The five case types (R-05)."""

    IMMEDIATE = "immediate"  # 即办件
    PROMISED = "promised"  # 承诺件
    JOINT = "joint"  # 联办件
    SUPPLEMENT = "supplement"  # 补办件: by a notice of what is missing
    RETURNED = "returned"  # 退回件: by a notice of refusal


class HandoverOutcome(StrEnum):
    """What became of a hand-over."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    NOT_ACCEPTED = "not_accepted"  # in the time that is set: it came back by itself
    RECEIVER_LEFT = "receiver_left"  # the account was closed: it came back by itself
    OVERTAKEN = "overtaken"  # the case was closed, or a leader took charge


class AnswerWay(StrEnum):
    """How a customer was told."""

    FACE_TO_FACE = "face_to_face"
    PHONE = "phone"
    LETTER = "letter"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class CaseMatter:
    """What came in, and how the customer is reached; never changed."""

    channel: Channel
    received_at: datetime
    name: str
    phone: str
    address: str
    about: About
    content: str
    ticket_id: str | None = None
    ticket_number: str = ""


@dataclass(frozen=True, slots=True)
class KindChosen:
    """Which type was chosen, and why; ``units`` are those that a joint case needs.

    ``limit`` is the time that the type allowed by the rules in force then (R-06); None for the
    case of a ticket, whose time limit the ticket has.
    """

    kind: CaseKind
    reason: str
    units: str
    chosen: Stamp
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over to a person, or to whoever at a post accepts first (R-03).

    Until ``settled`` the giver stays the owner. ``due_at`` is when it comes back by itself, by the
    number ``rule``.
    """

    given: Stamp
    post: Post | None
    person: Colleague | None
    reason: str
    due_at: datetime
    rule: CitedNumber
    settled: Stamp | None = None
    outcome: HandoverOutcome | None = None
    note: str = ""

    def is_for(self, actor: Actor) -> bool:
        """Whether it is this actor's to accept."""
        if self.person is not None:
            return actor.id == self.person.id
        return actor.post is self.post


@dataclass(frozen=True, slots=True)
class MissingNotice:
    """A numbered notice of all that is missing (补办通知书).

    ``late`` names what it asks for and no notice before it did: a recorded fault (R-04).
    """

    number: str
    papers: tuple[Paper, ...]
    issued: Stamp
    late: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperWait:
    """Time during which the case waited for the customer; ``until`` None: it still waits."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeaderAsked:
    """A question to the leaders, how the customer is reached, and what the leader said."""

    question: str
    contact: str
    asked: Stamp
    instruction: str = ""
    instructed: Stamp | None = None


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What the customer was told at the end, how and when."""

    told: str
    way: AnswerWay
    told_at: datetime
    by: Stamp


@dataclass(frozen=True, slots=True)
class OutsideReferral:
    """Why a matter is not the company's, and who is responsible, with contact."""

    reason: str
    responsible: str
    contact: str
    way: AnswerWay
    by: Stamp


@dataclass(frozen=True, slots=True)
class RefusalNotice:
    """A numbered notice of refusal (不予受理通知书) with its reason."""

    number: str
    reason: str
    basis: str
    by: Stamp


@dataclass(frozen=True, slots=True)
class Case:
    """One case from its first contact to its answer; it has an owner at every moment (R-03).

    ``required`` are the papers that its matter needs by the list in force when it was opened.
    """

    id: str
    number: str
    version: int
    state: CaseState
    matter: CaseMatter
    first_contact: Stamp
    owner: Actor
    owned_since: datetime
    chosen: tuple[KindChosen, ...]
    required: tuple[Paper, ...] = ()
    handover: Handover | None = None
    handovers_returned: int = 0
    notices: tuple[MissingNotice, ...] = ()
    waits: tuple[PaperWait, ...] = ()
    asked: LeaderAsked | None = None
    answer: CaseAnswer | None = None
    referral: OutsideReferral | None = None
    refusal: RefusalNotice | None = None

    def is_of(self, actor: Actor) -> bool:
        """Whether it is the actor's own: owned, received first, or handed over to them last."""
        if actor.id in (self.owner.id, self.first_contact.by.id):
            return True
        return self.handover is not None and self.handover.is_for(actor)

    @property
    def pending(self) -> Handover | None:
        """The hand-over that nobody has accepted yet."""
        waits = self.handover is not None and self.handover.settled is None
        return self.handover if waits else None

    @property
    def kind(self) -> CaseKind:
        """The type of the case now: a notice makes it one that waits, or one that is returned."""
        by_notice = {
            CaseState.WAITING: CaseKind.SUPPLEMENT,
            CaseState.REFUSED: CaseKind.RETURNED,
        }
        return by_notice.get(self.state, self.chosen[-1].kind)

    @property
    def notice_faults(self) -> int:
        """How many notices asked for something that an earlier one should have named (R-04)."""
        return sum(bool(notice.late) for notice in self.notices)

    @property
    def course(self) -> Course | None:
        """What is on record of its time limit (R-06): every type chosen, and every pause (R-04)."""
        terms = tuple(Term(one.chosen.at, one.limit) for one in self.chosen if one.limit)
        if not terms:
            return None
        return Course(
            self.matter.received_at,
            terms,
            tuple(Pause(one.since, SUPPLEMENT, one.until) for one in self.waits),
            done_at=self.closed.at if self.closed else None,
        )

    @property
    def close_by(self) -> datetime | None:
        """By when it has to be closed; None while it waits for papers, or by its ticket's limit."""
        explanation = self.course.explained() if self.course else None
        return explanation.due_at if explanation else None

    def standing(self, now: datetime) -> Standing | None:
        """Return how its time limit stands; None for the case of a ticket."""
        return judge(self.course, now) if self.course else None

    @property
    def closed(self) -> Stamp | None:
        """Who closed it, and when."""
        ends = (self.answer, self.referral, self.refusal)
        return next((end.by for end in ends if end is not None), None)


@dataclass(frozen=True, slots=True)
class CaseContext:
    """What the steps of a case read forms by.

    The rules in force and the office's hours, active colleagues by id and by post, the papers.
    """

    rules: DispatchRules
    colleague: Callable[[str], Colleague | None]
    holders: Callable[[Post], tuple[Colleague, ...]]
    papers: RequiredPapers
    office: OfficeTime


Given = step.Given[Case, CaseContext]
Line = workflow.Line[Case, CaseContext]


def knows_of(viewer: Actor, case: Case) -> bool:
    """Whether the viewer may know of this case: the office of every one, others of their own."""
    found = reach(viewer, "cases.see")
    return found is Reach.ANY or (found is Reach.OWN and case.is_of(viewer))
