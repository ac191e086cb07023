"""Commands of the demo: start it, delete what it kept."""

from __future__ import annotations

import click

from api.cli.opening import listen
from api.demo import folder as demo_folder
from api.demo.run import run_demo
from api.demo.supervisor import ChildFailed
from api.parts.settings import load_settings


@click.command()
def demo() -> None:
    """Run everything on this machine, with simulated stations, until Ctrl-C."""
    settings = load_settings()
    # Said at once, and not after the broker and the worker have started.
    listen(settings).close()
    try:
        run_demo(settings, click.echo)
    except ChildFailed as error:
        raise click.ClickException(str(error)) from error


@click.command("demo-reset")
def demo_reset() -> None:
    """Delete what the demo has kept: users, tickets, readings. Refuses while it runs."""
    folder = load_settings().data_dir
    done = demo_folder.reset(folder)
    click.echo(f"deleted the demo in {folder}" if done else f"there is no demo in {folder}")
