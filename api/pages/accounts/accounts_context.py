"""Contexts around people: the log-in, the accounts, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from api.web.forms import Form, FormFault


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


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and what to do; ``kept`` is what was typed, so that none of it is lost.

    ``switch_to``: other posts that the person holds and that may open ``back``.
    """

    title: str
    sentence: str
    advice: str
    code: str
    faults: tuple[FormFault, ...] = ()
    allowed: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    switch_to: tuple[str, ...] = ()
    back: str = "/"
