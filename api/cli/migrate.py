"""The command ``migrate``."""

from __future__ import annotations

import click

from api.operations.migrate import upgrade
from api.parts.openers import prepare_data_dir
from api.parts.settings import load_settings
from kit.db import Database


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this program; safe to repeat, or twice at once."""
    settings = load_settings()
    prepare_data_dir(settings.data_dir)
    db = Database(settings.effective_database_url)
    try:
        before, after = upgrade(db, settings.migration_limits)
    finally:
        db.close()
    click.echo(
        f"schema {after}: nothing to do" if before == after else f"schema {before} -> {after}"
    )
