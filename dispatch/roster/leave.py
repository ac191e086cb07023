"""A leave, or a swap of duty: asked before, approved, handed over, returned from (R-20). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dispatch.rulebook import DispatchRules
from kit import step, workflow
from kit.actors import Actor, Colleague, Post
from kit.fields import FaultKind, Fields
from kit.rights import Reach, reach
from kit.step import Asked, Numbered, Obstacle, Stamp, Step

TEXT = 500
"""Longest reason or note, in characters."""

UNKNOWN_COLLEAGUE = FaultKind("unknown_colleague", "is not the account of an active colleague")
OWN_STAND_IN = FaultKind("own_stand_in", "must be somebody else than the one who leaves")
WITHOUT_POST = FaultKind("without_post", "neither holds the post {post} nor is its named stand-in")
NOT_AHEAD = FaultKind("not_ahead", "must end after it begins")
BEGINS_IN_THE_PAST = FaultKind("begins_in_the_past", "lies in the past: leave is asked for before")
TOO_LONG = FaultKind("leave_too_long", "is longer than {days} days")
STAND_IN_AWAY = FaultKind("stand_in_away", "is on leave in this time")
NOT_HELD = FaultKind("leaves_no_post", "is a post at which you only stand in for another")
NOTHING_TO_SWAP = FaultKind("nothing_to_swap", "leaves you no shift that lies wholly in this time")

NOT_FOR_ONESELF = Obstacle(
    "not_for_oneself", "nobody decides on a leave of their own, or stands in by their own word",
    forbids=True,
)  # fmt: skip
NOT_THE_STAND_IN = Obstacle(
    "not_the_stand_in", "only the named stand-in takes the post over (R-20)", forbids=True
)
NOT_THE_ASKER = Obstacle("not_the_asker", "only the one on leave does this", forbids=True)
SHIFTS_EXCHANGED = Obstacle(
    "shifts_exchanged", "the shifts have been exchanged: ask for a swap back", moot=True
)


class LeaveKind(StrEnum):
    """What is asked for."""

    LEAVE = "leave"  # 请假
    SWAP = "swap"  # 换班


class LeaveState(StrEnum):
    """Where a leave stands; only its workflow says how it gets from one to the next."""

    NEW = "new"  # never stored
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """Which post is left, from when until when, why, and who stands in (R-20)."""

    kind: LeaveKind
    post: Post
    stand_in: Colleague
    begins_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A step's only content: a note, or the reason where one is needed."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """One leave from asking to return."""

    id: str
    number: str
    version: int
    state: LeaveState
    asked: LeaveRequest
    asker: Stamp
    decided: Stamp | None = None
    decision_note: str = ""
    handed_over: Stamp | None = None
    handover_note: str = ""
    returned: Stamp | None = None

    def is_of(self, actor: Actor) -> bool:
        """Whether it is the actor's own: asked by them, or they are to stand in."""
        return actor.id in (self.asker.by.id, self.asked.stand_in.id)

    @property
    def is_absence(self) -> bool:
        """Whether a post is left by it; a swap leaves none."""
        return self.asked.kind is LeaveKind.LEAVE

    def leaves_post(self, at: datetime) -> bool:
        """Whether the stand-in acts at the post at this minute (R-20).

        From the handover, but not before the leave begins, until the return, however late.
        """
        handed_over = self.state is LeaveState.HANDED_OVER
        return self.is_absence and handed_over and self.asked.begins_at <= at


@dataclass(frozen=True, slots=True)
class RosterContext:
    """The rules in force, and what is known of colleagues and their duty.

    ``colleague`` gives an active one by id, None for anyone else. ``is_stand_in`` tells whether
    for this person, at this post, this one is the named stand-in. ``is_away`` and ``has_shift``
    tell whether somebody has an approved leave, or a whole shift, between two instants.
    """

    rules: DispatchRules
    colleague: Callable[[str], Colleague | None]
    is_stand_in: Callable[[str, Post, str], bool]
    is_away: Callable[[str, datetime, datetime], bool]
    has_shift: Callable[[str, datetime, datetime], bool]


Given = step.Given[Leave, RosterContext]
LeaveStep = step.Step[Leave, RosterContext, Remark]
Line = workflow.Line[Leave, RosterContext]


def decided_by_another(leave: Leave, actor: Actor) -> Obstacle | None:
    """R-20: approval is another's; neither the asker nor the stand-in gives it."""
    return NOT_FOR_ONESELF if leave.is_of(actor) else None


def is_stand_in(leave: Leave, actor: Actor) -> Obstacle | None:
    """R-20: the one who stands in takes the post over."""
    return None if actor.id == leave.asked.stand_in.id else NOT_THE_STAND_IN


def is_asker(leave: Leave, actor: Actor) -> Obstacle | None:
    """R-20: whoever is on leave cancels it and returns."""
    return None if actor.id == leave.asker.by.id else NOT_THE_ASKER


def leaves_the_post(leave: Leave, _actor: Actor) -> Obstacle | None:
    """R-20: a swap is done when it is approved, with nothing to hand over or to cancel."""
    if leave.is_absence or leave.state is LeaveState.ASKED:
        return None
    return SHIFTS_EXCHANGED


def knows_of(viewer: Actor, leave: Leave) -> bool:
    """Whether the viewer may know of this leave: those who decide, and those whom it is about."""
    found = reach(viewer, "leaves.see")
    return found is Reach.ANY or (found is Reach.OWN and leave.is_of(viewer))


def read_request(form: Fields, asked: Asked[RosterContext]) -> LeaveRequest:
    """Read what is asked for; the post is the one that the asker acts as."""
    begins = form.time("begins_at", asked.now)
    ends = form.time("ends_at", asked.now)
    for name in ("begins_at", "ends_at"):
        if not form.given(name):
            form.fault(name, "required")
    longest = asked.context.rules.longest_leave
    if begins < asked.now - asked.context.rules.tolerance:
        form.fault("begins_at", BEGINS_IN_THE_PAST)
    elif form.given("ends_at") and ends <= begins:
        form.fault("ends_at", NOT_AHEAD)
    elif ends - begins > longest:
        form.fault("ends_at", TOO_LONG, days=longest.days)
    request = LeaveRequest(
        kind=form.choice("kind", LeaveKind, LeaveKind.LEAVE),
        post=asked.actor.post,
        stand_in=_read_stand_in(form, asked),
        begins_at=begins,
        ends_at=ends,
        reason=form.text("reason", longest=TEXT),
    )
    if not form.errors:
        _check_duty(form, request, asked)
    return request


def _check_duty(form: Fields, request: LeaveRequest, asked: Asked[RosterContext]) -> None:
    """Note faults: only a holder leaves a post, to somebody who is there; a swap needs a shift."""
    context, when = asked.context, (request.begins_at, request.ends_at)
    asker = context.colleague(asked.actor.id)
    if asker is None or request.post not in asker.posts:
        form.fault("post", NOT_HELD)
    if context.is_away(request.stand_in.id, *when):
        form.fault("stand_in", STAND_IN_AWAY)
    if request.kind is LeaveKind.SWAP and not context.has_shift(asked.actor.id, *when):
        form.fault("begins_at", NOTHING_TO_SWAP)


def _may_stand_in(found: Colleague, form: Fields, asked: Asked[RosterContext]) -> bool:
    """Whether they hold the post, or are its named stand-in (B角); a swap needs the post itself."""
    if asked.actor.post in found.posts:
        return True
    named = asked.context.is_stand_in(asked.actor.id, asked.actor.post, found.id)
    return named and form.plain("kind") != LeaveKind.SWAP


def _read_stand_in(form: Fields, asked: Asked[RosterContext]) -> Colleague:
    person_id, post = form.plain("stand_in"), asked.actor.post
    found = asked.context.colleague(person_id) if person_id else None
    if not person_id:
        form.fault("stand_in", "required")
    elif found is None:
        form.fault("stand_in", UNKNOWN_COLLEAGUE)
    elif found.id == asked.actor.id:
        form.fault("stand_in", OWN_STAND_IN)
    elif not _may_stand_in(found, form, asked):
        form.fault("stand_in", WITHOUT_POST, post=str(post))
    return found or Colleague(person_id, "", ())


def make_leave(numbered: Numbered, said: LeaveRequest, stamp: Stamp) -> Leave:
    """Return the leave that this request opens."""
    return Leave(numbered.id, numbered.number, 1, LeaveState.ASKED, said, stamp)


def _read_note(form: Fields, _given: Given) -> Remark:
    return Remark(form.text("note", longest=TEXT, needed=False))


def _read_reason(form: Fields, _given: Given) -> Remark:
    return Remark(form.text("note", longest=TEXT))


def _decide(leave: Leave, said: Remark, stamp: Stamp) -> Leave:
    return replace(leave, decided=stamp, decision_note=said.note)


def _hand_over(leave: Leave, said: Remark, stamp: Stamp) -> Leave:
    return replace(leave, handed_over=stamp, handover_note=said.note)


def _return(leave: Leave, _said: Remark, stamp: Stamp) -> Leave:
    return replace(leave, returned=stamp)


APPROVE = Step("approve_leave", _read_note, _decide, "The leave is approved.", {"note": "同意"})
REFUSE = Step(
    "refuse_leave", _read_reason, _decide, "The leave is refused, with the reason.",
    {"note": "当日人手不足"},
)  # fmt: skip
CANCEL = Step("cancel_leave", _read_note, _decide, "The one who asked no longer wants it.")
TAKE_OVER = Step(
    "take_over_post", _read_reason, _hand_over,
    "The stand-in takes the post over, with what is left to do.", {"note": "两项在办，钥匙已交"},
)  # fmt: skip
RETURN = Step("return_to_post", _read_note, _return, "The one on leave is back at the post.")
