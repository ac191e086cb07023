"""The program as it is run: web and scheduler as processes of their own, on SQLite."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from api.compose.bootstrap import built
from api.parts.parts import Parts
from api.parts.settings import Settings
from dispatch.repair.reception import log_matter
from dispatch.repair.ticket import Ticket
from kit.actors import Post
from kit.instants import to_micros
from stations.assets.area_store import save_area
from stations.assets.bare_keys import bare_points
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station
from telemetry.alarms.alarm_tables import AlarmRow
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from telemetry.ingest.ingest_tables import IngestStatusRow, StationStatusRow
from telemetry.readings import Reading
from tests.company.ground import AREA
from tests.company.people import hire, holder_of
from tests.real_parts import DEADLINE_S, die_with_parent, free_port, wait_until

STATIONS = (
    ("pump-01", "东关泵站"),
    ("pump-02", "城北泵站"),
    ("pump-03", "新区加压站"),
    ("pump-04", "湖西加压站"),
)
METRICS = {"pressure": 0.312, "flow": 86.0, "current": 24.5, "voltage": 381.0, "level": 2.4}


@dataclass
class Site:
    """A running company: its address, and its records for a test to set the scene."""

    url: str
    parts: Parts

    def raise_alarm(self, alarm_id: str) -> None:
        """Put a reading and its alarm on record, as the ingest does when a limit is crossed."""
        time_us = to_micros(datetime.now(UTC))
        self.parts.store.write([Reading("pump-01", "b", 999, time_us, {"pressure": 0.151})])
        with self.parts.db.write() as session:
            session.add(AlarmRow(
                id=alarm_id, station_id="pump-01", rule_id="pump-01-low", metric="pressure",
                kind="low", severity="critical", needs_hands=True, value=0.151, limit=0.2,
                unit="MPa", occurrences=1, raised_at=datetime.now(UTC),
            ))  # fmt: skip

    def read_now(self) -> None:
        """Put a reading of this instant on record for every station, low at the first."""
        now = datetime.now(UTC)
        self.parts.store.write([
            Reading(
                ident, "b", 998, to_micros(now),
                {metric: value * (1 - n / 90) for metric, value in METRICS.items()}
                | ({} if n else {"pressure": 0.151}),
            )
            for n, (ident, _) in enumerate(STATIONS)
        ])  # fmt: skip
        with self.parts.db.write() as session:
            session.merge(IngestStatusRow(
                name="ingest", started_at=now, heartbeat_at=now, listening_since=now,
                broker_connected=True, store_reachable=True, spool_batches=0, spool_readings=0,
                spool_bytes=0, spool_full=False, waiting=0, messages=1440, readings=1440,
                points=7200, duplicates=3, quarantined=0, trouble="",
            ))  # fmt: skip

    def promise_soon(self, seconds: float) -> Ticket:
        """Log a call whose arrival is due in so many seconds."""
        received = datetime.now(UTC) - timedelta(minutes=1) + timedelta(seconds=seconds)
        typed = {
            "channel": "call", "received_at": received.isoformat(), "name": "刘芳",
            "phone": "13900005678", "address": "人民路 8 号", "job_type": "leak",
            "content": "水表井漏水", "distance_km": "0.1", "zone": "city",
        }  # fmt: skip
        caller = holder_of(Post.RECEPTIONIST).actor
        return log_matter(self.parts.desk, typed, caller, secrets.token_hex(8))


@contextmanager
def running_site(folder: Path, *, mqtt_port: int | None = None) -> Iterator[Site]:
    """Run the program on a folder and a free port while the block runs.

    With the port of a broker the worker takes in readings as well; without, it minds the timers.
    """
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANLAI_")} | {
        "SANLAI_DATA_DIR": str(folder),
        "SANLAI_HTTP_PORT": str(port),
        "SANLAI_MQTT_PORT": str(mqtt_port or 1883),
    }
    worker = ("worker",) if mqtt_port else ("worker", "--only", "scheduler")
    log = folder.with_name(folder.name + ".log")

    def sanlai(*arguments: str) -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "api.cli", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=die_with_parent,
            )

    assert sanlai("migrate").wait(DEADLINE_S) == 0, log.read_text()
    with ExitStack() as stack:
        parts = stack.enter_context(built(Settings(data_dir=folder), writes_points=True))
        _settle(parts)
        for arguments in (("web",), worker):
            stack.callback(_end, sanlai(*arguments))
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(url), f"the web at {url} ({log})")
        yield Site(url, parts)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(DEADLINE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/login", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _settle(parts: Parts) -> None:
    now = datetime.now(UTC)
    with parts.db.write() as session:
        hire(session, now)
        save_area(session, AREA)
        points = bare_points(*METRICS)
        for ident, name in STATIONS:
            station = Station(
                ident, name, "", "东关街 12 号", Zone.CITY, AREA.position, 3.2, *points
            )
            save_station(session, station, now)
            rule = AlarmRule(
                f"{ident}-low", ident, AlarmKind.LOW, "pressure", limit=0.2,
                severity=Severity.CRITICAL, needs_hands=True,
            )  # fmt: skip
            save_rule(session, rule, now)
            session.add(StationStatusRow(
                station_id=ident, online=True, online_at=now, last_seen_at=now,
                last_reading_at=now, boot="b", last_seq=360, messages=360, duplicates=0,
                missing=0, late=0, quarantined=0,
            ))  # fmt: skip
    start = to_micros(now - timedelta(hours=1))
    parts.store.write([
        Reading(
            ident, "b", n, start + n * 10_000_000,
            {metric: value * (1 + n % 7 / 200) for metric, value in METRICS.items()},
        )
        for ident, _ in STATIONS for n in range(1, 360)
    ])  # fmt: skip
