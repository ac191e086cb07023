"""A recording of a real pump, through real servers, while the ingest is killed again and again.

The recording closes the valve at the pump's inlet for some minutes: the flow falls from about
1.95 to 1.74 m³/h. Every row is to be in the store, once, and the fault is to open one ticket.
"""

import contextlib
import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.operations.migrate import upgrade
from dispatch.repair.repair_tables import TicketRow
from kit.db import Database
from kit.geo import Position
from stations.assets.bare_keys import with_bare_points
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station
from telemetry.alarms.alarm_search import list_alarms
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.ingest.liveness import (
    StationStatus,
    ingest_statuses,
    listening_since,
    station_statuses,
)
from telemetry.readings import Series
from telemetry.stores.influx import InfluxStore
from tests.influx_server import InfluxAddress
from tests.real_parts import Server, die_with_parent, wait_until

STATION = "replay-1"
COLUMNS = {
    "pressure": ("Pressure", 0.1),
    "current": ("Current", 1.0),
    "voltage": ("Voltage", 1.0),
    "flow": ("Volume Flow RateRMS", 0.06),
    "temperature": ("Temperature", 1.0),
    "water_temperature": ("Thermocouple", 1.0),
    "vibration": ("Accelerometer1RMS", 1.0),
    "vibration_2": ("Accelerometer2RMS", 1.0),
}
KILL_AT = (0.15, 0.35, 0.55, 0.7, 0.85)
"""Shares of the rows at which the ingest is killed; the fault lies from 0.53 to 0.9."""

WITHIN_S = 180
"""How long the replay and the bridge may take on a busy machine."""


@dataclass
class Processes:
    """Starts processes of the program, on the servers of one test."""

    port: int
    environment: dict[str, str]
    log: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __call__(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.started.append(
                subprocess.Popen(
                    [sys.executable, *arguments],
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=die_with_parent,
                )
            )
        return self.started[-1]


def read_rows(path: Path) -> dict[str, list[float]]:
    """Return each metric's values of a recording, read here a second time on purpose."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        metric: [float(row[column]) * factor for row in rows]
        for metric, (column, factor) in COLUMNS.items()
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a migrated database: on SQLite, and again on PostgreSQL."""
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgresql")
        opened = Database(make(empty=True))
    else:
        opened = Database(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def start(
    tmp_path: Path,
    database: Database,
    start_mosquitto: Callable[..., Server],
    influx: InfluxAddress,
) -> Iterator[Processes]:
    """Give a function that starts a process of the program, on this test's own servers."""
    broker = start_mosquitto()
    settings = {
        "SANLAI_DATA_DIR": str(tmp_path / "data"),
        "SANLAI_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "SANLAI_STORE": "influx",
        "SANLAI_INFLUX_URL": influx.url,
        "SANLAI_INFLUX_TOKEN": influx.token,
        "SANLAI_INFLUX_ORG": influx.org,
        "SANLAI_INFLUX_BUCKET": influx.bucket,
        "SANLAI_MQTT_PORT": str(broker.port),
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANLAI_")} | settings
    processes = Processes(broker.port, environment, tmp_path / "processes.log")
    yield processes
    for process in processes.started:
        process.kill()
        process.wait()


def enter_station(database: Database) -> None:
    now = datetime.now(UTC)
    station = with_bare_points(
        Station(
            id=STATION,
            name="回放泵站",
            name_en="Replayed pump",
            address="人民路1号",
            zone=Zone.CITY,
            position=Position(31.3, 120.6),
            road_km=2.0,
        ),
        *COLUMNS,
    )
    rule = AlarmRule(
        id="flow-low",
        station_id=STATION,
        kind=AlarmKind.LOW,
        metric="flow",
        limit=1.83,
        deadband=0.04,
        on_delay_s=10,
        off_delay_s=30,
        needs_hands=True,
    )
    with database.write() as session:
        save_station(session, station, now)
        save_rule(session, rule, now)


def link_of(database: Database) -> StationStatus | None:
    with database.read() as session:
        return station_statuses(session).get(STATION)


def tickets(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(TicketRow)) or 0


def has_taken(database: Database, messages: float) -> bool:
    link = link_of(database)
    return link is not None and link.messages >= messages


def is_listening(database: Database) -> bool:
    with database.read() as session:
        return listening_since(session, datetime.now(UTC)) is not None


def is_up(database: Database, since: datetime) -> bool:
    with database.read() as session:
        return any(one.started_at >= since for one in ingest_statuses(session))


WORKER = ("-m", "api.cli", "worker", "--only")


def replay_with_kills(
    start: Processes, database: Database, recording: Path, rows: int
) -> subprocess.Popen[bytes]:
    """Replay a recording, kill the ingest again and again; return the ingest that is left."""
    ingest = start(*WORKER, "ingest")
    wait_until(lambda: is_listening(database), "the ingest listening")
    replay = start(
        "-m", "simulators.replay", str(recording), "--station", STATION, "--speed", "100",
        "--resend-after", "3", "--mqtt-port", str(start.port),
    )  # fmt: skip
    kills = 0
    for share in KILL_AT:
        wait_until(
            partial(has_taken, database, share * rows), f"{share:.0%} of the rows taken", WITHIN_S
        )
        ingest.send_signal(signal.SIGKILL)
        ingest.wait()
        kills += replay.poll() is None
        began = datetime.now(UTC)
        ingest = start(*WORKER, "ingest")
    assert kills == len(KILL_AT), "the replay was over before the last kill"
    assert replay.wait(WITHIN_S) == 0, start.log.read_text()[-3000:]
    # The replay may need nothing of it any more; before it is up, a signal just ends it.
    wait_until(partial(is_up, database, began), "the last ingest up", WITHIN_S)
    return ingest


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    assert process.wait(WITHIN_S) == 0


def test_no_row_is_lost_or_doubled_and_the_fault_opens_one_ticket(
    database: Database, start: Processes, influx: InfluxAddress, recordings: Path
) -> None:
    recording = recordings / "valve1" / "7.csv"
    expected = read_rows(recording)
    rows = len(expected["flow"])
    enter_station(database)
    scheduler = start(*WORKER, "scheduler")
    ingest = replay_with_kills(start, database, recording, rows)
    wait_until(lambda: tickets(database) == 1, "the ticket", WITHIN_S)
    end(ingest)
    with database.read() as session:
        (alarm,) = list_alarms(session).rows
    assert alarm.returned_at is not None, "the valve was opened again within the recording"
    assert alarm.ticket_ref
    end(scheduler)
    assert tickets(database) == 1
    link = link_of(database)
    assert link is not None
    assert (link.messages, link.missing, link.quarantined) == (rows, 0, 0)
    store = InfluxStore(influx.url, influx.token, influx.org, influx.bucket)
    with contextlib.closing(store):
        for metric, values in expected.items():
            assert_stored_once(store, metric, values)


def assert_stored_once(store: InfluxStore, metric: str, values: list[float]) -> None:
    now = datetime.now(UTC)
    start, until = now - timedelta(hours=2), now + timedelta(minutes=5)
    buckets = store.range(Series(STATION, metric), start, until, timedelta(seconds=1))
    assert sum(bucket.samples for bucket in buckets) == len(values), metric
    total = sum(bucket.mean * bucket.samples for bucket in buckets)
    assert total == pytest.approx(sum(values), rel=1e-6), metric
