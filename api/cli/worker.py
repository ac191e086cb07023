"""Commands that need no web: the worker, and the migration before it."""

from __future__ import annotations

import click

from api.bootstrap import built, prepare_data_dir
from api.cli.common import require_schema
from api.logs import configure_logging
from api.migrate import upgrade
from api.settings import load_settings
from api.worker import run_worker
from kit.db import Database


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this program; safe to repeat, or twice at once."""
    settings = load_settings()
    prepare_data_dir(settings.data_dir)
    db = Database(settings.effective_database_url)
    try:
        before, after = upgrade(db)
    finally:
        db.close()
    click.echo(
        f"schema {after}: nothing to do" if before == after else f"schema {before} -> {after}"
    )


@click.command()
@click.option(
    "--only", type=click.Choice(["ingest", "scheduler"]), help="Run one half of the worker."
)
def worker(only: str | None) -> None:
    """Take in readings from the broker, and mind the timers."""
    settings = load_settings()
    configure_logging(settings)
    with built(settings, writes_points=True) as parts:
        require_schema(parts)
        run_worker(parts, ingest=only != "scheduler", scheduler=only != "ingest")
