"""What the tests of the ingest ask and set up, over and over."""

import secrets
from datetime import UTC, datetime, timedelta

from kit.db import Database
from stations.assets.station_store import save_station
from telemetry.ingest.liveness import IngestStatus, ingest_statuses
from telemetry.ingest.mqtt import MqttSettings
from telemetry.readings import Series
from telemetry.stores.port import Store
from tests.real_parts import wait_until
from tests.telemetry.conftest import a_station


def enter(database: Database, station_id: str) -> None:
    """Enter a station with pressure and flow."""
    with database.write() as session:
        save_station(session, a_station(station_id), datetime.now(UTC))


def at(port: int, protocol: str = "5") -> MqttSettings:
    """Return the settings of an ingest of this test's own at a broker."""
    return MqttSettings(port=port, protocol=protocol, client_id=f"ingest-{secrets.token_hex(4)}")


def samples(store: Store, station: str, metric: str = "pressure") -> int:
    """Count the points of the last hour."""
    now = datetime.now(UTC)
    window = (now - timedelta(hours=1), now + timedelta(hours=1))
    buckets = store.range(Series(station, metric), *window, timedelta(minutes=1))
    return sum(bucket.samples for bucket in buckets)


def status(database: Database) -> IngestStatus | None:
    """Return how the ingest last heard does, if there was one."""
    with database.read() as session:
        return next(iter(ingest_statuses(session)), None)


def told(database: Database) -> IngestStatus:
    """Return how the ingest does, which has said so at least once."""
    wait_until(lambda: status(database) is not None, "the first heartbeat")
    found = status(database)
    assert found is not None
    return found
