"""What the tests of telemetry share: stations and rules in a database, a patient Hypothesis."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from kit.clock import ManualClock
from kit.geo import Position
from stations.model import Sensor, Station, Zone
from stations.store import save_station

# A busy machine is no failure: examples are bounded in number, not in time.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("patient")

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def a_station(station_id="pump-01", metrics=("pressure", "flow")):
    """Return a station that senses these metrics."""
    return Station(
        id=station_id,
        name="一号泵站",
        name_en="Pump station 1",
        address="人民路1号",
        zone=Zone.CITY,
        position=Position(31.3, 120.6),
        road_km=2.0,
        sensors=tuple(Sensor(metric) for metric in metrics),
    )


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture
def add_station(database):
    """Give a function that enters a station."""

    def add(station_id="pump-01", metrics=("pressure", "flow")):
        with database.write() as session:
            save_station(session, a_station(station_id, metrics), START)

    return add
