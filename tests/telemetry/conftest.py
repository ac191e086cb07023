"""The two stores, each empty and ready; the one that needs a server skips without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.influx import InfluxStore
from telemetry.stores.port import Store
from tests.real_parts import InfluxAddress


@pytest.fixture(params=["embedded", "influx"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give an empty store of each kind."""
    made: Store
    if request.param == "influx":
        at: InfluxAddress = request.getfixturevalue("influx")
        made = InfluxStore(at.url, at.token, at.org, at.bucket)
    else:
        made = EmbeddedStore(tmp_path / "readings.db")
    yield made
    made.close()
