"""Who owns a case (R-03): handed over, accepted, declined, come back, taken charge of. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.cases.case import TEXT, Case, CaseContext, Given, Handover, HandoverOutcome
from kit.actors import Actor, Colleague, Post
from kit.fields import FaultKind, Fields
from kit.rights import grants_of
from kit.rules import CitedNumber
from kit.step import Obstacle, Stamp, Step

UNKNOWN_RECEIVER = FaultKind("unknown_receiver", "is not the account of an active colleague")
TO_ONESELF = FaultKind("handed_to_oneself", "must be somebody else than the owner")
NOBODY_THERE = FaultKind("nobody_at_post", "nobody else who is active holds this post")
CANT_RECEIVE = FaultKind("cant_receive", "holds no post that works on cases")
ONE_RECEIVER = FaultKind("one_receiver", "name a person or a post, not both")

NOT_THE_OWNER = Obstacle(
    "not_the_owner", "only the owner of the case does this (R-03)", moot=True, forbids=True
)
NOT_THE_RECEIVER = Obstacle(
    "not_the_receiver", "the case was handed over to somebody else (R-03)", moot=True, forbids=True
)
NOT_HANDED_OVER = Obstacle(
    "not_handed_over", "nothing waits to be accepted here (any more)", moot=True
)
ALREADY_HANDED_OVER = Obstacle(
    "already_handed_over", "the case waits for somebody to accept it; take it back first", moot=True
)
ALREADY_OWNED = Obstacle("already_owned", "this case is yours already", moot=True)


@dataclass(frozen=True, slots=True)
class CaseGiven:
    """To whom a case is given, why, and by when they have to accept it."""

    post: Post | None
    person: Colleague | None
    reason: str
    due_at: datetime
    rule: CitedNumber


@dataclass(frozen=True, slots=True)
class CaseRemark:
    """A note, or a reason where one is needed."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """Why a hand-over came back by itself."""

    why: HandoverOutcome


@dataclass(frozen=True, slots=True)
class HeadNamed:
    """Who takes the place of an owner whose account is closed."""

    head: Actor


def is_owner(case: Case, actor: Actor) -> Obstacle | None:
    """R-03: the owner follows the case up."""
    return None if actor.id == case.owner.id else NOT_THE_OWNER


def not_the_owner_yet(case: Case, actor: Actor) -> Obstacle | None:
    """R-03: nobody takes charge of a case that is theirs."""
    return ALREADY_OWNED if actor.id == case.owner.id else None


def waits_for_receiver(case: Case, _actor: Actor) -> Obstacle | None:
    """R-03: a hand-over is accepted once."""
    return None if case.pending else NOT_HANDED_OVER


def waits_for_nobody(case: Case, _actor: Actor) -> Obstacle | None:
    """R-03: a case is handed over to one receiver at a time."""
    return ALREADY_HANDED_OVER if case.pending else None


def is_receiver(case: Case, actor: Actor) -> Obstacle | None:
    """R-03: the receiver that was named accepts, nobody else."""
    pending = case.pending
    theirs = pending is None or (pending.is_for(actor) and actor.id != case.owner.id)
    return None if theirs else NOT_THE_RECEIVER


def settle(case: Case, outcome: HandoverOutcome, stamp: Stamp, note: str = "") -> Case:
    """Return the case with its pending hand-over settled; as it is when nothing is pending."""
    pending = case.pending
    if pending is None:
        return case
    return replace(case, handover=replace(pending, settled=stamp, outcome=outcome, note=note))


def _read_given(form: Fields, given: Given) -> CaseGiven:
    number = given.context.rules.handover_acceptance
    post, person = _read_receiver(form, given)
    return CaseGiven(
        post=post,
        person=person,
        reason=form.text("reason", longest=TEXT),
        due_at=given.now + given.context.rules.time_to_accept,
        rule=number,
    )


def _read_receiver(form: Fields, given: Given) -> tuple[Post | None, Colleague | None]:
    if form.given("receiver") and form.given("receiver_post"):
        form.fault("receiver", ONE_RECEIVER)
    elif form.given("receiver_post"):
        post = form.choice("receiver_post", Post, Post.SYSTEM)
        holders = given.context.holders(post)
        if post not in _posts_that_receive():
            form.fault("receiver_post", CANT_RECEIVE)
        elif all(one.id == given.actor.id for one in holders):
            form.fault("receiver_post", NOBODY_THERE)
        return post, None
    else:
        return None, _read_person(form, given)
    return None, None


def _read_person(form: Fields, given: Given) -> Colleague | None:
    person_id = form.plain("receiver")
    found = given.context.colleague(person_id) if person_id else None
    if not person_id:
        form.fault("receiver", "required")
    elif found is None:
        form.fault("receiver", UNKNOWN_RECEIVER)
    elif found.id == given.actor.id:
        form.fault("receiver", TO_ONESELF)
    elif not _posts_that_receive() & set(found.posts):
        form.fault("receiver", CANT_RECEIVE)
    return found


def _posts_that_receive() -> frozenset[Post]:
    return frozenset(grant.post for grant in grants_of("cases.see"))


def _hand_over(case: Case, said: CaseGiven, stamp: Stamp) -> Case:
    handover = Handover(stamp, said.post, said.person, said.reason, said.due_at, said.rule)
    return replace(case, handover=handover)


def _read_note(form: Fields, _given: Given) -> CaseRemark:
    return CaseRemark(form.text("note", longest=TEXT, needed=False))


def _read_reason(form: Fields, _given: Given) -> CaseRemark:
    return CaseRemark(form.text("reason", longest=TEXT))


def _accept(case: Case, said: CaseRemark, stamp: Stamp) -> Case:
    settled = settle(case, HandoverOutcome.ACCEPTED, stamp, said.note)
    return replace(settled, owner=stamp.by, owned_since=stamp.at)


def _decline(case: Case, said: CaseRemark, stamp: Stamp) -> Case:
    return settle(case, HandoverOutcome.DECLINED, stamp, said.note)


def _take_back(case: Case, said: CaseRemark, stamp: Stamp) -> Case:
    return settle(case, HandoverOutcome.TAKEN_BACK, stamp, said.note)


def _take_charge(case: Case, said: CaseRemark, stamp: Stamp) -> Case:
    settled = settle(case, HandoverOutcome.OVERTAKEN, stamp, said.note)
    return replace(settled, owner=stamp.by, owned_since=stamp.at)


def _by_program(_form: Fields, _given: Given) -> CameBack:
    raise AssertionError("only the program takes this step")


def _bring_back(case: Case, said: CameBack, stamp: Stamp) -> Case:
    returned = case.handovers_returned + 1
    return replace(settle(case, said.why, stamp), handovers_returned=returned)


def _name_head(_form: Fields, _given: Given) -> HeadNamed:
    raise AssertionError("only the program takes this step")


def _fall_to_head(case: Case, said: HeadNamed, stamp: Stamp) -> Case:
    return replace(case, owner=said.head, owned_since=stamp.at)


HAND_OVER: Step[Case, CaseContext, CaseGiven] = Step(
    "hand_over_case", _read_given, _hand_over,
    "The owner hands the case over to a person or a post; they stay owner until it is accepted.",
    {"receiver": "u-li", "reason": "属水表班办理"},
)  # fmt: skip
ACCEPT: Step[Case, CaseContext, CaseRemark] = Step(
    "accept_case", _read_note, _accept, "The receiver accepts the case, and owns it from now on."
)
DECLINE: Step[Case, CaseContext, CaseRemark] = Step(
    "decline_case", _read_reason, _decline, "The receiver does not accept the case, and says why.",
    {"reason": "不属本班业务"},
)  # fmt: skip
TAKE_BACK: Step[Case, CaseContext, CaseRemark] = Step(
    "take_back_case", _read_note, _take_back, "The owner takes a hand-over back."
)
TAKE_CHARGE: Step[Case, CaseContext, CaseRemark] = Step(
    "take_charge", _read_reason, _take_charge, "A leader takes the case over, and says why.",
    {"reason": "责任人外出"},
)  # fmt: skip
BRING_BACK: Step[Case, CaseContext, CameBack] = Step(
    "bring_back_case", _by_program, _bring_back, "The hand-over comes back: nobody accepted it."
)
FALL_TO_HEAD: Step[Case, CaseContext, HeadNamed] = Step(
    "fall_to_head", _name_head, _fall_to_head,
    "A leader becomes the owner, because the owner's account is closed.",
)  # fmt: skip
