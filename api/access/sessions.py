"""Log-ins kept on the server: the browser holds a random token, the database only its digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.accounts.account_tables import SessionRow, UserRow
from api.accounts.held_posts import posts_of
from api.parts.settings import Settings
from dispatch.roster.standing_in import StandingIn, stands_in_now
from kit.actors import Actor, Post

TOKEN_BYTES = 32
_NOTE_EVERY = timedelta(seconds=60)
"""Precision of the last use: a write for each request would cost too much."""


@dataclass(frozen=True, slots=True)
class LoginSession:
    """One log-in that is in force, at the post that it acts as.

    ``posts`` are those held, and those at which the person stands in for somebody now (R-20).
    """

    actor: Actor
    name: str
    login: str
    posts: tuple[Post, ...]
    standing_in: tuple[StandingIn, ...]
    token_hash: str
    csrf_token: str
    expires_at: datetime
    stale: bool = False

    def acting_as(self, post: Post, token: str) -> LoginSession:
        """Return the log-in as it acts at another of its posts."""
        actor = _actor_at(post, self.actor.id, self.name, self.standing_in)
        return replace(self, actor=actor, csrf_token=csrf_of(token, post))


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
    """Begin a log-in at the person's first post; return its token, which is kept nowhere.

    Durable when the session commits.
    """
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SessionRow(
            token_hash=digest(token),
            user_id=user_id,
            post=posts_of(session, user_id)[0],
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
    """Return the log-in of a token, or None when it has ended or never was.

    A log-in ends with its account, and with the post that it acts as: both are looked up anew. So
    a stand-in acts from the minute of the handover, and no longer after the return (R-20).
    """
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
    held = posts_of(session, user.id)
    standing_in = tuple(one for one in stands_in_now(session, user.id, now) if one.post not in held)
    posts = tuple(dict.fromkeys((*held, *(one.post for one in standing_in))))
    if kept.post not in posts:
        return None
    return LoginSession(
        actor=_actor_at(Post(kept.post), user.id, user.name, standing_in),
        name=user.name,
        login=user.login,
        posts=posts,
        standing_in=standing_in,
        token_hash=kept.token_hash,
        csrf_token=csrf_of(token, Post(kept.post)),
        expires_at=kept.expires_at,
        stale=now - kept.last_seen_at >= _NOTE_EVERY,
    )


def _actor_at(post: Post, person_id: str, name: str, standing_in: tuple[StandingIn, ...]) -> Actor:
    """Return who acts: a stand-in signs with their own name, for whom, and by which leave."""
    found = next((one for one in standing_in if one.post is post), None)
    return Actor(person_id, found.signed_by(name) if found else name, post)


def note_use(session: Session, token_hash: str, now: datetime) -> None:
    """Note that the log-in is in use, so that it doesn't end for idleness."""
    session.execute(
        update(SessionRow).where(SessionRow.token_hash == token_hash).values(last_seen_at=now)
    )


def choose_post(session: Session, token_hash: str, post: Post) -> None:
    """Let the log-in act as another post from now on; the caller has checked that it is held."""
    session.execute(update(SessionRow).where(SessionRow.token_hash == token_hash).values(post=post))


def close_session(session: Session, token_hash: str) -> None:
    """End a log-in."""
    session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))


def digest(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_of(token: str, post: Post) -> str:
    """Return the token that unsafe requests of this log-in carry, derived from its own.

    It is bound to the post as well, so that a form acts as the post that its page was drawn for.
    """
    what = f"sanlai csrf {post}".encode()
    return hmac.digest(token.encode("utf-8", "replace"), what, "sha256").hex()


def post_of_csrf(token: str, given: str, posts: Sequence[Post]) -> Post | None:
    """Return the post, of these, whose page carried the given CSRF token; None for no such."""
    fitting = (
        post
        for post in posts
        if hmac.compare_digest(given.encode("utf-8", "replace"), csrf_of(token, post).encode())
    )
    return next(fitting, None)
