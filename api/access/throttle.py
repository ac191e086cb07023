"""Limits password attempts: the more have failed, the longer the wait before the next."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from api.access.denials import TooOften
from api.accounts.account_tables import LoginAttemptRow

WINDOW = timedelta(minutes=15)
"""Tries older than this are forgotten."""
FREE = 5
"""Wrong tries of one person from one address that cost no wait."""
FREE_OF_ADDRESS = 50
"""The same for all log-in names from one address: an office may share one."""
FIRST_WAIT = timedelta(seconds=15)


def begin_try(session: Session, login: str, address: str, now: datetime) -> int:
    """Note a try before its password is checked; return its id.

    It counts as wrong until ``forget_tries``, so tries that are still being checked count too.
    Raises ``TooOften`` with the seconds to wait.
    """
    session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.at < now - WINDOW))
    who = _who(login)
    count = select(func.count(), func.max(LoginAttemptRow.at))
    by_address = count.where(LoginAttemptRow.address == address)
    waits = (
        _wait(session, by_address.where(LoginAttemptRow.who == who), FREE, now),
        _wait(session, by_address, FREE_OF_ADDRESS, now),
    )
    if max(waits) > timedelta(0):
        raise TooOften(ceil(max(waits).total_seconds()))
    row = LoginAttemptRow(who=who, address=address, at=now)
    session.add(row)
    session.flush()
    return row.id


def forget_tries(session: Session, login: str, address: str) -> None:
    """Forget the wrong tries of somebody who has given the right password."""
    session.execute(
        delete(LoginAttemptRow).where(
            LoginAttemptRow.who == _who(login), LoginAttemptRow.address == address
        )
    )


def _wait(
    session: Session, statement: Select[int, datetime], free: int, now: datetime
) -> timedelta:
    wrong, last = session.execute(statement).one()
    if wrong < free:
        return timedelta(0)
    # 15 s, 30 s, 1 min ... up to the window itself.
    pause: timedelta = min(FIRST_WAIT * (1 << min(wrong - free, 10)), WINDOW)
    return pause - (now - last)


def _who(login: str) -> str:
    return hashlib.sha256(login.strip().lower().encode("utf-8", "replace")).hexdigest()
