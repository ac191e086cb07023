"""The desks of every life beside the repair's: a line for each, and what its steps are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.held_posts import active_colleague, active_colleagues
from api.compose.appointment_parts import appointment_desks
from api.compose.burst_calls import call_out_context
from api.compose.material_desks import material_desks
from dispatch.cases.case import CaseContext
from dispatch.cases.cases import CASE_LIFE
from dispatch.cases.paper_file import load_papers
from dispatch.queue.waiter import QueueContext
from dispatch.queue.waiters import WAITER_LIFE, first_in_line
from dispatch.repair.desk import RepairDesk
from dispatch.roster.call_outs import CALL_OUT_LIFE
from dispatch.roster.duty_book import is_named, shifts_of
from dispatch.roster.leave import RosterContext
from dispatch.roster.leaves import LEAVE_LIFE
from dispatch.roster.roster_desk import RosterDesk
from dispatch.roster.standing_in import is_away
from kit.life import Life, LifeDesk
from kit.step import Context, Subject


def open_lives(desk: RepairDesk, roster_desk: RosterDesk) -> tuple[LifeDesk[Any, Any], ...]:
    """Return the desks, in the order in which pages and routes name them."""
    parts = desk.db, desk.clock, desk.zone

    def roster(session: Session, now: datetime) -> RosterContext:
        return RosterContext(
            rules=desk.rules(now),
            colleague=lambda person_id: active_colleague(session, person_id),
            is_stand_in=partial(is_named, session),
            is_away=partial(is_away, session),
            has_shift=lambda *whose: bool(shifts_of(session, *whose)),
        )

    def queue(session: Session, now: datetime) -> QueueContext:
        return QueueContext(desk.rules(now), lambda kind: first_in_line(session, kind))

    papers = load_papers()

    def cases(session: Session, now: datetime) -> CaseContext:
        return CaseContext(
            desk.rules(now),
            lambda person_id: active_colleague(session, person_id),
            lambda post: tuple(one for one in active_colleagues(session) if post in one.posts),
            papers,
            desk.office(now),
        )

    return (
        LifeDesk(LEAVE_LIFE, *parts, roster),
        LifeDesk(CALL_OUT_LIFE, *parts, partial(call_out_context, desk, roster_desk)),
        LifeDesk(WAITER_LIFE, *parts, queue),
        LifeDesk(CASE_LIFE, *parts, cases),
        *material_desks(*parts),
        *appointment_desks(*parts, desk.rule_book, desk.service_office),
    )


def desk_of(
    desks: Iterable[LifeDesk[Any, Any]], life: Life[Subject, Context]
) -> LifeDesk[Subject, Context]:
    """Return the desk of one life."""
    return next(one for one in desks if one.life is life)
