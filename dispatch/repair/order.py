"""The task order: issued by the manager, withdrawn while nobody works, archived (R-15). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.repair.context import Given, Step
from dispatch.repair.sheets import TaskOrder
from dispatch.repair.ticket import Ending, Outcome, Ticket
from dispatch.repair.waiting import pause_ended
from dispatch.repair.words import TEXT, Note, Reason, read_note, read_reason
from kit.actors import Actor
from kit.fields import Fields
from kit.step import Obstacle, Stamp

ISSUED_ALREADY = Obstacle("issued_already", "the task order has been issued (R-02)", moot=True)
NOT_ISSUED = Obstacle("not_issued", "no task order has been issued yet (R-15)")
WORK_BEGAN = Obstacle("work_began", "the work has begun: it is no longer withdrawn (R-16)")


@dataclass(frozen=True, slots=True)
class Issue:
    """What is to be done: by default what was reported."""

    task: str


def not_issued_yet(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-02: one matter has one task order."""
    return ISSUED_ALREADY if ticket.order else None


def issued(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-15: the leader names people for a task order."""
    return None if ticket.order else NOT_ISSUED


def not_begun(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-15: what has been begun is ended by those who sign for it."""
    return WORK_BEGAN if ticket.work.started_at else None


def _read_issue(form: Fields, given: Given) -> Issue:
    reported = given.subject.intake.content
    return Issue(form.text("task", longest=TEXT, needed=False, default=reported))


def _write_issue(ticket: Ticket, said: Issue, stamp: Stamp) -> Ticket:
    return replace(ticket, order=TaskOrder(said.task, stamp))


def _write_withdrawal(ticket: Ticket, said: Reason, stamp: Stamp) -> Ticket:
    after = pause_ended(ticket, stamp)
    return replace(after, ending=Ending(Outcome.WITHDRAWN, said.reason, stamp.at))


def _write_archive(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    return replace(ticket, archived_at=stamp.at)


ISSUE = Step[Issue](
    "issue",
    _read_issue,
    _write_issue,
    "The manager issues the task order.",
    {"task": "更换厨房阀门"},
)
WITHDRAW = Step[Reason](
    "withdraw",
    read_reason,
    _write_withdrawal,
    "The matter is withdrawn, with the reason.",
    {"reason": "用户撤回"},
)
ARCHIVE = Step[Note](
    "archive", read_note, _write_archive, "The receptionist puts it in the archive."
)
