"""The command line of one simulated station: live on MQTT, or dry on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulators.fleet import Plan, pace_options, parse_fault_at, run_live
from simulators.hydraulics import Kind
from simulators.options import broker_for, broker_options
from simulators.station import Fault, Identity, Pace, SimulatedStation
from simulators.timing import now_ms, parse_start

Script = tuple[tuple[float, Fault], ...]


def print_payloads(station: SimulatedStation, count: int) -> None:
    """Print ``count`` payloads, one a line, as they would go out; an empty line for silence."""
    try:
        for _ in range(count):
            message = station.tick()
            click.echo(message.payload if message else b"")
    finally:
        station.close()


@click.command()
@click.option("--station", required=True, help="The station's id.")
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), default="booster")
@pace_options
@broker_options
@click.option("--fault-at", multiple=True, help="SECONDS:FAULT, e.g. 30:burst; repeatable.")
@click.option("--dry-run", is_flag=True, help="Print the payloads instead of sending them.")
@click.option("--count", type=click.IntRange(1), default=10, show_default=True, help="When dry.")
@click.option("--start", help="When dry: time of the first message, ISO 8601; default: now.")
@click.option("--units", is_flag=True, help="When dry: let each message state its units.")
def station_command(
    station: str,
    kind: str,
    seed: int,
    interval: float,
    speed: float,
    utc_offset: float,
    state_dir: Path | None,
    fault_at: tuple[str, ...],
    dry_run: bool,
    count: int,
    start: str | None,
    units: bool,
    **broker: Any,
) -> None:
    """Run one simulated pump station, until stopped by a signal."""
    identity = Identity(station, Kind(kind), seed)
    pace = Pace(round(interval * 1000), speed, utc_offset)
    script: Script = tuple(parse_fault_at(step) for step in fault_at)
    if dry_run:
        start_ms = parse_start(start)
        if start_ms is None:
            start_ms = now_ms()
        plant = SimulatedStation(identity, start_ms, pace, script=script, units=units)
        print_payloads(plant, count)
    else:
        run_live([Plan(identity, broker_for(station, **broker), pace, script)], state_dir)


if __name__ == "__main__":
    station_command()
