"""On the deployment's broker nobody reads or writes what is another's."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.broker import add_station, credentials, deployed_mosquitto, install_auth
from tests.deployment.compose import load_compose
from tests.deployment.mqtt_client import NOT_AUTHORISED, Client
from tests.real_parts import Server, find_command, wait_until

pytestmark = pytest.mark.needs("mosquitto")


class Broker:
    """The running broker, the folder of its credentials, and clients of it."""

    def __init__(self, folder: Path) -> None:
        self.secrets, self.auth = folder / "secrets", folder / "auth"
        credentials(self.secrets, "make")
        self.passwords = {
            "sanlai-worker": (self.secrets / "mqtt_worker_password").read_text().strip(),
            "sanlai-health": (self.secrets / "mqtt_health_password").read_text().strip(),
        }
        for station in ("pump-01", "pump-02"):
            self.passwords[station] = add_station(self.secrets, station)
        install_auth(self.secrets, self.auth)
        self.server: Server = deployed_mosquitto(folder / "broker", self.auth)
        self.server.start()

    def client(self, user: str) -> Client:
        """Connect as a user of the broker."""
        return Client(self.server.port, user, self.passwords[user])


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    made = Broker(tmp_path_factory.mktemp("broker"))
    yield made
    made.server.stop()


@pytest.fixture
def clients(broker: Broker) -> Iterator[dict[str, Client]]:
    made = {user: broker.client(user) for user in ("pump-01", "pump-02", "sanlai-worker")}
    assert [client.answer for client in made.values()] == [0, 0, 0]
    yield made
    for client in made.values():
        client.close()


def test_who_has_no_password_is_not_let_in(broker: Broker) -> None:
    for user, password in ((None, None), ("pump-01", "guess"), ("pump-99", "guess")):
        client = Client(broker.server.port, user, password)
        assert client.answer == NOT_AUTHORISED
        client.close()


def test_a_stations_data_reaches_the_worker_and_the_receipt_comes_back(
    clients: dict[str, Client],
) -> None:
    worker, station = clients["sanlai-worker"], clients["pump-01"]
    worker.subscribe("sanlai/v1/+/data")
    station.subscribe("sanlai/v1/pump-01/receipt")
    assert station.publish("sanlai/v1/pump-01/data", b"reading") in (0, 0x10)
    assert worker.next() == ("sanlai/v1/pump-01/data", b"reading")
    assert worker.publish("sanlai/v1/pump-01/receipt", b"receipt") in (0, 0x10)
    assert station.next() == ("sanlai/v1/pump-01/receipt", b"receipt")


@pytest.mark.parametrize(
    "topic",
    [
        "sanlai/v1/pump-02/data",
        "sanlai/v1/pump-02/state",
        "sanlai/v1/pump-02/receipt",
        "sanlai/v1/pump-01/receipt",
        "sanlai/v1/pump-01/data/more",
        "anything/else",
    ],
)
def test_a_station_can_not_publish_what_is_not_its_own(
    clients: dict[str, Client], topic: str
) -> None:
    assert clients["pump-01"].publish(topic) == NOT_AUTHORISED


def test_a_station_reads_its_own_receipts_only(clients: dict[str, Client]) -> None:
    station, worker = clients["pump-01"], clients["sanlai-worker"]
    for topic in ("sanlai/v1/+/receipt", "sanlai/v1/pump-02/receipt", "sanlai/v1/+/data", "#"):
        station.subscribe(topic)
    assert clients["pump-02"].publish("sanlai/v1/pump-02/data") in (0, 0x10)
    worker.publish("sanlai/v1/pump-02/receipt", b"not for pump-01")
    worker.publish("sanlai/v1/pump-01/receipt", b"for pump-01")
    # The broker delivers in order: had the others' been delivered, they would come first.
    assert station.next() == ("sanlai/v1/pump-01/receipt", b"for pump-01")


def test_the_worker_can_not_speak_for_a_station(clients: dict[str, Client]) -> None:
    assert clients["sanlai-worker"].publish("sanlai/v1/pump-01/data") == NOT_AUTHORISED


def test_a_station_added_later_is_let_in_after_a_reload_and_a_removed_one_is_not(
    broker: Broker,
) -> None:
    broker.passwords["pump-03"] = add_station(broker.secrets, "pump-03")
    early = broker.client("pump-03")
    assert early.answer == NOT_AUTHORISED
    early.close()
    _reload(broker)

    def let_in() -> bool:
        client = broker.client("pump-03")
        client.close()
        return client.answer == 0

    wait_until(let_in, "pump-03 let in")
    credentials(broker.secrets, "remove-station", "pump-03")
    _reload(broker)
    wait_until(lambda: not let_in(), "pump-03 kept out")


def _reload(broker: Broker) -> None:
    install_auth(broker.secrets, broker.auth)
    process = broker.server._process
    assert process is not None
    process.send_signal(signal.SIGHUP)


def test_the_health_check_of_the_container_passes_and_fails_with_the_broker(
    broker: Broker, tmp_path: Path
) -> None:
    if find_command("mosquitto_sub") is None:
        pytest.skip("mosquitto_sub is not on this machine: install Debian's mosquitto-clients")
    kind, line = load_compose()["services"]["mosquitto"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    line = line.replace("/run/secrets", str(broker.secrets))

    def check(port: int) -> int:
        command = line.replace("-p 1883", f"-p {port}")
        return subprocess.run(
            ["sh", "-c", command], check=False, stderr=subprocess.DEVNULL
        ).returncode

    wait_until(lambda: check(broker.server.port) == 0, "the health check passes")
    other = deployed_mosquitto(tmp_path / "stopped", broker.auth)
    assert check(other.port) != 0
