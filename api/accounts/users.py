"""Accounts: persons, with the posts that they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from api.accounts import passwords
from api.accounts.account_tables import AccountPostRow, SessionRow, UserRow
from api.accounts.held_posts import (
    give_posts,
    lock_accounts,
    managers,
    post_faults,
    posts_by_account,
    posts_of,
    require_another_manager,
)
from kit.actors import Actor, Post
from kit.errors import Conflict, FieldError, Invalid, NotFound
from kit.ids import new_id
from kit.rights import grants_of

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_NAME = 80


@dataclass(frozen=True, slots=True)
class User:
    """One account, without its password."""

    id: str
    login: str
    name: str
    posts: tuple[Post, ...]
    active: bool
    created_at: datetime


def add_user(
    session: Session,
    login: str,
    name: str,
    posts: Sequence[Post | str],
    password: str,
    now: datetime,
) -> User:
    """Make an account that holds these posts; durable when the session commits.

    Raises ``Invalid`` with every fault at once, ``Conflict`` for a log-in name that is taken.
    """
    login, name = login.strip().lower(), name.strip()
    errors = [*_login_faults(login), *_name_faults(name), *post_faults(posts)]
    if errors := errors + _password_faults(password):
        raise Invalid(errors)
    if find_user(session, login):
        raise Conflict("login_taken", f"the log-in {login!r} is taken", login=login)
    row = UserRow(
        id=new_id(now),
        login=login,
        name=name,
        password_hash=passwords.hash_password(password),
        active=True,
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    held = tuple(Post(post) for post in dict.fromkeys(posts))
    give_posts(session, row.id, held)
    return _to_user(row, held)


def set_password(session: Session, user_id: str, password: str, now: datetime) -> None:
    """Give the account a new password and end its sessions; raise ``Invalid``, ``NotFound``."""
    row = _row(session, user_id)
    if errors := _password_faults(password):
        raise Invalid(errors)
    row.password_hash, row.changed_at = passwords.hash_password(password), now
    end_sessions_of(session, user_id)


def set_active(session: Session, user_id: str, *, active: bool, now: datetime) -> User:
    """Close an account, which ends its sessions, or open it again.

    An account is never deleted: its id stands in the record of what the person did (R-39). Raises
    ``NotFound``, and ``Conflict`` for the last account that may manage accounts.
    """
    lock_accounts(session, user_id)
    row = _row(session, user_id)
    held = posts_of(session, user_id)
    if not active and set(held) & managers():
        require_another_manager(session, user_id)
    row.active, row.changed_at = active, now
    if not active:
        end_sessions_of(session, user_id)
    session.flush()
    return _to_user(row, held)


def end_sessions_of(session: Session, user_id: str) -> None:
    """Log the account out everywhere."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def find_user(session: Session, login: str) -> User | None:
    """Return the account with this log-in name."""
    row = find_row(session, login)
    return None if row is None else _to_user(row, posts_of(session, row.id))


def get_user(session: Session, user_id: str) -> User:
    """Return one account; raise ``NotFound``."""
    return _to_user(_row(session, user_id), posts_of(session, user_id))


def list_users(session: Session, post: Post | None = None) -> list[User]:
    """Return the accounts that hold a post, or all, by log-in name; closed ones as well."""
    statement = select(UserRow).order_by(UserRow.login)
    if post is not None:
        holds = AccountPostRow.account_id == UserRow.id, AccountPostRow.post == post
        statement = statement.where(exists().where(*holds))
    held = posts_by_account(session)
    return [_to_user(row, held.get(row.id, ())) for row in session.scalars(statement)]


def who_may(session: Session, action: str) -> list[Actor]:
    """Return everybody who may take an action, at the post that gives the right, by log-in name.

    Closed accounts are left out. Raises ``UnknownAction``.
    """
    posts = {grant.post for grant in grants_of(action)}
    found = {
        user.id: Actor(user.id, user.name, post)
        for user in list_users(session)
        if user.active
        for post in reversed(user.posts)
        if post in posts
    }
    return list(found.values())


def find_row(session: Session, login: str) -> UserRow | None:
    """Return the row with this log-in name, for the log-in to look at its hash."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        return None  # nobody's name, and perhaps no text that a database can look up
    return session.scalar(select(UserRow).where(UserRow.login == login))


def keep_hash(session: Session, user_id: str, before: str, after: str) -> None:
    """Put a stronger hash of the same password in place, unless it was changed meanwhile."""
    session.execute(
        update(UserRow)
        .where(UserRow.id == user_id, UserRow.password_hash == before)
        .values(password_hash=after)
    )


def _row(session: Session, user_id: str) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound("user_not_found", f"there is no account {user_id!r}", id=user_id)
    return row


def _to_user(row: UserRow, posts: tuple[Post, ...]) -> User:
    return User(row.id, row.login, row.name, posts, row.active, row.created_at)


def _login_faults(login: str) -> list[FieldError]:
    if _LOGIN.fullmatch(login):
        return []
    return [FieldError("login", "login_form", "2 to 32 of a-z, 0-9, dot, dash, underscore")]


def _name_faults(name: str) -> list[FieldError]:
    if 1 <= len(name) <= _NAME and name.isprintable():
        return []
    return [FieldError("name", "name_form", f"1 to {_NAME} characters", {"max": _NAME})]


def _password_faults(password: str) -> list[FieldError]:
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        return []
    span = {"min": passwords.SHORTEST, "max": passwords.LONGEST}
    message = f"{passwords.SHORTEST} to {passwords.LONGEST} characters"
    return [FieldError("password", "password_length", message, span)]
