"""Accounts: one person at one post."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.accounts import passwords
from api.accounts.account_tables import SessionRow, UserRow
from kit.actors import STAFF_POSTS, Actor, Post
from kit.errors import Conflict, FieldError, Invalid, NotFound
from kit.ids import new_id

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_NAME = 80


@dataclass(frozen=True, slots=True)
class User:
    """One account, without its password."""

    id: str
    login: str
    name: str
    post: Post
    active: bool
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """The one who acts when this account is logged in."""
        return Actor(self.id, self.name, self.post)


def add_user(
    session: Session, login: str, name: str, post: Post | str, password: str, now: datetime
) -> User:
    """Make an account; durable when the session commits.

    Raises ``Invalid`` with every fault at once, ``Conflict`` for a log-in name that is taken.
    """
    login, name = login.strip().lower(), name.strip()
    errors = [*_login_faults(login), *_name_faults(name), *_post_faults(post)]
    if errors := errors + _password_faults(password):
        raise Invalid(errors)
    if find_user(session, login):
        raise Conflict("login_taken", f"the log-in {login!r} is taken", login=login)
    row = UserRow(
        id=new_id(now),
        login=login,
        name=name,
        post=Post(post),
        password_hash=passwords.hash_password(password),
        active=True,
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return _to_user(row)


def set_password(session: Session, user_id: str, password: str, now: datetime) -> None:
    """Give the account a new password and end its sessions; raise ``Invalid``, ``NotFound``."""
    row = _row(session, user_id)
    if errors := _password_faults(password):
        raise Invalid(errors)
    row.password_hash, row.changed_at = passwords.hash_password(password), now
    end_sessions_of(session, user_id)


def set_active(session: Session, user_id: str, *, active: bool, now: datetime) -> User:
    """Close an account, which ends its sessions, or open it again; raise ``NotFound``.

    An account is never deleted: its id stands in the record of what the person did (R-39).
    """
    row = _row(session, user_id)
    row.active, row.changed_at = active, now
    if not active:
        end_sessions_of(session, user_id)
    session.flush()
    return _to_user(row)


def end_sessions_of(session: Session, user_id: str) -> None:
    """Log the account out everywhere."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def find_user(session: Session, login: str) -> User | None:
    """Return the account with this log-in name."""
    row = find_row(session, login)
    return None if row is None else _to_user(row)


def get_user(session: Session, user_id: str) -> User:
    """Return one account; raise ``NotFound``."""
    return _to_user(_row(session, user_id))


def list_users(session: Session, post: Post | None = None) -> list[User]:
    """Return the accounts of one post, or of all, by log-in name; closed ones as well."""
    statement = select(UserRow).order_by(UserRow.login)
    if post is not None:
        statement = statement.where(UserRow.post == post)
    return [_to_user(row) for row in session.scalars(statement)]


def find_row(session: Session, login: str) -> UserRow | None:
    """Return the row with this log-in name, for the log-in to look at its hash."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        return None  # nobody's name, and perhaps nothing that a database can look for
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


def _to_user(row: UserRow) -> User:
    return User(row.id, row.login, row.name, Post(row.post), row.active, row.created_at)


def _login_faults(login: str) -> list[FieldError]:
    if _LOGIN.fullmatch(login):
        return []
    return [FieldError("login", "login_form", "2 to 32 of a-z, 0-9, dot, dash, underscore")]


def _name_faults(name: str) -> list[FieldError]:
    if 1 <= len(name) <= _NAME and name.isprintable():
        return []
    return [FieldError("name", "name_form", f"1 to {_NAME} characters", {"max": _NAME})]


def _post_faults(post: str) -> list[FieldError]:
    return [] if post in STAFF_POSTS else [FieldError("post", "unknown_post", "not a post")]


def _password_faults(password: str) -> list[FieldError]:
    if passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        return []
    span = {"min": passwords.SHORTEST, "max": passwords.LONGEST}
    message = f"{passwords.SHORTEST} to {passwords.LONGEST} characters"
    return [FieldError("password", "password_length", message, span)]
