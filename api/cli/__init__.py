"""The command line: ``sanlai COMMAND``."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
from sqlalchemy.exc import DBAPIError

from api.settings import SettingsError, unknown_variables
from kit.errors import Invalid, SanlaiError
from telemetry.stores.port import StoreUnavailable

EXIT_FAILED = 1
EXIT_MISUSED = 2

COMMANDS = {
    "demo": "api.cli.demo:demo",
    "demo-reset": "api.cli.demo:demo_reset",
    "web": "api.cli.web:web",
    "worker": "api.cli.worker:worker",
    "migrate": "api.cli.worker:migrate",
    "settings": "api.cli.inspect:settings",
    "doctor": "api.cli.inspect:doctor",
    "openapi": "api.cli.web:openapi",
    "user": "api.cli.manage:user",
    "stations": "api.cli.manage:stations",
    "places": "api.cli.manage:places",
    "archive": "api.cli.manage:archive",
    "replay": "api.cli.simulate:replay",
    "simulate": "api.cli.simulate:simulate",
    "fault": "api.cli.simulate:fault",
}
"""Each command and where it is: only the one that runs is imported, so that a worker does not
carry the web in its memory."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def commands() -> None:
    """Sanlai (三来): from a caller's words or a sensor's reading to a repair that is signed."""


def main() -> None:
    """Run a command; every expected fault is said in a sentence, without a traceback.

    Exit codes: 0 done, 1 it could not be done, 2 it was asked wrongly (settings, arguments).
    """
    for sentence in unknown_variables(os.environ):
        click.echo(f"warning: {sentence}", err=True)
    try:
        commands(prog_name="sanlai")
    except SettingsError as error:
        _fail(error.faults, EXIT_MISUSED)
    except Invalid as error:
        _fail([f"{fault.field}: {fault.message}" for fault in error.errors], EXIT_MISUSED)
    except (SanlaiError, StoreUnavailable) as error:
        _fail([str(error)], EXIT_FAILED)
    except DBAPIError as error:
        reason = (str(error.orig).strip() or type(error).__name__).splitlines()[0]
        _fail([f"the database can't be reached or used: {reason}"], EXIT_FAILED)


def _fail(sentences: list[str], code: int) -> None:
    for sentence in sentences:
        click.echo(f"error: {sentence}", err=True)
    sys.exit(code)
