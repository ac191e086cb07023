"""Commands of the materials department: lists that come by file, and the books."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from api.cli.opening import open_parts
from api.parts.parts import Parts
from api.price_lists.list_store import (
    check_lists,
    entered_lists,
    load_lists,
    open_lists,
    write_lists,
)
from api.site.site_changes import KindChanges
from dispatch.materials.booking import balance_faults
from kit.errors import Invalid

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def materials() -> None:
    """Manage the catalogue of materials, prices, the fee standard, and the books of stock."""


@materials.command("check")
@click.argument("file", type=_FILE)
def materials_check(file: Path) -> None:
    """Report every fault of a file of lists with its place, and what a load would change."""
    source = open_lists(file)
    with open_parts() as parts, parts.db.read() as session:
        _, changes = check_lists(session, source, _today(parts))
    _tell(changes)
    click.echo(f"{file.name} has no faults; nothing was loaded")


@materials.command("load")
@click.argument("file", type=_FILE)
def materials_load(file: Path) -> None:
    """Load a file of lists, all of it or nothing, and say what it changed.

    What the file does not name stays. A price that has been in force is not rewritten: a new
    price comes with the day from which it counts.
    """
    source = open_lists(file)
    with open_parts() as parts:
        try:
            with parts.db.write() as session:
                changes = load_lists(session, source, _today(parts))
        except Invalid:
            click.echo("nothing was loaded:", err=True)
            raise
    _tell(changes)


@materials.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def materials_export(file: Path) -> None:
    """Write the lists as a spreadsheet (.xlsx), to be changed and loaded; empty, it is a form."""
    if file.suffix.lower() != ".xlsx":
        raise click.BadParameter("the name of a spreadsheet ends in .xlsx", param_hint="FILE")
    with open_parts() as parts:
        with parts.db.read() as session:
            found = entered_lists(session)
        write_lists(found, file)
    click.echo(f"wrote {file}")


@materials.command("verify")
def materials_verify() -> None:
    """Add up every movement; exits with 1, and says where, if a place holds anything else."""
    with open_parts() as parts, parts.db.read() as session:
        faults = balance_faults(session)
    for fault in faults:
        words = f"{fault.place} holds {fault.kept} of {fault.code}, and {fault.moved} was moved"
        click.echo(f"fault: {words}", err=True)
    if faults:
        sys.exit(1)
    click.echo("the books of materials are right")


def _today(parts: Parts) -> date:
    return parts.clock.now().astimezone(parts.settings.zone).date()


def _tell(changes: tuple[KindChanges, ...]) -> None:
    for kind in changes:
        click.echo(str(kind))
