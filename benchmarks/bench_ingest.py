"""How fast, and at what cost, a queue of messages becomes points: this ingest and Telegraf.

Mosquitto holds one queue (QoS 1, persistent session) for each consumer, filled before any of them
drains it. Each is then started alone: this program's ingest into the embedded store and into
InfluxDB, and Telegraf into the same InfluxDB. CPU and memory are those of the consumer's process;
what its start alone costs is measured first, on an empty queue, and shown too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks.consumers import (
    METRICS,
    SANLAI,
    TELEGRAF,
    Consumer,
    EmbeddedTarget,
    InfluxTarget,
)
from benchmarks.figures import Figures, report
from benchmarks.queued_messages import DEADLINE_S, Message, messages, publish
from kit.clock import SystemClock
from kit.db import Database
from kit.geo import Position
from stations.assets.bare_keys import bare_points
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station
from telemetry.alarms.alarm_tables import AlarmRuleRow
from telemetry.stores.embedded import EmbeddedStore
from tests.influx_server import InfluxServer, influx_server
from tests.real_parts import FINDERS, Server, find_by_setting, mosquitto_server


def enter_stations(db: Database, names: list[str]) -> None:
    """Enter the stations, each with two limits to evaluate, as a company would."""
    now = SystemClock().now()
    points = bare_points(*METRICS)
    with db.write() as session:
        for name in names:
            where = Position(31.3, 120.6)
            save_station(
                session, Station(name, name, name, name, Zone.CITY, where, 1.0, *points), now
            )
            for kind, setpoint in (("high", 0.6), ("low", 0.1)):
                session.add(
                    AlarmRuleRow(
                        id=f"{name}:{kind}", station_id=name, metric="pressure", kind=kind,
                        setpoint=setpoint, deadband=0.01, on_delay_s=5.0, off_delay_s=5.0,
                        severity="warning", needs_hands=False, latch=False, changed_at=now,
                    )
                )  # fmt: skip


def sanlai(
    name: str, folder: Path, port: int, names: list[str], influx: InfluxServer | None
) -> Consumer:
    """Return this program's ingest as a deployment would start it, on records of its own."""
    folder.mkdir()
    environment = {
        "SANLAI_DATA_DIR": str(folder),
        "SANLAI_MQTT_PORT": str(port),
        "SANLAI_MQTT_CLIENT_ID": name,
        # Every message must be evaluated, however long the queue took to fill.
        "SANLAI_ALARM_LATE_AFTER_S": "86400",
        "SANLAI_LOG_LEVEL": "warning",
        "SANLAI_STORE": "embedded",
    }
    target: EmbeddedTarget | InfluxTarget
    if influx is None:
        target = EmbeddedTarget(EmbeddedStore(_points(folder), read_only=True), names)
    else:
        at = influx.new_bucket()
        target = InfluxTarget(at, by_topic=False)
        environment |= {
            "SANLAI_STORE": "influx",
            "SANLAI_INFLUX_URL": at.url,
            "SANLAI_INFLUX_TOKEN": at.token,
            "SANLAI_INFLUX_ORG": at.org,
            "SANLAI_INFLUX_BUCKET": at.bucket,
        }
    subprocess.run([*SANLAI, "migrate"], env={**os.environ, **environment}, check=True)  # noqa: S603 - our own command
    db = Database(_records(folder))
    enter_stations(db, names)
    db.close()
    return Consumer(
        name, [*SANLAI, "worker", "--only", "ingest"], target, folder / "log", environment
    )


def _points(folder: Path) -> Path:
    from api.parts.settings import load_settings

    return load_settings(data_dir=folder).points_path


def _records(folder: Path) -> str:
    from api.parts.settings import load_settings

    return load_settings(data_dir=folder).effective_database_url


def telegraf(folder: Path, port: int, influx: InfluxServer, program: str) -> Consumer:
    """Return Telegraf, set up to deliver at least once."""
    folder.mkdir()
    at = influx.new_bucket()
    config = folder / "telegraf.conf"
    config.write_text(
        TELEGRAF.format(
            port=port, url=at.url, token=at.token, org=at.org, bucket=at.bucket,
            log=folder / "telegraf.log",
        )
    )  # fmt: skip
    command = [program, "--config", str(config)]
    return Consumer(
        "bench-telegraf", command, InfluxTarget(at, by_topic=True), folder / "telegraf.log"
    )


def warm_up(consumer: Consumer, port: int, message: Message) -> float:
    """Start it once, so that the broker knows its session; return what that start cost in CPU."""
    consumer.start()
    try:
        _await_point(consumer, message, lambda: publish(port, iter([message])))
        return consumer.cpu_s()
    finally:
        consumer.stop()


def drain(consumer: Consumer, last: Message, expected: int, start_cpu_s: float) -> Figures:
    """Start it on its full queue, and measure until the last message is stored."""
    began = time.monotonic()
    consumer.start()
    try:
        _await_point(consumer, last)
        seconds, cpu_s, peak_mb = time.monotonic() - began, consumer.cpu_s(), consumer.peak_mb()
        # A consumer may write out of order, so the count may be whole a little later.
        end = time.monotonic() + 10
        while (whole := consumer.target.fields() == expected) is False and time.monotonic() < end:
            time.sleep(0.2)
    finally:
        consumer.stop()
    return Figures(consumer.name, seconds, cpu_s, start_cpu_s, peak_mb, whole)


def _await_point(consumer: Consumer, message: Message, again: object = None) -> None:
    end = time.monotonic() + DEADLINE_S
    while not consumer.target.has(message.station, message.time_ms * 1000):
        consumer.check()
        if time.monotonic() > end:
            raise RuntimeError(
                f"{consumer.name}: not done within {DEADLINE_S} s; see {consumer.log}"
            )
        if callable(again):
            again()
        time.sleep(0.1)


@click.command()
@click.option(
    "--messages", "count", default=200_000, show_default=True, help="Length of the queue."
)
@click.option("--stations", "spread", default=100, show_default=True, help="Stations that sent it.")
@click.option("--keep", is_flag=True, help="Keep the folder with databases and logs.")
def main(count: int, spread: int, keep: bool) -> None:
    """Measure the ingest against Telegraf, on servers started for this run."""
    for part in ("mosquitto", "influxdb", "telegraf"):
        find, remedy = FINDERS[part]
        if not find():
            click.echo(f"{part} is not on this machine, its figures are left out: {remedy}")
    if not FINDERS["mosquitto"][0]():
        raise click.ClickException("without Mosquitto there is nothing to measure")
    names = [f"bench-{n:03}" for n in range(spread)]
    folder = Path(tempfile.mkdtemp(prefix="sanlai-bench-"))
    with ExitStack() as stack:
        if not keep:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        broker: Server = mosquitto_server(folder / "mosquitto")
        broker.start()
        stack.callback(broker.stop)
        figures = measure(count, names, folder, broker.port, stack)
    report(figures, count)
    if keep:
        click.echo(f"kept: {folder}")
    if not all(f.whole for f in figures):
        raise click.ClickException("a store does not hold what was sent")


def measure(
    count: int, names: list[str], folder: Path, port: int, stack: ExitStack
) -> list[Figures]:
    """Set the consumers up, fill the queues, and drain one after another."""
    consumers = [sanlai("sanlai-embedded", folder / "embedded", port, names, None)]
    if FINDERS["influxdb"][0]():
        influx = influx_server(folder / "influxdb")
        stack.callback(influx.server.stop)
        consumers.append(sanlai("sanlai-influx", folder / "influx", port, names, influx))
        program = find_by_setting("SANLAI_TEST_TELEGRAF", "telegraf")
        if program:
            consumers.append(telegraf(folder / "telegraf", port, influx, program))
    start_ms = int(datetime.now(UTC).timestamp()) * 1000 - (count // len(names) + 60) * 1000
    first = next(messages(1, names, start_ms - 5000, boot="warm"))
    starts = [warm_up(consumer, port, first) for consumer in consumers]
    click.echo(f"filling a queue of {count:,} messages for each of {len(consumers)} consumers ...")
    publish(port, messages(count, names, start_ms))
    *_, last = messages(count, names, start_ms)
    figures = []
    for consumer, start_cpu_s in zip(consumers, starts, strict=True):
        click.echo(f"draining: {consumer.name} ...")
        expected = (count + 1) * len(METRICS)  # the message of the warm-up is stored too
        figures.append(drain(consumer, last, expected, start_cpu_s))
    return figures


if __name__ == "__main__":
    main()
