"""Commands that look after the site file: check, load, export, template; and its older forms."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.opening import require_schema
from api.compose.bootstrap import built
from api.operations.migrate import schema_fault
from api.parts.openers import open_quantities
from api.parts.parts import Parts
from api.parts.settings import load_settings
from api.site.read_site import parse_areas, parse_stations, read_site
from api.site.site import Site, SiteSource
from api.site.site_changes import SiteChanges, compare
from api.site.site_doubts import doubts
from api.site.site_export import to_toml
from api.site.site_store import entered_site, load_site
from api.site.toml_source import open_toml
from api.site.workbook_export import write_workbook
from api.site.workbook_source import open_workbook
from kit.errors import Invalid, Unavailable
from stations.assets.office_store import entered_offices

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def site() -> None:
    """Manage the site: offices, residential areas, stations, equipment, points, alarms."""


@site.command("check")
@click.argument("file", type=_FILE)
def site_check(file: Path) -> None:
    """Report every fault of a site file with its line, and what a load would change."""
    source = _open(file)
    with built(load_settings()) as parts:
        try:
            ready = schema_fault(parts.db) is None
        except Unavailable:
            ready = False
        if not ready:
            # A file can be checked where there is no database yet.
            _tell_doubts(parts, read_site(source, parts.quantities))
            click.echo(f"{file.name} has no faults; there is no database to compare it with")
            return
        with parts.db.read() as session:
            old = entered_site(session)
        new = read_site(source, parts.quantities, [one.id for one in old.offices])
    _tell_doubts(parts, new)
    _tell(compare(old, new))
    click.echo(f"{file.name} has no faults; nothing was loaded")


@site.command("load")
@click.argument("file", type=_FILE)
@click.option("--prune", is_flag=True, help="Also remove what the file does not name.")
def site_load(file: Path, prune: bool) -> None:
    """Load a site file, all of it or nothing, and say what it changed.

    The file says all of each thing that it names: a station loses the equipment, points and alarm
    rules that it no longer has there. What the file does not name stays, unless --prune is given.
    """
    source = _open(file)
    with built(load_settings()) as parts:
        require_schema(parts)
        with parts.db.read() as session:
            offices = [one.id for one in entered_offices(session)]
        # Read before the transaction begins: on SQLite the ingest waits while somebody writes.
        try:
            new = read_site(source, parts.quantities, offices)
            with parts.db.write() as session:
                changes = load_site(session, new, parts.clock.now(), prune=prune)
        except Invalid:
            click.echo("nothing was loaded:", err=True)
            raise
    _tell_doubts(parts, new)
    _tell(changes)


@site.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def site_export(file: Path | None) -> None:
    """Write what is entered as a site file or spreadsheet; loading it changes nothing."""
    with built(load_settings()) as parts:
        require_schema(parts)
        with parts.db.read() as session:
            found = entered_site(session)
        if file is not None and _is_spreadsheet(file):
            write_workbook(found, parts.quantities, file)
        elif file is not None:
            file.write_text(to_toml(found, parts.quantities), encoding="utf-8")
        else:
            click.echo(to_toml(found, parts.quantities), nl=False)
    if file is not None:
        click.echo(f"wrote {file}")


@site.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def site_template(file: Path) -> None:
    """Write an empty spreadsheet (.xlsx) to be filled in and loaded."""
    if not _is_spreadsheet(file):
        raise click.BadParameter("the name of a spreadsheet ends in .xlsx", param_hint="FILE")
    if file.exists():
        raise click.BadParameter(f"{file} is there already", param_hint="FILE")
    write_workbook(Site(), open_quantities(load_settings()), file)
    click.echo(f"wrote {file}")


@click.group()
def stations() -> None:
    """Manage pump stations."""


@stations.command("load")
@click.argument("file", type=_FILE)
def stations_load(file: Path) -> None:
    """Insert or overwrite the stations and alarm rules of a TOML file, all of them or none."""
    with built(load_settings()) as parts:
        entries = parse_stations(_text(file), file.name, parts.quantities)
        require_schema(parts)
        with parts.db.write() as session:
            load_site(session, Site(stations=entries), parts.clock.now())
    rules = sum(len(entry.rules) for entry in entries)
    click.echo(f"{len(entries)} stations, {rules} alarm rules")


@click.group()
def places() -> None:
    """Manage residential areas."""


@places.command("load")
@click.argument("file", type=_FILE)
def places_load(file: Path) -> None:
    """Insert or overwrite the places of a TOML file, all of them or none."""
    found = parse_areas(_text(file), file.name)
    with built(load_settings()) as parts:
        require_schema(parts)
        with parts.db.write() as session:
            load_site(session, Site(areas=found), parts.clock.now())
    click.echo(f"{len(found)} places")


def _open(file: Path) -> SiteSource:
    return open_workbook(file) if _is_spreadsheet(file) else open_toml(file)


def _is_spreadsheet(file: Path) -> bool:
    return file.suffix.lower() == ".xlsx"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} can't be read: {error}") from error


def _tell(changes: SiteChanges) -> None:
    for kind in changes.kinds:
        click.echo(str(kind))
        for word, keys in (("+", kind.added), ("~", kind.changed), ("-", kind.removed)):
            for key in keys[:20]:
                click.echo(f"  {word} {' '.join(key)}")
            if len(keys) > 20:
                click.echo(f"  {word} … and {len(keys) - 20} more")


def _tell_doubts(parts: Parts, new: Site) -> None:
    longest = parts.desk.rules(parts.clock.now()).distance_longest.value
    for sentence in doubts(new, longest):
        click.echo(f"warning: {sentence}", err=True)
