"""Log-ins kept on the server: the browser holds a random token, the database only its digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.accounts.account_tables import SessionRow, UserRow
from api.compose.settings import Settings
from kit.actors import Actor, Post

TOKEN_BYTES = 32
_NOTE_EVERY = timedelta(seconds=60)
"""How exactly the last use is kept: a write for each request would cost more than it tells."""


@dataclass(frozen=True, slots=True)
class LoginSession:
    """One log-in that is in force."""

    actor: Actor
    login: str
    token_hash: str
    csrf_token: str
    expires_at: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a log-in lasts: without use, and at most."""

    idle: timedelta
    longest: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits that the settings give."""
        return cls(
            timedelta(minutes=settings.session_idle_minutes),
            timedelta(hours=settings.session_max_hours),
        )


def open_session(
    session: Session, user_id: str, limits: Limits, now: datetime, *, address: str, agent: str
) -> str:
    """Begin a log-in and return its token, which is kept nowhere; durable at the commit."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SessionRow(
            token_hash=digest(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + limits.longest,
            address=address[:64],
            agent=agent[:120],
        )
    )
    session.flush()
    return token


def find_session(
    session: Session, token: str, limits: Limits, now: datetime
) -> LoginSession | None:
    """Return the log-in of a token, or None when it has ended or never was."""
    found = session.execute(
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(SessionRow.token_hash == digest(token), UserRow.active)
    ).one_or_none()
    if found is None:
        return None
    kept, user = found
    if now >= min(kept.expires_at, kept.last_seen_at + limits.idle):
        return None
    return LoginSession(
        actor=Actor(user.id, user.name, Post(user.post)),
        login=user.login,
        token_hash=kept.token_hash,
        csrf_token=csrf_of(token),
        expires_at=kept.expires_at,
        stale=now - kept.last_seen_at >= _NOTE_EVERY,
    )


def note_use(session: Session, token_hash: str, now: datetime) -> None:
    """Note that the log-in is in use, so that it doesn't end for idleness."""
    session.execute(
        update(SessionRow).where(SessionRow.token_hash == token_hash).values(last_seen_at=now)
    )


def close_session(session: Session, token_hash: str) -> None:
    """End a log-in."""
    session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))


def digest(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_of(token: str) -> str:
    """Return the token that unsafe requests of this log-in carry: bound to it, and not it."""
    return hmac.digest(token.encode("utf-8", "replace"), b"sanlai csrf", "sha256").hex()
