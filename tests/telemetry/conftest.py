"""What the tests of telemetry share: stations and rules in a database, a patient Hypothesis."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kit.clock import ManualClock
from kit.db import Database
from kit.geo import Position
from stations.assets.bare_keys import with_bare_points
from stations.assets.station import Station, Zone
from stations.assets.station_store import save_station
from telemetry.alarms.desk import AlarmDesk
from telemetry.alarms.rule_store import save_rule
from telemetry.rule_file import load_rule_book
from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.influx import InfluxStore
from telemetry.stores.port import Store
from tests.influx_server import InfluxAddress
from tests.telemetry.shelved_rule import RULE, ZONE, Watch

# A busy machine is no failure: examples are bounded in number, not in time.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("patient")

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def a_station(
    station_id: str = "pump-01", metrics: Iterable[str] = ("pressure", "flow")
) -> Station:
    """Return a station that senses these metrics."""
    return with_bare_points(
        Station(
            id=station_id,
            name="一号泵站",
            name_en="Pump station 1",
            address="人民路1号",
            zone=Zone.CITY,
            position=Position(31.3, 120.6),
            road_km=2.0,
        ),
        *metrics,
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def add_station(database: Database) -> Callable[..., None]:
    """Give a function that enters a station."""

    def add(station_id: str = "pump-01", metrics: Iterable[str] = ("pressure", "flow")) -> None:
        with database.write() as session:
            save_station(session, a_station(station_id, metrics), START)

    return add


@pytest.fixture(params=["embedded", "influx"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give an empty store of each kind; the one that needs a server skips without it."""
    made: Store
    if request.param == "influx":
        at: InfluxAddress = request.getfixturevalue("influx")
        made = InfluxStore(at.url, at.token, at.org, at.bucket)
    else:
        made = EmbeddedStore(tmp_path / "readings.db")
    yield made
    made.close()


@pytest.fixture
def watch(database: Database, clock: ManualClock) -> Watch:
    """Give a rule that is entered, and the desk of its alarms."""
    with database.write() as session:
        save_rule(session, RULE, clock.now())
    return Watch(AlarmDesk(database, clock, load_rule_book(), ZONE), clock)
