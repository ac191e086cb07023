"""Commands that look after accounts: who may log in, and at which posts."""

from __future__ import annotations

import sys

import click
from sqlalchemy.orm import Session

from api.accounts.held_posts import change_posts
from api.accounts.users import User, add_user, find_user, set_password
from api.cli.opening import open_parts
from kit.actors import STAFF_POSTS
from kit.errors import NotFound

_POST = click.Choice([post.value for post in STAFF_POSTS])


@click.group()
def user() -> None:
    """Manage accounts."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Name as it is signed into records.")
@click.option(
    "--post",
    "posts",
    required=True,
    multiple=True,
    type=_POST,
    help="A post that the person holds; log-ins begin at the first. May be repeated.",
)
def user_add(login: str, name: str, posts: tuple[str, ...]) -> None:
    """Add a log-in; the password is asked for, or read from standard input."""
    password = _password()
    with open_parts() as parts, parts.db.write() as session:
        made = add_user(session, login, name, posts, password, parts.clock.now())
    click.echo(f"added {made.login} ({', '.join(made.posts)})")


@user.command("post")
@click.argument("login")
@click.option("--add", "added", multiple=True, type=_POST, help="A post that the person now holds.")
@click.option("--remove", "removed", multiple=True, type=_POST, help="A post that is taken away.")
def user_post(login: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Give posts to an account, or take them; sessions that act as a post taken away end."""
    if both := sorted(set(added) & set(removed)):
        raise click.UsageError(f"both added and removed: {', '.join(both)}")
    with open_parts() as parts, parts.db.write() as session:
        found = _known(session, login)
        if missing := [post for post in removed if post not in found.posts]:
            raise NotFound("post_not_held", f"{found.login} does not hold {', '.join(missing)}")
        wanted = [post for post in (*found.posts, *added) if post not in removed]
        posts = change_posts(session, found.id, wanted)
    click.echo(f"{found.login} holds {', '.join(posts)}")


@user.command("password")
@click.argument("login")
def user_password(login: str) -> None:
    """Set a new password; it is asked for, or read from standard input."""
    password = _password()
    with open_parts() as parts, parts.db.write() as session:
        found = _known(session, login)
        set_password(session, found.id, password, parts.clock.now())
    click.echo(f"changed the password of {found.login}; its sessions have ended")


def _known(session: Session, login: str) -> User:
    found = find_user(session, login)
    if found is None:
        raise NotFound("user_not_found", f"there is no log-in {login!r}")
    return found


def _password() -> str:
    """Return the first line of standard input, or ask for it twice on a terminal."""
    if sys.stdin.isatty():
        asked: str = click.prompt("password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")
