"""The command line: ``sanlai COMMAND``."""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.exc import DBAPIError

from api.cli import demo, inspect, manage, processes, simulate
from api.settings import SettingsError, unknown_variables
from kit.errors import Invalid, SanlaiError
from telemetry.stores.port import StoreUnavailable

EXIT_FAILED = 1
EXIT_MISUSED = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def commands() -> None:
    """Sanlai (三来): from a caller's words or a sensor's reading to a repair that is signed."""


for _module in (demo, processes, manage, inspect, simulate):
    for _command in _module.COMMANDS:
        commands.add_command(_command)


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
