"""Ends without a repair: no fault, another unit's matter, a customer lost (R-03, R-12). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.attempts import hidden_words, mask_attempts, read_attempts
from dispatch.repair.completion import HIGHEST_PRESSURE_MPA
from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import FromCrew, Hindrance, Transfer, Tried
from dispatch.repair.sheets import Signatures
from dispatch.repair.ticket import Ending, Outcome, Ticket
from dispatch.repair.waiting import pause_ended
from dispatch.repair.words import NAME, TEXT, Reason, read_reason
from kit.actors import Actor
from kit.fields import Fields
from kit.step import Obstacle, Stamp

WAITS_FOR_US = Obstacle("waits_for_us", "it is not the customer that it waits for")
WAS_REPAIRED = Obstacle(
    "was_repaired", "what was repaired is sent back to work, not begun anew", moot=True
)


@dataclass(frozen=True, slots=True)
class Checked(FromCrew):
    """What was looked at, and the pressure measured in MPa if it was."""

    checked: str
    measured_mpa: float | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Whose matter it is, who took it over, and why it is theirs."""

    transfer: Transfer
    reason: str


@dataclass(frozen=True, slots=True)
class Waived:
    """The attempts to reach the customer, all in vain, and what is known of them."""

    attempts: tuple[Tried, ...]
    reason: str


def waits_for_customer(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-12: only who can't be found any more has waived it; a missing part is our own matter."""
    waits = ticket.pause is not None and ticket.pause.hindrance is not Hindrance.AWAIT_PART
    return None if waits else WAITS_FOR_US


def ended_otherwise(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """Only an end without a repair is taken up anew."""
    return WAS_REPAIRED if ticket.outcome is Outcome.REPAIRED else None


def _read_check(form: Fields, _given: Given) -> Checked:
    checked, measured = form.text("checked", longest=TEXT), None
    if form.given("measured_mpa"):
        measured = form.number("measured_mpa", least=0, most=HIGHEST_PRESSURE_MPA, unit="MPa")
    return Checked(checked, measured)


def _read_transfer(form: Fields, given: Given) -> HandOver:
    transfer = Transfer(
        form.text("unit", longest=NAME, lines=False),
        form.text("accepted_by", longest=NAME, lines=False),
        form.text("number", longest=NAME, lines=False),
        _read_acceptance(form, given),
    )
    return HandOver(transfer, form.text("reason", longest=TEXT))


def _read_acceptance(form: Fields, given: Given) -> datetime:
    accepted = form.time("accepted_at", given.now)
    if not form.given("accepted_at"):
        form.fault("accepted_at", "required")
    elif accepted > given.now + given.context.rules.tolerance:
        form.fault("accepted_at", "in_the_future")
    return accepted


def _read_waiver(form: Fields, given: Given) -> Waived:
    least = round(given.context.rules.unreached_calls.value)
    return Waived(read_attempts(form, given, least=least), form.text("reason", longest=TEXT))


def _write_check(ticket: Ticket, said: Checked, stamp: Stamp) -> Ticket:
    ending = Ending(Outcome.NO_FAULT_FOUND, said.checked, stamp.at, measured_mpa=said.measured_mpa)
    return replace(ticket, ending=ending)


def _write_transfer(ticket: Ticket, said: HandOver, stamp: Stamp) -> Ticket:
    ending = Ending(Outcome.TRANSFERRED, said.reason, stamp.at, transfer=said.transfer)
    return replace(pause_ended(ticket, stamp), ending=ending)


def _write_waiver(ticket: Ticket, said: Waived, stamp: Stamp) -> Ticket:
    ending = Ending(Outcome.WAIVED, said.reason, stamp.at, attempts=said.attempts)
    return replace(pause_ended(ticket, stamp), ending=ending)


def _write_again(ticket: Ticket, said: Reason, _stamp: Stamp) -> Ticket:
    again = replace(ticket.work, flow_test=None, report=None, sent_back_reason=said.reason)
    crew = replace(ticket.crew, departed_at=None)
    return replace(ticket, work=again, signatures=Signatures(), ending=None, crew=crew)


NO_FAULT_FOUND = also_afterwards(
    Step[Checked](
        "no_fault_found",
        _read_check,
        _write_check,
        "There is nothing to repair: what was checked and measured.",
        {"checked": "各接口干燥,水表静止", "measured_mpa": 0.28},
    )
)
TRANSFER = Step[HandOver](
    "transfer",
    _read_transfer,
    _write_transfer,
    "The matter is another unit's, which has accepted it.",
    {
        "unit": "和平物业",
        "accepted_by": "张经理",
        "number": "0350-3021100",
        "accepted_at": "2026-11-23T15:00:00+08:00",
        "reason": "室内管道归物业",
    },
)
WAIVE = Step[Waived](
    "waive",
    _read_waiver,
    _write_waiver,
    "The customer can't be reached: the attempts of somebody who is not of the crew.",
    {"attempts": [{"at": "2026-11-24T10:00:00+08:00", "way": "call"}], "reason": "电话无人接听"},
    personal={"attempts": mask_attempts, "reason": hidden_words},
)
TAKE_UP_AGAIN = Step[Reason](
    "take_up_again",
    read_reason,
    _write_again,
    "A matter that ended without a repair is begun anew, with the reason.",
    {"reason": "用户来电,仍在漏水"},
)
