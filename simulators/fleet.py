"""Simulated stations on MQTT: several in one process, one thread for all of their plants."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any, Protocol

import click

from simulators.fleet_plans import Plan, check_script, pace_options, parse_station, read_config
from simulators.link.mqtt_link import Broker, Link
from simulators.link.outbox import DiskOutbox, MemoryOutbox, Outbox, OutboxTaken
from simulators.link.protocol import Message
from simulators.options import (
    BROKER_KEYS,
    SignalStop,
    broker_for,
    broker_options,
    log_to_stderr,
    stop_on_signal,
)
from simulators.pump_station.station import Identity, Pace, SimulatedStation, day_second
from simulators.town.makes import MAKES
from simulators.town.town_plant import Town
from simulators.town.town_station import TownStation

log = logging.getLogger(__name__)

LATE_MS = 60_000
"""Ticks older than this are skipped: the machine slept, nothing was measured. If a tick is further
ahead than this, the clock has been set back."""


class Speaker(Protocol):
    """A simulated station, however it is built."""

    identity: Identity
    pace: Pace

    @property
    def next_ms(self) -> int:
        """When the next message is due, in milliseconds since 1970 UTC."""
        ...

    @property
    def link_lost(self) -> bool:
        """Whether the link is down, so that no message gets out."""
        ...

    @property
    def faults(self) -> list[str]:
        """What is wrong at present."""
        ...

    def obey(self, command: str) -> None:
        """Begin or end a fault; raise ``ValueError`` if it can't have it."""
        ...

    def tick(self) -> Message | None:
        """Simulate up to the next message and return it."""
        ...

    def skip_to(self, now_ms: int) -> None:
        """Continue from ``now_ms``."""
        ...

    def close(self) -> None:
        """Give back what the station holds."""
        ...


class Member:
    """A station and its link."""

    def __init__(
        self, plan: Plan, station: Speaker, state_dir: Path | None, wake: threading.Event
    ) -> None:
        name = plan.identity.station
        self.station = station
        outbox: Outbox = (
            MemoryOutbox() if state_dir is None else DiskOutbox(state_dir / f"outbox-{name}.sqlite")
        )
        self.link = Link(name, plan.broker, outbox, wake=wake.set, on_fault=self._command)

    def live(self, now_ms: int) -> None:
        """Make the messages that are due by now, and send what can be sent."""
        ahead_ms = self.station.next_ms - now_ms
        if ahead_ms < -LATE_MS or ahead_ms > LATE_MS + self.station.pace.interval_ms:
            log.info("%s: the clock moved by %d s", self.station.identity.station, -ahead_ms / 1000)
            self.station.skip_to(now_ms)
        now = time.monotonic()
        while self.station.next_ms <= now_ms:
            message = self.station.tick()
            if message is not None:
                self.link.offer(message, now)
        self.link.lose(self.station.link_lost)
        self.link.pump(now)

    def close(self) -> None:
        """End the link, then the plant."""
        self.link.stop()
        self.station.close()

    def _command(self, command: str) -> None:
        name = self.station.identity.station
        try:
            self.station.obey(command)
        except ValueError as fault:
            log.warning("%s: %s", name, fault)
            return
        log.info("%s: %s; faults now: %s", name, command, ", ".join(self.station.faults) or "none")


class Fleet:
    """The stations of some plans, and the town that some of them stand in."""

    def __init__(
        self, plans: list[Plan], start_ms: int, state_dir: Path | None, wake: threading.Event
    ) -> None:
        self.members: list[Member] = []
        self._town: Town | None = None
        first = next((plan for plan in plans if plan.in_town), None)
        if first is not None:
            second = day_second(start_ms, first.pace)
            self._town = Town(first.identity.seed, second, state_dir=state_dir)
        for number, plan in enumerate(plans):
            # Real stations do not send at the same instant; this also spreads the load.
            late_ms = plan.pace.interval_ms * number // len(plans)
            station = self._station(plan, start_ms, late_ms)
            self.members.append(Member(plan, station, state_dir, wake))

    def live(self, now_ms: int) -> None:
        """Have every station send what is due."""
        for member in self.members:
            member.live(now_ms)

    @property
    def next_ms(self) -> int:
        """When the next message of any station is due."""
        return min(member.station.next_ms for member in self.members)

    def close(self) -> None:
        """End the stations, then the town."""
        for member in self.members:
            member.close()
        if self._town is not None:
            self._town.close()

    def _station(self, plan: Plan, start_ms: int, late_ms: int) -> Speaker:
        start_ms += late_ms
        if plan.in_town and self._town is not None:
            return TownStation(
                self._town, plan.identity, start_ms, plan.pace, late_ms=late_ms, script=plan.script
            )
        return SimulatedStation(plan.identity, start_ms, plan.pace, script=plan.script)


def run(plans: list[Plan], state_dir: Path | None, stop: SignalStop, wake: threading.Event) -> None:
    """Run the stations until ``stop`` is set; ``wake`` cuts the wait for the next message."""
    fleet = Fleet(plans, time.time_ns() // 1_000_000, state_dir, wake)
    try:
        for member in fleet.members:
            member.link.start()
        while not stop.is_set():
            fleet.live(time.time_ns() // 1_000_000)
            wake.wait(max(0.0, min(1.0, fleet.next_ms / 1000.0 - time.time())))
            wake.clear()
    finally:
        fleet.close()


@click.command()
@click.option(
    "--stations", help="Names by comma, each NAME or NAME:KIND (booster, direct); the town's too."
)
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--town", is_flag=True, help="Run the eight stations of the town.")
@pace_options
@broker_options
def fleet_command(
    stations: str | None,
    config: Path | None,
    town: bool,
    seed: int,
    interval: float,
    speed: float,
    utc_offset: float,
    state_dir: Path | None,
    **broker: Any,
) -> None:
    """Run simulated stations, several in one process, until stopped by a signal."""
    if config is not None and (stations is not None or town):
        raise click.UsageError("give either --config, or --stations and --town")
    pace = Pace(round(interval * 1000), speed, utc_offset)
    if config is not None:
        broker_plain = Broker(*(broker[key] for key in BROKER_KEYS))
        plans = read_config(config, Identity("", seed=seed), broker_plain, pace)
    else:
        names = [*(stations.split(",") if stations else ()), *(MAKES if town else ())]
        parsed = [parse_station(name, seed) for name in names]
        plans = [
            Plan(who, broker_for(who.station, **broker), pace, in_town=in_town)
            for who, in_town in parsed
        ]
    run_live(plans, state_dir)


def run_live(plans: list[Plan], state_dir: Path | None) -> None:
    """Run until SIGTERM or SIGINT."""
    if not plans:
        raise click.UsageError("there is no station to run: give --stations, --town or --config")
    for plan in plans:
        check_script(plan)
    names = [plan.identity.station for plan in plans]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise click.UsageError(f"{', '.join(sorted(twice))} would run twice")
    log_to_stderr()
    wake = threading.Event()
    try:
        run(plans, state_dir, stop_on_signal(), wake)
    except OutboxTaken as taken:
        raise click.ClickException(str(taken)) from taken


if __name__ == "__main__":
    fleet_command()
