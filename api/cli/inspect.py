"""Commands that only report: settings and doctor."""

from __future__ import annotations

import json
import sys

import click
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from api.cli.doctor import Finding, examine
from api.parts.settings import Settings, file_variable, is_secret, load_settings, variable


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def settings(as_json: bool) -> None:
    """List every setting: name, type, default, value in force, meaning. Secrets are masked."""
    rows = list_settings(load_settings())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']}")
        also = f", or {row['file_variable']}" if row["file_variable"] else ""
        click.echo(f"    {row['meaning']}\n    {row['type']}, default {row['default']}{also}")


def list_settings(given: Settings) -> list[dict[str, str]]:
    """Return a row for each setting, as text."""
    return [
        {
            "name": variable(name),
            "type": _type_of(field.annotation),
            "default": _shown(field.default),
            "value": _shown(getattr(given, name)),
            "meaning": field.description or "",
            "file_variable": file_variable(name) if is_secret(field) else "",
        }
        for name, field in Settings.model_fields.items()
    ]


def _type_of(annotation: object) -> str:
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    for noise in ("typing.", "pathlib.", "pydantic.types."):
        text = text.replace(noise, "")
    return text


def _shown(value: object) -> str:
    if value is None:
        return "unset"
    return "********" if isinstance(value, SecretStr) else str(value)


@click.command()
def doctor() -> None:
    """Show which parts are installed and can be reached, and how to fix the rest.

    Ends with 1 when something that the present settings need is missing.
    """
    findings = examine(load_settings())
    table = Table(show_lines=False)
    for column in ("part", "state", "what was found", "what to do"):
        table.add_column(column, overflow="fold")
    for finding in findings:
        table.add_row(finding.part, _state(finding), finding.found, finding.remedy)
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(table)
    if any(finding.needed and not finding.ok for finding in findings):
        sys.exit(1)


def _state(finding: Finding) -> str:
    if finding.ok:
        return "ok"
    return "missing" if finding.needed else "not needed now"
