"""The leader enters what the crew did, afterwards: their phone was dead, say (R-20, R-39). Pure.

The entry is marked as such, and is judged by our own clock: the time that was told is shown beside.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import EnteredLater, FromCrew, TakenDown
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import NAME, TEXT
from kit.actors import Post
from kit.fields import FaultKind, Fields
from kit.step import Stamp

BEFORE_RECEIPT = FaultKind("told_before_receipt", "can't be earlier than the receipt at {received}")
BEFORE_LAST_TOLD = FaultKind(
    "before_last_told", "can't be earlier than the step before it, at {told}"
)

Said = TypeVar("Said", bound=FromCrew)


def also_afterwards(step: Step[Said]) -> Step[Said]:
    """Return the crew's step as one that the leader can enter for them as well, marked so."""

    def read(form: Fields, given: Given) -> Said:
        return replace(step.read(form, given), told=_read_told(form, given))

    def write(ticket: Ticket, said: Said, stamp: Stamp) -> Ticket:
        after = step.write(ticket, said, stamp)
        if said.told is None:
            return after
        entry = EnteredLater(step.name, said.told, stamp)
        return replace(after, entered_later=(*after.entered_later, entry))

    return replace(step, read=read, write=write, told_to=Post.TEAM_LEADER)


def _read_told(form: Fields, given: Given) -> TakenDown | None:
    if given.actor.post is not Post.TEAM_LEADER:
        return None
    return TakenDown(
        form.text("informant", longest=NAME, lines=False),
        _read_happened(form, given),
        form.text("told_why", longest=TEXT),
    )


def _read_happened(form: Fields, given: Given) -> datetime:
    """Read when it happened: after the receipt and the step told before, and not ahead of us."""
    ticket, happened = given.subject, form.time("happened_at", given.now)
    if not form.given("happened_at"):
        form.fault("happened_at", "required")
    elif happened > given.now + given.context.rules.tolerance:
        form.fault("happened_at", "in_the_future")
    elif happened < _whole_minute(ticket.intake.received_at):
        shown = _shown(ticket.intake.received_at, form)
        form.fault("happened_at", BEFORE_RECEIPT, received=shown)
    elif ticket.entered_later and happened < ticket.entered_later[-1].told.happened_at:
        shown = _shown(ticket.entered_later[-1].told.happened_at, form)
        form.fault("happened_at", BEFORE_LAST_TOLD, told=shown)
    return happened


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _shown(at: datetime, form: Fields) -> str:
    return at.astimezone(form.zone).strftime("%Y-%m-%d %H:%M")
