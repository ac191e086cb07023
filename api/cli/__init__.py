"""The command line: ``sanlai COMMAND``."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
from sqlalchemy.exc import DBAPIError

from api.parts.settings import SettingsError, unknown_variables
from kit.errors import Invalid, SanlaiError
from telemetry.stores.port import StoreUnavailable

EXIT_FAILED = 1
EXIT_MISUSED = 2

COMMANDS = {
    "demo": ("api.cli.demo:demo", "Run everything on this machine, until Ctrl-C."),
    "demo-reset": ("api.cli.demo:demo_reset", "Delete what the demo has kept."),
    "migrate": ("api.cli.migrate:migrate", "Update the database to this version's schema."),
    "web": ("api.cli.web:web", "Serve the pages and the API."),
    "worker": ("api.cli.worker:worker", "Ingest readings from the broker, and run the scheduler."),
    "settings": ("api.cli.inspect:settings", "List every setting, with its value and meaning."),
    "doctor": (
        "api.cli.inspect:doctor",
        "Check this installation, and say how to fix what is missing.",
    ),
    "openapi": ("api.cli.web:openapi", "Print the description of the JSON API."),
    "user": ("api.cli.user_commands:user", "Manage accounts: add, post, password."),
    "site": (
        "api.cli.site_commands:site",
        "Check, load or export a site file.",
    ),
    "stations": ("api.cli.site_commands:stations", "Load pump stations from a file."),
    "places": ("api.cli.site_commands:places", "Load residential areas from a file."),
    "materials": (
        "api.cli.material_commands:materials",
        "Load materials, prices and fees; verify the books of stock.",
    ),
    "archive": ("api.cli.archive_commands:archive", "Verify the archive."),
    "replay": ("api.cli.simulate:replay", "Publish recordings of a pump as a station would."),
    "simulate": ("api.cli.simulate:simulate", "Run simulated stations."),
    "fault": ("api.cli.simulate:fault", "Make a simulated station fail."),
}
"""Each command, where it is, and a line of help. Only the one that runs is imported, so that a
worker does not load the web."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def commands() -> None:
    """Sanlai (三来): from a caller's words or a sensor's reading to a repair that is signed."""


def main() -> None:
    """Run a command; an expected fault is reported in one sentence, without a traceback.

    Exit codes: 0 done, 1 failed, 2 wrong settings or arguments.
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
