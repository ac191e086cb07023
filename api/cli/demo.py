"""Commands of the demo: start it, delete what it kept."""

from __future__ import annotations

import errno
import socket

import click

from api import demo as demo_folder
from api.cli.processes import port_taken
from api.demo_run import run_demo
from api.settings import Settings, SettingsError, load_settings
from api.supervisor import ChildFailed


@click.command()
def demo() -> None:
    """Run everything on this machine, with simulated stations, until Ctrl-C."""
    settings = load_settings()
    _require_http_port(settings)
    try:
        run_demo(settings, click.echo)
    except ChildFailed as error:
        raise click.ClickException(str(error)) from error


def _require_http_port(settings: Settings) -> None:
    """Say at once, not after the broker and the worker have started, that the port is taken."""
    try:
        family = socket.getaddrinfo(settings.http_host, settings.http_port)[0][0]
        socket.create_server((settings.http_host, settings.http_port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError([port_taken(settings.http_host, settings.http_port)]) from error
        raise SettingsError([f"SANLAI_HTTP_HOST: can't listen ({error})"]) from error


@click.command("demo-reset")
def demo_reset() -> None:
    """Delete what the demo has kept: users, tickets, readings. Refuses while it runs."""
    folder = load_settings().data_dir
    done = demo_folder.reset(folder)
    click.echo(f"deleted the demo in {folder}" if done else f"there is no demo in {folder}")


COMMANDS = (demo, demo_reset)
