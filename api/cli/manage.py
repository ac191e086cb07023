"""Commands that look after the records: users, the archive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from api.accounts.users import add_user, find_user, set_password
from api.cli.common import require_schema
from api.compose.bootstrap import Parts, built
from api.compose.settings import load_settings
from dispatch.archive import verify_archive
from kit.actors import STAFF_POSTS, Post
from kit.errors import NotFound


@contextmanager
def _parts() -> Iterator[Parts]:
    with built(load_settings()) as parts:
        require_schema(parts)
        yield parts


def _password() -> str:
    """Return the first line of standard input, or ask for it twice on a terminal."""
    if sys.stdin.isatty():
        asked: str = click.prompt("password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")


@click.group()
def user() -> None:
    """Look after log-ins."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Name as it is signed into records.")
@click.option("--post", required=True, type=click.Choice([post.value for post in STAFF_POSTS]))
def user_add(login: str, name: str, post: str) -> None:
    """Add a log-in; the password is asked for, or read from standard input."""
    password = _password()
    with _parts() as parts, parts.db.write() as session:
        add_user(session, login, name, Post(post), password, parts.clock.now())
    click.echo(f"added {login} ({post})")


@user.command("password")
@click.argument("login")
def user_password(login: str) -> None:
    """Set a new password; it is asked for, or read from standard input."""
    password = _password()
    with _parts() as parts, parts.db.write() as session:
        found = find_user(session, login)
        if found is None:
            raise NotFound("user_not_found", f"there is no log-in {login!r}")
        set_password(session, found.id, password, parts.clock.now())
    click.echo(f"changed the password of {login}; its sessions have ended")


@click.group()
def archive() -> None:
    """Look after the archive."""


@archive.command("verify")
def archive_verify() -> None:
    """Recompute every seal of the archive; ends with 1 and says where, when one does not fit."""
    with _parts() as parts, parts.db.read() as session:
        faults = verify_archive(session)
    for fault in faults:
        click.echo(f"fault: {fault}", err=True)
    if faults:
        sys.exit(1)
    click.echo("the archive is whole")
