"""Simulated stations live on MQTT: several in one process, one thread for all of their plants."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from simulators.hydraulics import Kind
from simulators.mqtt_link import Broker, Link
from simulators.options import (
    BROKER_KEYS,
    Command,
    Stop,
    broker_for,
    broker_options,
    log_to_stderr,
    stop_on_signal,
)
from simulators.outbox import DiskOutbox, MemoryOutbox, Outbox
from simulators.station import Fault, Identity, Pace, SimulatedStation

log = logging.getLogger(__name__)

LATE_MS = 60_000
"""Ticks older than this are passed over: the machine slept, nothing was measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One station to run."""

    identity: Identity
    broker: Broker
    pace: Pace = Pace()  # noqa: RUF009  frozen
    script: tuple[tuple[float, Fault], ...] = field(default=())


class Member:
    """A station and its link."""

    def __init__(
        self, plan: Plan, start_ms: int, state_dir: Path | None, wake: threading.Event
    ) -> None:
        name = plan.identity.station
        self.station = SimulatedStation(plan.identity, start_ms, plan.pace, script=plan.script)
        outbox: Outbox = (
            MemoryOutbox() if state_dir is None else DiskOutbox(state_dir / f"outbox-{name}.sqlite")
        )
        self.link = Link(name, plan.broker, outbox, wake=wake.set, on_fault=self._command)

    def live(self, now_ms: int) -> None:
        """Make the messages that are due by now, and send what can be sent."""
        if now_ms - self.station.next_ms > LATE_MS:
            self.station.skip_to(now_ms)
        now = time.monotonic()
        while self.station.next_ms <= now_ms:
            message = self.station.tick()
            if message is not None:
                self.link.offer(message, now)
        self.link.pump(now)

    def close(self) -> None:
        """End the link, then the plant."""
        self.link.stop()
        self.station.close()

    def _command(self, name: str) -> None:
        try:
            fault = Fault(name)
        except ValueError:
            log.warning("%s: there is no fault %r", self.station.identity.station, name)
            return
        log.info("%s: %s", self.station.identity.station, fault)
        self.station.fault(fault)


def run(plans: list[Plan], state_dir: Path | None, stop: Stop, wake: threading.Event) -> None:
    """Run the stations until ``stop`` is set; ``wake`` cuts the wait for the next message."""
    start_ms = time.time_ns() // 1_000_000
    members: list[Member] = []
    try:
        for number, plan in enumerate(plans):
            # Stations do not send in step; one after the other also spreads the load.
            offset = plan.pace.interval_ms * number // len(plans)
            members.append(Member(plan, start_ms + offset, state_dir, wake))
        for member in members:
            member.link.start()
        while not stop.is_set():
            now_ms = time.time_ns() // 1_000_000
            for member in members:
                member.live(now_ms)
            due_ms = min(member.station.next_ms for member in members)
            wake.wait(max(0.0, min(1.0, due_ms / 1000.0 - time.time())))
            wake.clear()
    finally:
        for member in members:
            member.close()


def parse_fault_at(text: str) -> tuple[float, Fault]:
    """Return seconds and fault of ``30:burst``; raise ``click.BadParameter``."""
    after, _, name = text.partition(":")
    try:
        return float(after), Fault(name)
    except ValueError as fault:
        raise click.BadParameter(
            f"{text!r}: write SECONDS:FAULT, where FAULT is one of {', '.join(Fault)}"
        ) from fault


def parse_station(text: str, seed: int) -> Identity:
    """Return the station of ``pump-01`` or ``pump-01:direct``; raise ``click.BadParameter``."""
    name, _, kind = text.strip().partition(":")
    try:
        return Identity(name, Kind(kind or Kind.BOOSTER), seed)
    except ValueError as fault:
        raise click.BadParameter(f"{text!r}: the kind is one of {', '.join(Kind)}") from fault


def read_config(path: Path, default: Identity, broker: Broker, pace: Pace) -> list[Plan]:
    """Return the stations of a JSON file; raise ``click.BadParameter`` for what is wrong in it.

    The file is a list of objects: ``station``, and where they differ from the options ``kind``,
    ``seed``, ``interval`` (seconds), ``username``, ``password``, ``faults`` (``["30:burst"]``).
    """
    plans = []
    try:
        for entry in json.loads(path.read_text(encoding="utf-8")):
            username = entry.get("username", broker.username)
            password = entry.get("password", broker.password)
            if username is None and password is not None:
                username = entry["station"]
            plans.append(
                Plan(
                    Identity(
                        str(entry["station"]),
                        Kind(entry.get("kind", default.kind)),
                        int(entry.get("seed", default.seed)),
                    ),
                    replace(broker, username=username, password=password),
                    replace(
                        pace,
                        interval_ms=round(
                            float(entry.get("interval", pace.interval_ms / 1000.0)) * 1000
                        ),
                    ),
                    tuple(parse_fault_at(step) for step in entry.get("faults", ())),
                )
            )
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise click.BadParameter(f"{path}: entry {len(plans) + 1}: {fault!r}") from fault
    return plans


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
                help="Seconds of the plant's life in a second; messages keep the clock's time.",
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


@click.command()
@click.option("--stations", help="Names by comma, each NAME or NAME:KIND (booster, direct).")
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pace_options
@broker_options
def fleet_command(
    stations: str | None,
    config: Path | None,
    seed: int,
    interval: float,
    speed: float,
    utc_offset: float,
    state_dir: Path | None,
    **broker: Any,
) -> None:
    """Run simulated stations, several in one process, until stopped by a signal."""
    if (stations is None) == (config is None):
        raise click.UsageError("give either --stations or --config")
    pace = Pace(round(interval * 1000), speed, utc_offset)
    if config is not None:
        broker_plain = Broker(*(broker[key] for key in BROKER_KEYS))
        plans = read_config(config, Identity("", seed=seed), broker_plain, pace)
    else:
        identities = [parse_station(name, seed) for name in str(stations).split(",")]
        plans = [Plan(who, broker_for(who.station, **broker), pace) for who in identities]
    run_live(plans, state_dir)


def run_live(plans: list[Plan], state_dir: Path | None) -> None:
    """Run until SIGTERM or SIGINT."""
    if not plans:
        raise click.UsageError("there is no station to run")
    log_to_stderr()
    wake = threading.Event()
    run(plans, state_dir, stop_on_signal(), wake)


if __name__ == "__main__":
    fleet_command()
