"""Conditions of a step beyond state and person: each a small function with its reason.

A guard looks at the ticket and the actor and returns None, or the ``Refusal`` that says why not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dispatch.model import Outcome, Ticket
from kit.actors import Actor, Post
from kit.rights import may


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step can't be taken now: a code for the catalogue, and the English sentence.

    ``moot`` when there is nothing to wait for: the step is not wanted, rather than in the way.
    """

    code: str
    message: str
    moot: bool = False
    forbids: bool = False
    """Whether it is the person who may not, at any time."""


Guard = Callable[[Ticket, Actor], Refusal | None]

CHANNEL_NOT_YOURS = Refusal(
    "channel_not_yours", "this post does not log matters by this channel (R-01)", forbids=True
)
NOT_WORKABLE = Refusal("declined", "the customer declined: there is no work to do")
FEE_NOT_AGREED = Refusal(
    "fee_not_agreed", "the customer has not consented to the latest fee quote (R-14)"
)
NO_CUSTOMER = Refusal(
    "own_facility", "the company's own facility has no customer to bill or to ask (R-14)", moot=True
)
ALREADY_AGREED = Refusal(
    "already_agreed", "the customer has agreed to the latest fee quote already (R-14)", moot=True
)
NOT_QUOTED = Refusal("not_quoted", "no fee has been quoted yet (R-14)")
FLOW_TEST_MISSING = Refusal(
    "flow_test_missing", "no flow test has been reported since the work began (R-16)"
)
FLOW_TEST_FAILED = Refusal("flow_test_failed", "the latest flow test did not pass (R-16)")
OPERATOR_SIGNS = Refusal(
    "operator_signs",
    "at a station of the company the operator signs in the customer's place",
    forbids=True,
)
CUSTOMER_SIGNS = Refusal(
    "customer_signs", "only the customer signs for their own repair (R-16)", forbids=True
)
TELEMETRY_NOT_BACK = Refusal(
    "telemetry_not_back", "the telemetry that raised the alarm is not back to normal (R-33)"
)
ALREADY_MISSED = Refusal("already_missed", "the missed arrival is on record already")
NOT_FROM_ALARM = Refusal("not_from_alarm", "this ticket was not born of an alarm")
ALREADY_RETURNED = Refusal("already_returned", "the return to normal is on record already")

REFUSALS = (
    CHANNEL_NOT_YOURS,
    NOT_WORKABLE,
    FEE_NOT_AGREED,
    NO_CUSTOMER,
    ALREADY_AGREED,
    NOT_QUOTED,
    FLOW_TEST_MISSING,
    FLOW_TEST_FAILED,
    OPERATOR_SIGNS,
    CUSTOMER_SIGNS,
    TELEMETRY_NOT_BACK,
    ALREADY_MISSED,
    NOT_FROM_ALARM,
    ALREADY_RETURNED,
)
"""Every reason that a guard can give."""


def own_channel(ticket: Ticket, actor: Actor) -> Refusal | None:
    """R-01: each post logs by its own channels."""
    return None if may(actor, f"intake.log.{ticket.channel}") else CHANNEL_NOT_YOURS


def has_customer(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-14: a fee is for a customer; the company's own station has none."""
    return NO_CUSTOMER if ticket.own_facility else None


def quoted(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-14: there is a quote to say yes or no to."""
    return None if ticket.quote else NOT_QUOTED


def not_agreed_yet(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-14: a second yes to the same quote would change nothing: nobody is asked for it."""
    return ALREADY_AGREED if ticket.fee_agreed else None


def fee_agreed(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-14: work goes on only with consent to the latest quote."""
    return None if ticket.own_facility or ticket.fee_agreed else FEE_NOT_AGREED


def flow_test_passed(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-16: the latest flow test of this round of work passed."""
    if ticket.flow_test is None:
        return FLOW_TEST_MISSING
    return None if ticket.flow_test.passed else FLOW_TEST_FAILED


def right_signer(ticket: Ticket, actor: Actor) -> Refusal | None:
    """R-16: the customer signs; at a station of the company, its operator."""
    if ticket.own_facility:
        return None if actor.post is Post.OPERATOR else OPERATOR_SIGNS
    return CUSTOMER_SIGNS if actor.post is Post.OPERATOR else None


def telemetry_back(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-33: what an alarm began is neither signed off nor withdrawn while telemetry says fault.

    So no alarm that is still active is ever left without hands.
    """
    waiting = ticket.alarm is not None and ticket.telemetry_returned_at is None
    return TELEMETRY_NOT_BACK if waiting else None


def was_worked_on(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """Only work can be sent back to work."""
    return NOT_WORKABLE if ticket.outcome is Outcome.DECLINED else None


def not_yet_missed(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """R-11: a promise is broken once, and stays broken."""
    return ALREADY_MISSED if ticket.arrival_missed_at else None


def from_alarm(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """Only a ticket of an alarm hears of telemetry."""
    return None if ticket.alarm else NOT_FROM_ALARM


def waits_for_telemetry(ticket: Ticket, _actor: Actor) -> Refusal | None:
    """Telemetry is waited for only until it is back."""
    return ALREADY_RETURNED if ticket.telemetry_returned_at else None
