"""The command ``worker``."""

from __future__ import annotations

import click

from api.cli.opening import require_schema
from api.compose.bootstrap import built
from api.compose.worker import run_worker
from api.operations.logs import configure_logging
from api.parts.settings import load_settings


@click.command()
@click.option(
    "--only", type=click.Choice(["ingest", "scheduler"]), help="Run one half of the worker."
)
def worker(only: str | None) -> None:
    """Take in readings from the broker, and run the timers."""
    settings = load_settings()
    configure_logging(settings)
    with built(settings, writes_points=True) as parts:
        require_schema(parts)
        run_worker(parts, ingest=only != "scheduler", scheduler=only != "ingest")
