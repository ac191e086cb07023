"""Contexts around people: the log-in, the accounts, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from api.web.forms import Form


@dataclass(frozen=True, slots=True)
class LoginPage:
    """The log-in form, and the page that was asked for before."""

    form: Form
    back: str


@dataclass(frozen=True, slots=True)
class UserLine:
    """One account."""

    id: str
    login: str
    name: str
    posts: tuple[str, ...]
    active: bool
    form: Form


@dataclass(frozen=True, slots=True)
class UsersPage:
    """The accounts, and the form for a new one."""

    users: tuple[UserLine, ...]
    form: Form
    posts: tuple[str, ...]
    chosen: tuple[str, ...]
    """The posts that were ticked for the new one."""
