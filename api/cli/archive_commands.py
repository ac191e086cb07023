"""Commands that look after the archive."""

from __future__ import annotations

import sys

import click

from api.cli.opening import open_parts
from dispatch.repair.verify import verify_archive


@click.group()
def archive() -> None:
    """Manage the archive."""


@archive.command("verify")
def archive_verify() -> None:
    """Recompute every seal of the archive; exits with 1, and says where, if one does not match."""
    with open_parts() as parts, parts.db.read() as session:
        faults = verify_archive(session)
    for fault in faults:
        click.echo(f"fault: {fault}", err=True)
    if faults:
        sys.exit(1)
    click.echo("the archive is intact")
