"""Fixtures that every test may ask for; each real part is a server of the test run's own.

A test that needs a part which is not on this machine is skipped with the reason named.
``SANLAI_TEST_REQUIRE=mosquitto,postgresql,...`` (or ``--require``) makes that a failure.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from api.operations.schema import METADATA
from kit.db import Database
from tests.influx_server import InfluxAddress, InfluxServer, influx_server
from tests.postgres_server import postgres_server
from tests.real_parts import (
    FINDERS,
    Server,
    find_by_setting,
    find_command,
    mosquitto_server,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        default=os.environ.get("SANLAI_TEST_REQUIRE", ""),
        help="real parts that must be there, with commas: a skip for one of them is a failure",
    )


def pytest_report_header(config: pytest.Config) -> str:
    found = [name for name, (find, _) in FINDERS.items() if find()]
    missing = [name for name in FINDERS if name not in found]
    return (
        f"real parts found: {', '.join(found) or 'none'}; missing: {', '.join(missing) or 'none'}"
    )


def pytest_configure(config: pytest.Config) -> None:
    unknown = _required(config) - FINDERS.keys()
    if unknown:
        raise pytest.UsageError(f"--require: no such part: {', '.join(sorted(unknown))}")


TOGETHER = {
    "tests/integration/test_demo.py": "machine",
    "tests/integration/test_demo_town.py": "machine",
    "tests/integration/test_deployment.py": "machine",
    "tests/integration/test_replay_kill.py": "machine",
    "tests/browser/": "browser",
    "tests/deployment/test_broker_rights.py": "broker-rights",
    "tests/deployment/test_credentials.py": "credentials",
    "tests/test_wheel.py": "wheel",
}
"""Tests that one worker runs one after the other, while other workers run the rest.

``machine``: each starts a whole program of many processes, so two at once would be slow for both.
The others share what is made once for all of them.
"""


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist publishes no types
    """Hands tests to the workers one by one, and those of a group to one worker.

    xdist's own groups are written into names that pytest no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        groups = (group for path, group in TOGETHER.items() if nodeid.startswith(path))
        return next(groups, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for part in mark.args:
            need(item.config, part)


def _required(config: pytest.Config) -> set[str]:
    return {name.strip() for name in config.getoption("--require").split(",") if name.strip()}


def need(config: pytest.Config, part: str) -> None:
    """Skip the test when a real part is missing, or fail it when this run requires the part."""
    find, remedy = FINDERS[part]
    if find():
        return
    if part in _required(config):
        pytest.fail(f"{part} is required in this run and is not there: {remedy}", pytrace=False)
    pytest.skip(f"{part} is not on this machine: {remedy}")


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Iterator[URL]:
    """URL of the test run's own PostgreSQL, with a template that has every table."""
    need(request.config, "postgresql")
    with postgres_server() as given:
        url = make_url(given)
        _administer(url, "CREATE DATABASE template_sanlai")
        engine = create_engine(url.set(database="template_sanlai"))
        METADATA.create_all(engine)
        engine.dispose()
        yield url


def _administer(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def new_postgresql(postgresql: URL) -> Iterator[Callable[..., str]]:
    """Give a function that makes a database on the PostgreSQL server and returns its URL.

    ``new_postgresql(empty=True)`` makes one without tables.
    """
    made: list[str] = []

    def make(*, empty: bool = False) -> str:
        made.append(f"test_{secrets.token_hex(6)}")
        template = "template1" if empty else "template_sanlai"
        _administer(postgresql, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return postgresql.set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    for name in made:
        _administer(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty database that has every table: on SQLite, and again on PostgreSQL."""
    if request.param == "postgresql":
        make: Callable[..., str] = request.getfixturevalue("new_postgresql")
        return make()
    return str(request.getfixturevalue("sqlite_url"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an empty SQLite database that has every table."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    made = Database(url)
    METADATA.create_all(made.engine)
    made.close()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give an empty database that has every table: on SQLite, and again on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def start_mosquitto(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Server]]:
    """Give a function that starts a Mosquitto for this test alone, to stop and restart."""
    need(request.config, "mosquitto")
    started: list[Server] = []

    def start(extra: str = "") -> Server:
        started.append(mosquitto_server(tmp_path / f"mosquitto-{len(started)}", extra))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def _shared_mosquitto(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    need(request.config, "mosquitto")
    server = mosquitto_server(tmp_path_factory.mktemp("mosquitto"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mosquitto(_shared_mosquitto: Server) -> int:
    """Port of the test run's own Mosquitto; use a client id and topics of your own."""
    return _shared_mosquitto.port


@pytest.fixture
def start_influx(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], InfluxServer]]:
    """Give a function that starts an InfluxDB for this test alone, to stop and restart."""
    need(request.config, "influxdb")
    started: list[InfluxServer] = []

    def start() -> InfluxServer:
        started.append(influx_server(tmp_path / f"influx-{len(started)}"))
        return started[-1]

    yield start
    for one in started:
        one.server.stop()


@pytest.fixture(scope="session")
def _shared_influx(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InfluxServer]:
    need(request.config, "influxdb")
    made = influx_server(tmp_path_factory.mktemp("influx"))
    yield made
    made.server.stop()


@pytest.fixture
def influx(_shared_influx: InfluxServer) -> InfluxAddress:
    """Give an empty bucket in the test run's own InfluxDB: url, token, org, bucket."""
    return _shared_influx.new_bucket()


@pytest.fixture(scope="session")
def recordings(request: pytest.FixtureRequest) -> Path:
    """Folder of the recordings of a real pump (SKAB)."""
    need(request.config, "recordings")
    return Path(os.environ["SANLAI_TEST_RECORDINGS"])


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """Path of Chromium, for Playwright's ``executable_path``."""
    need(request.config, "chromium")
    return find_command("chromium") or find_command("chromium-browser") or ""


@pytest.fixture(scope="session")
def telegraf(request: pytest.FixtureRequest) -> str:
    """Path of Telegraf."""
    need(request.config, "telegraf")
    return find_by_setting("SANLAI_TEST_TELEGRAF", "telegraf") or ""
