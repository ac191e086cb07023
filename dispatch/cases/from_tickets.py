"""The case behind a ticket: opened with it, owned by whoever received the caller (R-03)."""

from __future__ import annotations

from datetime import tzinfo

from sqlalchemy.orm import Session

from dispatch.cases.case import CaseKind, CaseMatter
from dispatch.cases.case_workflow import CASE
from dispatch.cases.cases import CASE_LIFE
from dispatch.cases.opening import FROM_OUTSIDE, NewCase
from dispatch.cases.required_papers import About
from dispatch.repair.ticket import Ticket
from kit.actors import STAFF_POSTS
from kit.ids import new_id
from kit.numbers import next_number
from kit.step import Numbered, Stamp
from kit.where import Where


def open_case_of(
    session: Session, ticket: Ticket, stamp: Stamp, where: Where, zone: tzinfo
) -> None:
    """Open the case of a matter from outside; durable when the ticket's transaction commits.

    A report of staff and an alarm have none: nobody waits for an answer.
    """
    told = ticket.intake
    if told.channel not in FROM_OUTSIDE or stamp.by.post not in STAFF_POSTS:
        return
    matter = CaseMatter(
        channel=told.channel,
        received_at=told.received_at,
        name=told.name,
        phone=told.phone,
        address=told.address,
        about=About.REPAIR,
        content=told.content,
        ticket_id=ticket.id,
        ticket_number=ticket.number,
    )
    said = NewCase(matter, CaseKind.IMMEDIATE)
    day = stamp.at.astimezone(zone).strftime("%Y%m%d")
    numbered = Numbered(new_id(stamp.at), next_number(session, CASE_LIFE.series, day))
    case = CASE_LIFE.make(numbered, said, stamp)
    CASE_LIFE.book.save(session, CASE.begin(said, stamp.by, case), stamp, where)
