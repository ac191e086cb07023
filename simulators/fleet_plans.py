"""Which stations a fleet runs: from the command line, or from a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from simulators.link.mqtt_link import Broker
from simulators.options import Command
from simulators.pump_station.hydraulics import Kind
from simulators.pump_station.station import Fault, Identity, Pace
from simulators.town.defects import CLEAR, DEFECTS, DefectBook
from simulators.town.makes import MAKES

TOWN = "town"
"""The kind of a station that stands in the town, beside those of ``Kind``."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One station to run; ``in_town`` if it is the one of this name on the town's network."""

    identity: Identity
    broker: Broker
    pace: Pace = Pace()  # noqa: RUF009  frozen
    script: tuple[tuple[float, str], ...] = field(default=())
    in_town: bool = False


def parse_fault_at(text: str) -> tuple[float, str]:
    """Return seconds and fault of ``30:burst``; raise ``click.BadParameter``.

    A station of the town knows more faults than the others, and says so itself.
    """
    after, _, name = text.partition(":")
    kinds = sorted({*Fault, *DEFECTS})
    message = f"{text!r}: write SECONDS:FAULT, where FAULT is one of {', '.join(kinds)}"
    if name.removeprefix(f"{CLEAR}:").partition("@")[0] not in kinds:
        raise click.BadParameter(message)
    try:
        return float(after), name
    except ValueError as fault:
        raise click.BadParameter(message) from fault


def check_script(plan: Plan) -> None:
    """Raise ``click.BadParameter`` for a fault of the script that this station can't have."""
    name = plan.identity.station
    for _, command in plan.script:
        try:
            if plan.in_town:
                DefectBook(MAKES[name]).obey(command)
            else:
                Fault(command)
        except ValueError as fault:
            raise click.BadParameter(f"{name}: {fault}") from fault


def parse_station(text: str, seed: int) -> tuple[Identity, bool]:
    """Return the station of ``pump-01`` or ``pump-01:direct``, and whether it stands in the town.

    One with a name of the town's and no kind does. Raises ``click.BadParameter``.
    """
    name, _, kind = text.strip().partition(":")
    if kind == TOWN or (not kind and name in MAKES):
        return Identity(_in_town(name), seed=seed), True
    try:
        return Identity(name, Kind(kind or Kind.BOOSTER), seed), False
    except ValueError as fault:
        kinds = ", ".join((*Kind, TOWN))
        raise click.BadParameter(f"{text!r}: the kind is one of {kinds}") from fault


def _in_town(name: str) -> str:
    if name not in MAKES:
        raise click.BadParameter(f"{name!r}: the town has {', '.join(MAKES)}")
    return name


def read_config(path: Path, default: Identity, broker: Broker, pace: Pace) -> list[Plan]:
    """Return the stations of a JSON file; raise ``click.BadParameter`` for what is wrong in it.

    The file is a list of objects: ``station``, and where they differ from the options ``kind``
    (``booster``, ``direct``, or ``town`` for a station of the town),
    ``seed``, ``interval`` (seconds), ``username``, ``password``, ``faults`` (``["30:burst"]``).
    """
    place = 0
    plans = []
    try:
        for place, entry in enumerate(json.loads(path.read_text(encoding="utf-8")), start=1):  # noqa: B007
            plans += [_plan(entry, default, broker, pace)]
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise click.BadParameter(f"{path}: entry {place}: {fault!r}") from fault
    return plans


def _plan(entry: dict[str, Any], default: Identity, broker: Broker, pace: Pace) -> Plan:
    username = entry.get("username", broker.username)
    password = entry.get("password", broker.password)
    if username is None and password is not None:
        username = entry["station"]
    name, in_town = str(entry["station"]), entry.get("kind") == TOWN
    kind = default.kind if in_town else Kind(entry.get("kind", default.kind))
    interval_s = float(entry.get("interval", pace.interval_ms / 1000.0))
    return Plan(
        Identity(_in_town(name) if in_town else name, kind, int(entry.get("seed", default.seed))),
        replace(broker, username=username, password=password),
        replace(pace, interval_ms=round(interval_s * 1000)),
        tuple(parse_fault_at(step) for step in entry.get("faults", ())),
        in_town,
    )


def pace_options(command: Command) -> Command:
    """Add the pace of a station."""
    for option in reversed(
        (
            click.option("--seed", default=1, show_default=True, type=int),
            click.option(
                "--interval",
                default=1.0,
                show_default=True,
                type=click.FloatRange(0.05, 3600),
                help="Seconds between messages.",
            ),
            click.option(
                "--speed",
                default=1.0,
                show_default=True,
                type=click.FloatRange(0, 3600, min_open=True),
                help="Simulated seconds per second; messages keep the clock's time.",
            ),
            click.option("--utc-offset", default=8.0, show_default=True, type=float, help="Hours."),
            click.option(
                "--state-dir",
                type=click.Path(file_okay=False, path_type=Path),
                help="Where to keep messages without a receipt; without it, in memory only.",
            ),
        )
    ):
        command = option(command)
    return command
