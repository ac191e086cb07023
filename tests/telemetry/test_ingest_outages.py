"""Broker, store, spool, database and the ingest itself die: nothing is lost or doubled."""

import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from kit.db import Database
from telemetry.alarms.alarm_search import open_alarms
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.ingest.liveness import station_statuses
from telemetry.ingest.pipeline import IngestSettings
from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.influx import InfluxStore
from tests.influx_server import InfluxServer
from tests.real_parts import Server, wait_until
from tests.telemetry.ingest_checks import at, enter, samples, told
from tests.telemetry.peer import ingesting, peer


@pytest.fixture
def station(database: Database) -> str:
    """Id of a station of this test's own, entered, with pressure and flow."""
    made = f"pump-{secrets.token_hex(4)}"
    enter(database, made)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(tmp_path / "points.db")
    yield opened
    opened.close()


def test_the_ingest_survives_a_restart_of_the_broker(
    database: Database, store: EmbeddedStore, tmp_path: Path, start_mosquitto: Callable[..., Server]
) -> None:
    broker = start_mosquitto()
    enter(database, "pump-01")
    with ingesting(database, store, tmp_path, at(broker.port)):
        with peer(broker.port, "pump-01") as sender:
            sender.reading(1)
            sender.await_receipts(1)
        broker.stop()
        wait_until(lambda: not told(database).broker_connected, "the loss noticed")
        assert told(database).trouble
        broker.start()
        with peer(broker.port, "pump-01") as sender:
            wait_until(lambda: told(database).broker_connected, "connected again")
            sender.reading(2)
            sender.await_receipts(2)
    assert samples(store, "pump-01") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_spool_holds_what_comes_while_the_store_is_away(
    database: Database,
    tmp_path: Path,
    mosquitto: int,
    station: str,
    start_influx: Callable[[], InfluxServer],
) -> None:
    influx = start_influx()
    where = influx.new_bucket()
    store = InfluxStore(where.url, where.token, where.org, where.bucket)
    with ingesting(database, store, tmp_path, at(mosquitto)), peer(mosquitto, station) as sender:
        sender.reading(1)
        sender.await_receipts(1)
        influx.server.kill()
        for seq in range(2, 40):
            sender.reading(seq)
        sender.await_receipts(*range(2, 40))
        wait_until(
            lambda: told(database).spool_readings == 38,
            "38 readings in the spool",
        )
        assert not told(database).store_reachable
        influx.server.start()
        wait_until(lambda: told(database).spool_readings == 0, "the spool empty")
        assert told(database).store_reachable
        sender.reading(40)
        sender.await_receipts(40)
    assert samples(store, station) == 40
    store.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_spool_holds_back_receipts_until_there_is_room(
    database: Database,
    tmp_path: Path,
    mosquitto: int,
    station: str,
    start_influx: Callable[[], InfluxServer],
) -> None:
    influx = start_influx()
    where = influx.new_bucket()
    store = InfluxStore(where.url, where.token, where.org, where.bucket)
    influx.server.kill()
    with (
        ingesting(
            database, store, tmp_path, at(mosquitto), IngestSettings(batch_max=10), spool_bytes=2000
        ),
        peer(mosquitto, station) as sender,
    ):
        for seq in range(1, 301):
            sender.reading(seq)
        wait_until(lambda: told(database).spool_full, "the spool full")
        assert "spool" in told(database).trouble
        assert len(sender.receipted) < 300
        influx.server.start()
        sender.await_receipts(*range(1, 301))
        wait_until(lambda: told(database).spool_readings == 0, "the spool empty")
        wait_until(lambda: not told(database).spool_full, "the spool no longer full")
    assert samples(store, station) == 300
    store.close()


def test_nothing_is_receipted_while_the_database_is_away(
    new_postgresql: Callable[..., str], store: EmbeddedStore, tmp_path: Path, mosquitto: int
) -> None:
    url = make_url(new_postgresql())
    database = Database(url.render_as_string(hide_password=False))
    station = f"pump-{secrets.token_hex(4)}"
    enter(database, station)
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def allow(yes: bool) -> None:
        with admin.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {yes}"))
            if not yes:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"
                    ),
                    {"n": url.database},
                )

    with (
        ingesting(database, store, tmp_path, at(mosquitto)) as ingest,
        peer(mosquitto, station) as sender,
    ):
        sender.reading(1)
        sender.await_receipts(1)
        allow(False)
        for seq in range(2, 30):
            sender.reading(seq)
        wait_until(lambda: "database" in ingest.trouble, "the trouble noticed")
        assert set(sender.receipted) == {("b", 1)}
        allow(True)
        sender.await_receipts(*range(2, 30))
    assert samples(store, station) == 29
    admin.dispose()
    database.close()


DIES_AFTER_THE_STORE = """
import os, signal, sys
from pathlib import Path
from kit.clock import SystemClock
from kit.db import Database
from kit.stop import Stop
from stations.assets.quantities import load_quantities
from telemetry.ingest.mqtt import MqttLink, MqttSettings
from telemetry.ingest.pipeline import Ingest
from telemetry.ingest.spool import Spool
from telemetry.stores.embedded import EmbeddedStore

class Killed(EmbeddedStore):
    def write(self, readings):
        super().write(readings)
        os.kill(os.getpid(), signal.SIGKILL)

url, folder, port, name = sys.argv[1:]
Ingest(
    db=Database(url), store=Killed(Path(folder) / "points.db"),
    spool=Spool(Path(folder) / "spool", 1_000_000),
    broker=MqttLink(MqttSettings(port=int(port), client_id=name)),
    clock=SystemClock(), quantities=load_quantities(),
).run(Stop())
"""


def test_killed_between_the_store_and_the_records_it_takes_the_same_again(
    database: Database, store: EmbeddedStore, tmp_path: Path, mosquitto: int, station: str
) -> None:
    settings = at(mosquitto)
    rule = AlarmRule(f"{station}-high", station, AlarmKind.HIGH, "pressure", limit=0.6)
    with database.write() as session:
        save_rule(session, rule, datetime.now(UTC))
    url = database.engine.url.render_as_string(hide_password=False)
    with peer(mosquitto, station) as sender:
        with ingesting(database, store, tmp_path, settings):
            sender.reading(1)  # the broker knows the client, and keeps what comes for it
            sender.await_receipts(1)
        for seq in range(2, 12):
            sender.reading(seq, pressure=0.9)
        words = [DIES_AFTER_THE_STORE, url, str(tmp_path), str(mosquitto), settings.client_id]
        died = subprocess.run([sys.executable, "-c", *words], check=False, timeout=120)
        assert died.returncode == -signal.SIGKILL
        assert samples(store, station) > 1
        assert set(sender.receipted) == {("b", 1)}
        with ingesting(database, store, tmp_path, settings):
            sender.await_receipts(*range(2, 12))
    assert samples(store, station) == 11
    with database.read() as session:
        link = station_statuses(session)[station]
        (alarm,) = open_alarms(session, station)
    assert (link.messages, link.duplicates, link.missing) == (11, 0, 0)
    assert alarm.occurrences == 1


def test_a_second_ingest_with_the_same_client_id_loses_and_doubles_nothing(
    database: Database, store: EmbeddedStore, tmp_path: Path, mosquitto: int, station: str
) -> None:
    """Two workers started by mistake throw one another off the broker, again and again.

    A receipt may be lost that way, so the station sends again what has none, as it must.
    """
    settings = at(mosquitto)
    other = EmbeddedStore(tmp_path / "points.db")
    with (
        peer(mosquitto, station) as sender,
        ingesting(database, store, tmp_path / "one", settings) as first,
        ingesting(database, other, tmp_path / "two", settings) as second,
    ):
        sent = {seq: sender.reading(seq) for seq in range(1, 101)}

        def all_receipted() -> bool:
            missing = [seq for seq in sent if ("b", seq) not in sender.receipted]
            time.sleep(1.0 if missing else 0.0)
            for seq in missing:
                sender.send(sent[seq])
            return not missing

        wait_until(all_receipted, "receipts of all")
        wait_until(lambda: first.trouble or second.trouble, "one of them to say what is wrong")
    other.close()
    assert samples(store, station) == 100
    with database.read() as session:
        assert station_statuses(session)[station].missing == 0
