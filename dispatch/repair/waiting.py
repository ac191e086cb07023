"""What stops a repair for a while: nobody at home, no part, no way in, a later time (R-12). Pure.

Each pause says what it waits for and until when, so that nothing waits unseen; then the crew sets
out again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.arrival import NOT_AHEAD, TOO_FAR_AHEAD
from dispatch.repair.attempts import mask_attempts, read_attempts
from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import FromCrew, Hindrance, Tried, Wait
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import NAME, TEXT, Note, read_note, require_customer
from kit.actors import Actor, Post
from kit.fields import Fields
from kit.step import Obstacle, Stamp

ALREADY_OVERRAN = Obstacle("already_overran", "the wait that went on too long is on record already")


@dataclass(frozen=True, slots=True)
class Hindered(FromCrew):
    """What the wait is for, when it is to be taken up again, and the attempts made."""

    what: str
    resume_by: datetime
    attempts: tuple[Tried, ...] = ()


def not_yet_overran(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-12: a wait exceeds its time once."""
    return ALREADY_OVERRAN if ticket.pause and ticket.pause.overran_at else None


def pause_ended(ticket: Ticket, stamp: Stamp) -> Ticket:
    """Return the ticket with its pause, if it is in one, at an end."""
    if ticket.pause is None:
        return ticket
    return replace(ticket, pauses=(*ticket.pauses[:-1], replace(ticket.pause, ended=stamp)))


def _read_absence(form: Fields, given: Given) -> Hindered:
    attempts = read_attempts(form, given)
    left = form.text("left_at_door", longest=TEXT)
    return Hindered(left, _read_resume_by(form, given), attempts)


def _read_part(form: Fields, given: Given) -> Hindered:
    return Hindered(form.text("part", longest=NAME, lines=False), _read_resume_by(form, given))


def _read_obstruction(form: Fields, given: Given) -> Hindered:
    return Hindered(form.text("obstruction", longest=TEXT), _read_resume_by(form, given))


def _read_deferral(form: Fields, given: Given) -> Hindered:
    # The hotline hears it on the telephone: nobody stands there.
    if given.actor.post is not Post.RECEPTIONIST:
        require_customer(form, given)
    return Hindered(form.text("reason", longest=TEXT, needed=False), _read_resume_by(form, given))


def _read_resume_by(form: Fields, given: Given) -> datetime:
    rules, until = given.context.rules, form.time("resume_by", given.now)
    if not form.given("resume_by"):
        form.fault("resume_by", "required")
    elif until <= given.now:
        form.fault("resume_by", NOT_AHEAD)
    elif until > given.now + rules.longest_wait:
        form.fault("resume_by", TOO_FAR_AHEAD, days=round(rules.wait_longest.value))
    return until


def _pausing(hindrance: Hindrance) -> Callable[[Ticket, Hindered, Stamp], Ticket]:
    """Return what writes a pause of one kind."""

    def write(ticket: Ticket, said: Hindered, stamp: Stamp) -> Ticket:
        pause = Wait(hindrance, said.what, said.resume_by, stamp, said.attempts)
        return replace(ticket, pauses=(*ticket.pauses, pause))

    return write


def _write_deferral(ticket: Ticket, said: Hindered, stamp: Stamp) -> Ticket:
    after = _pausing(Hindrance.CUSTOMER_DEFERS)(ticket, said, stamp)
    crew = ticket.crew
    due = ticket.due_at or stamp.at
    if crew.arrived_at or crew.missed_at or stamp.at > due:
        return after  # a promise that was kept or broken stays so
    return replace(after, put_off_to=max(said.resume_by, due), put_off_at=stamp.at)


def _write_resume(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    # The crew went home meanwhile, and sets out anew.
    return replace(pause_ended(ticket, stamp), crew=replace(ticket.crew, departed_at=None))


def _write_overrun(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    late = replace(ticket.pauses[-1], overran_at=stamp.at)
    return replace(ticket, pauses=(*ticket.pauses[:-1], late))


CUSTOMER_ABSENT = also_afterwards(
    Step[Hindered](
        "customer_absent",
        _read_absence,
        _pausing(Hindrance.CUSTOMER_ABSENT),
        "Nobody is at home: the calls made, and what was left at the door.",
        {
            "attempts": [{"at": "2026-11-23T14:40:00+08:00", "way": "call"}],
            "left_at_door": "已贴到访通知单",
            "resume_by": "2026-11-24T09:00:00+08:00",
        },
        personal={"attempts": mask_attempts},
    )
)
AWAIT_PART = also_afterwards(
    Step[Hindered](
        "await_part",
        _read_part,
        _pausing(Hindrance.AWAIT_PART),
        "A part is missing: which, and when it is expected.",
        {"part": "DN200 软接头", "resume_by": "2026-11-24T09:00:00+08:00"},
    )
)
NO_ACCESS = also_afterwards(
    Step[Hindered](
        "no_access",
        _read_obstruction,
        _pausing(Hindrance.NO_ACCESS),
        "The place can't be reached: what hinders, and when it is tried again.",
        {"obstruction": "道路积水", "resume_by": "2026-11-23T18:00:00+08:00"},
    )
)
CUSTOMER_DEFERS = also_afterwards(
    Step[Hindered](
        "customer_defers",
        _read_deferral,
        _write_deferral,
        "The customer asks for a later time.",
        {"customer_present": True, "resume_by": "2026-11-24T09:00:00+08:00", "reason": "要上班"},
    )
)
RESUME = Step[Note]("resume", read_note, _write_resume, "The work is taken up again.")
OVERRUN = Step[Note]("overrun", read_note, _write_overrun, "A wait went on past its time.")
