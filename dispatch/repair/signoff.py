"""Signing off, in this order: customer, team leader, division director (R-15, R-16). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import FromCrew
from dispatch.repair.sheets import CustomerOpinion, Signature, SignOff
from dispatch.repair.signature import SIGNED, masked_signature, read_signature
from dispatch.repair.ticket import Ending, Outcome, Ticket
from dispatch.repair.words import TEXT
from kit.actors import Actor, Post
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

BEFORE_START = FaultKind("before_start", "can't be earlier than the start of work at {started}")

OPERATOR_SIGNS = Obstacle(
    "operator_signs",
    "at a station of the company the operator signs in the customer's place",
    forbids=True,
)
NO_CUSTOMER_SIGNS = Obstacle(
    "no_customer_signs",
    "the company's own facility has no customer: the team leader signs at once (R-15)",
    moot=True,
)
SIGNATURE_DUE = Obstacle(
    "signature_due", "the customer, or at a station its operator, signs first (R-15)", moot=True
)
CUSTOMER_SIGNS = Obstacle(
    "customer_signs", "only the customer signs for their own repair (R-16)", forbids=True
)


@dataclass(frozen=True, slots=True)
class CustomerSign(FromCrew):
    """The customer's own completion time and opinion, signed."""

    completed_at: datetime
    opinion: str
    satisfied: bool
    signature: Signature


@dataclass(frozen=True, slots=True)
class Opinion:
    """A superior's signature, with an opinion if there is one."""

    opinion: str


def right_signer(ticket: Ticket, actor: Actor) -> Obstacle | None:
    """R-16: the customer signs; at a station of the company, its operator; else nobody."""
    if ticket.operator_signs:
        return None if actor.post is Post.OPERATOR else OPERATOR_SIGNS
    if ticket.own_facility:
        return NO_CUSTOMER_SIGNS
    return CUSTOMER_SIGNS if actor.post is Post.OPERATOR else None


def nobody_before_leader(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-15: only where there is neither a customer nor an operator does the leader sign first."""
    return None if ticket.own_facility and not ticket.operator_signs else SIGNATURE_DUE


def _read_customer_sign(form: Fields, given: Given) -> CustomerSign:
    return CustomerSign(
        _read_completion(form, given),
        form.text("opinion", longest=TEXT),
        form.yes("satisfied"),
        read_signature(form, given),
    )


def _read_completion(form: Fields, given: Given) -> datetime:
    started = given.subject.work_began_at
    completed = form.time("completed_at", given.now)
    if not form.given("completed_at"):
        form.fault("completed_at", "required")
    elif completed > given.now + given.context.rules.tolerance:
        form.fault("completed_at", "in_the_future")
    elif started is not None and completed < started.replace(second=0, microsecond=0):
        # People write times to the minute, so the minute of the start is allowed.
        shown = started.astimezone(form.zone).strftime("%Y-%m-%d %H:%M")
        form.fault("completed_at", BEFORE_START, started=shown)
    return completed


def _read_opinion(form: Fields, _given: Given) -> Opinion:
    return Opinion(form.text("opinion", longest=TEXT, needed=False))


def _write_customer_sign(ticket: Ticket, said: CustomerSign, stamp: Stamp) -> Ticket:
    opinion = CustomerOpinion(
        completed_at=said.completed_at,
        opinion=said.opinion,
        satisfied=said.satisfied,
        signature=said.signature,
        fee_fen=ticket.fee.total_fen,
        recorded_by=stamp.by,
        at=stamp.at,
    )
    return replace(
        ticket,
        signatures=replace(ticket.signatures, customer=opinion),
        ending=Ending(Outcome.REPAIRED, at=stamp.at),
    )


def _write_leader_sign(ticket: Ticket, said: Opinion, stamp: Stamp) -> Ticket:
    signed = SignOff(stamp.by, said.opinion, stamp.at)
    # Without a customer, this is the first to say that it is repaired.
    ending = ticket.ending or Ending(Outcome.REPAIRED, at=stamp.at)
    return replace(ticket, signatures=replace(ticket.signatures, leader=signed), ending=ending)


def _write_director_sign(ticket: Ticket, said: Opinion, stamp: Stamp) -> Ticket:
    signed = SignOff(stamp.by, said.opinion, stamp.at)
    return replace(ticket, signatures=replace(ticket.signatures, director=signed))


CUSTOMER_SIGN = also_afterwards(
    Step[CustomerSign](
        "customer_sign",
        _read_customer_sign,
        _write_customer_sign,
        "The customer's own completion time, opinion and signature.",
        {
            "completed_at": "2026-11-23T15:20:00+08:00",
            "opinion": "修得好",
            "satisfied": True,
            **SIGNED,
        },
        personal={"signature": masked_signature},
    )
)
LEADER_SIGN = Step[Opinion](
    "leader_sign", _read_opinion, _write_leader_sign, "The team leader signs.", {"opinion": "同意"}
)
DIRECTOR_SIGN = Step[Opinion](
    "director_sign",
    _read_opinion,
    _write_director_sign,
    "The division director signs.",
    {"opinion": "同意"},
)
