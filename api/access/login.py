"""Logging in and out: the steps in their order, each in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from api.access import throttle
from api.access.denials import WrongLogin
from api.access.guard import COOKIE, client_address, login_session
from api.access.sessions import Limits, close_session, csrf_of, digest, open_session
from api.accounts import passwords, users
from api.parts.parts import Parts
from api.parts.settings import Settings
from kit.actors import Actor, Post


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A log-in that has just begun: who, at which of their posts, and the session's tokens."""

    actor: Actor
    posts: tuple[Post, ...]
    token: str
    csrf_token: str


def log_in(parts: Parts, request: Request, login: str, password: str) -> LoggedIn:
    """Begin a log-in; the one that the browser had ends. Durable when this returns.

    Raises ``WrongLogin``, or ``TooOften`` with the seconds to wait.
    """
    now, address = parts.clock.now(), client_address(request)
    with parts.db.write() as session:
        throttle.begin_try(session, login, address, now)
    # No transaction is open while the password is checked, which is slow by design.
    with parts.db.read() as session:
        row = users.find_row(session, login)
    kept = row.password_hash if row is not None and row.active else None
    if not passwords.password_is(password, kept) or row is None or kept is None:
        raise WrongLogin
    better = passwords.hash_password(password) if passwords.outdated(kept) else None
    with parts.db.write() as session:
        # Closed, or given another password, while this one was checked: then it is too late.
        still = users.find_row(session, login)
        if still is None or not still.active or still.password_hash != kept:
            raise WrongLogin
        if better:
            users.keep_hash(session, row.id, kept, better)
        throttle.forget_tries(session, login, address)
        if before := request.cookies.get(COOKIE):
            close_session(session, digest(before))
        token = open_session(
            session,
            row.id,
            Limits.of(parts.settings),
            now,
            address=address,
            agent=request.headers.get("user-agent", ""),
        )
        person = users.get_user(session, row.id)
    actor = Actor(person.id, person.name, person.posts[0])
    return LoggedIn(actor, person.posts, token, csrf_of(token, actor.post))


def log_out(parts: Parts, request: Request) -> None:
    """End the log-in of this request, if there is one; durable when this returns."""
    current = login_session(request)
    if current is not None:
        with parts.db.write() as session:
            close_session(session, current.token_hash)


def set_cookie(response: Response, logged_in: LoggedIn, settings: Settings) -> None:
    """Hand the browser its session's token; no script can read it."""
    response.set_cookie(
        COOKIE,
        logged_in.token,
        max_age=settings.session_max_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path="/",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Delete the session's token from the browser, and the pages that it has cached."""
    response.delete_cookie(
        COOKIE, httponly=True, samesite="lax", secure=settings.secure_cookies, path="/"
    )
