"""Cases that would have nobody: a hand-over that nobody accepts, an owner who has left (R-03)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from dispatch.cases.case import Case, CaseContext, HandoverOutcome
from dispatch.cases.case_workflow import CASE, HEADS_IN_ORDER, OPEN_STATES
from dispatch.cases.cases import CASE_LIFE, CaseRow
from dispatch.cases.ownership import BRING_BACK, FALL_TO_HEAD, CameBack, HeadNamed
from kit.actors import SYSTEM, Actor
from kit.errors import SanlaiError
from kit.life import LifeDesk
from kit.step import Stamp, Step
from kit.where import NOWHERE

CaseDesk = LifeDesk[Case, CaseContext]
Content = TypeVar("Content")

_BATCH = 500
_log = logging.getLogger(__name__)


def follow_up_cases(desk: CaseDesk) -> int:
    """Bring back what nobody accepted, and give cases of those who left to a leader; count both.

    Each case is locked and looked at again in the transaction of its event, so there is exactly
    one event, even if two schedulers run at once or one of them crashes.
    """
    now = desk.clock.now()
    with desk.db.read() as session:
        left = _left(session, desk.context(session, now))
        found = list(session.scalars(_to_look_at(left, now)))
    done = 0
    for case_id in found:
        try:
            done += _follow_up(desk, case_id, now)
        except SanlaiError:
            # One case that can't be read must not hold up the others.
            _log.exception("the case %s could not be followed up", case_id)
    return done


def _left(session: Session, context: CaseContext) -> list[str]:
    """Return who owns an open case, or is to accept one, and has no active account."""
    owners = select(CaseRow.owner_id).where(CaseRow.state.in_(OPEN_STATES)).distinct()
    receivers = select(CaseRow.receiver_id).where(CaseRow.accept_by.is_not(None)).distinct()
    people = {*session.scalars(owners), *session.scalars(receivers)}
    return sorted(one for one in people if one and context.colleague(one) is None)


def _to_look_at(left: Iterable[str], now: datetime) -> Select[str]:
    owner_left = CaseRow.owner_id.in_(left)
    receiver_left = CaseRow.accept_by.is_not(None) & CaseRow.receiver_id.in_(left)
    due = or_(CaseRow.accept_by <= now, owner_left, receiver_left)
    open_ones = select(CaseRow.id).where(CaseRow.state.in_(OPEN_STATES), due)
    return open_ones.order_by(CaseRow.id).limit(_BATCH)


def _follow_up(desk: CaseDesk, case_id: str, now: datetime) -> int:
    with desk.db.write() as session:
        case = CASE_LIFE.book.load(session, case_id, lock=True)
        context, steps = desk.context(session, now), 0
        if case.state not in OPEN_STATES:
            return 0
        if why := _why_back(case, context, now):
            case, steps = _take(session, case, BRING_BACK, CameBack(why), now), 1
        if context.colleague(case.owner.id) is None:
            head = _head(context, besides=case.owner.id)
            if head is None:
                _log.error("case %s: its owner has left, and no leader is active", case.number)
                return steps
            _take(session, case, FALL_TO_HEAD, HeadNamed(head), now)
            steps += 1
        return steps


def _why_back(case: Case, context: CaseContext, now: datetime) -> HandoverOutcome | None:
    pending = case.pending
    if pending is None:
        return None
    if pending.person is not None and context.colleague(pending.person.id) is None:
        return HandoverOutcome.RECEIVER_LEFT
    return HandoverOutcome.NOT_ACCEPTED if pending.due_at <= now else None


def _head(context: CaseContext, besides: str) -> Actor | None:
    """Return the leader to whom a case falls: of the first post that somebody active holds."""
    holders = (
        Actor(one.id, one.name, post) for post in HEADS_IN_ORDER for one in context.holders(post)
    )
    return next((one for one in holders if one.id != besides), None)


def _take(
    session: Session,
    case: Case,
    step: Step[Case, CaseContext, Content],
    said: Content,
    at: datetime,
) -> Case:
    stamp = Stamp(SYSTEM, at)
    decision = CASE.take(case, step, said, stamp)
    CASE_LIFE.book.save(session, decision, stamp, NOWHERE)
    return decision.after
