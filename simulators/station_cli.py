"""The command line of one simulated station: live on MQTT, or dry on the screen."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from simulators.fleet import Speaker, run_live
from simulators.fleet_plans import (
    TOWN,
    Plan,
    check_script,
    pace_options,
    parse_fault_at,
    parse_station,
)
from simulators.options import broker_for, broker_options
from simulators.pump_station.hydraulics import Kind
from simulators.pump_station.station import Pace, SimulatedStation, day_second
from simulators.timing import now_ms, parse_start
from simulators.town.town_plant import Town
from simulators.town.town_station import TownStation


def print_payloads(station: Speaker, count: int) -> None:
    """Print ``count`` payloads, one a line, as they would go out; an empty line for silence."""
    for _ in range(count):
        message = station.tick()
        click.echo(message.payload if message else b"")


def run_dry(plan: Plan, start_ms: int, count: int, *, units: bool) -> None:
    """Print what a station would send, with nothing sent."""
    check_script(plan)
    if not plan.in_town:
        station = SimulatedStation(
            plan.identity, start_ms, plan.pace, script=plan.script, units=units
        )
        with closing(station):
            print_payloads(station, count)
        return
    with closing(Town(plan.identity.seed, day_second(start_ms, plan.pace))) as town:
        member = TownStation(
            town, plan.identity, start_ms, plan.pace, script=plan.script, units=units
        )
        print_payloads(member, count)


@click.command()
@click.option("--station", required=True, help="The station's id.")
@click.option(
    "--kind",
    type=click.Choice([*(str(kind) for kind in Kind), TOWN]),
    help="How it is built; town: the town's station of this name.  [default: by the name]",
)
@pace_options
@broker_options
@click.option("--fault-at", multiple=True, help="SECONDS:FAULT, e.g. 30:burst; repeatable.")
@click.option("--dry-run", is_flag=True, help="Print the payloads instead of sending them.")
@click.option("--count", type=click.IntRange(1), default=10, show_default=True, help="When dry.")
@click.option("--start", help="When dry: time of the first message, ISO 8601; default: now.")
@click.option("--units", is_flag=True, help="When dry: let each message state its units.")
def station_command(
    station: str,
    kind: str | None,
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
    identity, in_town = parse_station(f"{station}:{kind}" if kind else station, seed)
    plan = Plan(
        identity,
        broker_for(station, **broker),
        Pace(round(interval * 1000), speed, utc_offset),
        tuple(parse_fault_at(step) for step in fault_at),
        in_town,
    )
    if dry_run:
        start_ms = parse_start(start)
        run_dry(plan, now_ms() if start_ms is None else start_ms, count, units=units)
    else:
        run_live([plan], state_dir)


if __name__ == "__main__":
    station_command()
