"""What docker-compose.yml starts, started here: same commands, settings, users and rights.

Only addresses, ports and folders differ. Broker, PostgreSQL and InfluxDB are real.
"""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.deployment.broker import add_station, credentials, deployed_mosquitto, install_auth
from tests.deployment.compose import DEPLOY, ROOT, environment
from tests.deployment.mqtt_client import Client
from tests.deployment.stand_in import Deployment
from tests.influx_server import InfluxServer
from tests.real_parts import DEADLINE_S, wait_until

pytestmark = pytest.mark.needs("mosquitto", "postgresql", "influxdb")

STATION = "pump-01"
READINGS = 60


@pytest.fixture(scope="module")
def deployment(
    tmp_path_factory: pytest.TempPathFactory, _shared_influx: InfluxServer, postgresql: URL
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    credentials(folder / "secrets", "make")
    install_auth(folder / "secrets", folder / "auth")
    broker = deployed_mosquitto(folder / "broker", folder / "auth")
    broker.start()
    made = Deployment(folder, broker, _shared_influx, postgresql)
    try:
        _set_up_influx(made)
        with _database(postgresql):
            yield made
    finally:
        broker.stop()


def _set_up_influx(made: Deployment) -> None:
    """Make the organisation, bucket and token that the image makes at its first start."""
    image = environment(made.compose["services"]["influxdb"])
    org, bucket = image["DOCKER_INFLUXDB_INIT_ORG"], image["DOCKER_INFLUXDB_INIT_BUCKET"]
    headers = {"Authorization": f"Token {made.influx.token}"}
    with httpx.Client(base_url=made.influx.url, headers=headers, timeout=DEADLINE_S) as http:
        org_id = http.post("/api/v2/orgs", json={"name": org}).raise_for_status().json()["id"]
        body = {"orgID": org_id, "name": bucket, "retentionRules": []}
        http.post("/api/v2/buckets", json=body).raise_for_status()
    # A server that is set up already takes no token of ours, so its own goes into the file.
    token = made.secrets / "influx_token"
    token.chmod(0o600)
    token.write_text(made.influx.token)


@contextmanager
def _database(server: URL) -> Iterator[None]:
    """Make the user and the database that the image makes at its first start."""
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE ROLE sanlai LOGIN")
        connection.execute("CREATE DATABASE sanlai OWNER sanlai")
        try:
            yield
        finally:
            connection.execute("DROP DATABASE sanlai WITH (FORCE)")
            connection.execute("DROP ROLE sanlai")


@pytest.fixture(scope="module")
def at_work(deployment: Deployment) -> Iterator[Deployment]:
    """Give the deployment with web and worker running, ready by the health check."""
    deployment.run("migrate")
    with ExitStack() as processes:
        running = [processes.enter_context(deployment.running(n)) for n in ("web", "worker")]

        def ready() -> bool:
            assert [process.poll() for process in running] == [None, None], _logs(deployment)
            try:
                return httpx.get(f"{deployment.url}/health/ready", timeout=5).status_code == 200
            except httpx.HTTPError:
                return False

        wait_until(ready, "web and worker ready")
        yield deployment


def _logs(deployment: Deployment) -> str:
    logs = sorted(deployment.folder.glob("*.log"))
    return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)


def _flux(deployment: Deployment, query: str) -> list[str]:
    """Return the rows that a query answers, as lines of CSV, without its headers."""
    answer = httpx.post(
        f"{deployment.influx.url}/api/v2/query", params={"org": "sanlai"},
        headers={"Authorization": f"Token {deployment.influx.token}", "Accept": "application/csv"},
        json={"query": query, "dialect": {"header": False, "annotations": []}},
        timeout=DEADLINE_S,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return [line for line in answer.text.splitlines() if line.strip()]


@contextmanager
def _as(deployment: Deployment, post: str) -> Iterator[httpx.Client]:
    """Add a log-in as docs/deploy.md says, and give a client that has logged in by it."""
    login, password = f"{post}-{secrets.token_hex(3)}", secrets.token_hex(8)
    words = ("user", "add", login, "--name", "王芳", "--post", post)
    deployment.run("web", "sanlai", *words, stdin=f"{password}\n")
    with httpx.Client(base_url=deployment.url, timeout=DEADLINE_S) as http:
        given = {"login": login, "password": password}
        http.post("/api/v1/session", json=given).raise_for_status()
        yield http


@pytest.fixture(scope="module")
def after_a_fault(at_work: Deployment) -> Deployment:
    """Add a station as docs/deploy.md says; let it send a minute of falling pressure."""
    file = ROOT / "api" / "demo" / "data" / "stations.toml"
    at_work.run("web", "sanlai", "stations", "load", str(file))
    password = add_station(at_work.secrets, STATION)
    install_auth(at_work.secrets, at_work.folder / "auth")
    process = at_work.broker._process
    assert process is not None
    process.send_signal(signal.SIGHUP)

    def connected() -> Client | None:
        client = Client(at_work.broker.port, STATION, password)
        if client.answer == 0:
            return client
        client.close()
        return None

    station = _first(connected, "the station let in")
    station.subscribe(f"sanlai/v1/{STATION}/receipt")
    start = int(time.time() * 1000) - READINGS * 1000
    kept = {seq: _message(seq, start + seq * 1000) for seq in range(1, READINGS + 1)}

    def settled() -> bool:
        # As a station must: send again what has no receipt. The worker may not know it yet.
        for payload in kept.values():
            assert station.publish(f"sanlai/v1/{STATION}/data", payload) == 0
        while kept and (receipt := station.next(timeout_s=2.0)):
            for first, last in json.loads(receipt[1])["ranges"]:
                for seq in range(first, last + 1):
                    kept.pop(seq, None)
        return not kept

    wait_until(settled, "a receipt for every reading")
    station.close()
    return at_work


def _message(seq: int, t_ms: int) -> bytes:
    values = {"pressure": 0.31 if seq < 20 else 0.05, "flow": 42.0, "current": 30.5}
    message = {"boot": "deployed", "seq": seq, "t": t_ms, "m": values}
    return json.dumps(message, separators=(",", ":")).encode()


def _first(attempt: Callable[[], Client | None], what: str) -> Client:
    found: list[Client] = []

    def tried() -> bool:
        got = attempt()
        if got is not None:
            found.append(got)
        return bool(found)

    wait_until(tried, what)
    return found[0]


def test_every_reading_of_a_station_arrives_in_influxdb(after_a_fault: Deployment) -> None:
    rows = _flux(
        after_a_fault,
        'from(bucket: "sanlai") |> range(start: -1h)'
        ' |> filter(fn: (r) => r._measurement == "reading" and r._field == "pressure")'
        f' |> filter(fn: (r) => r.station == "{STATION}") |> keep(columns: ["_time", "_value"])',
    )
    assert len(rows) == READINGS


def test_the_fault_opens_one_ticket_that_the_manager_sees(after_a_fault: Deployment) -> None:
    with _as(after_a_fault, "manager") as manager:

        def tickets() -> list[dict[str, Any]]:
            answer = manager.get("/api/v1/tickets", params={"channel": "alarm"})
            found: list[dict[str, Any]] = answer.raise_for_status().json()["rows"]
            return found

        wait_until(tickets, "a ticket from the alarm")
        assert len(tickets()) == 1


def test_the_dashboard_shows_what_the_station_sent(after_a_fault: Deployment) -> None:
    dashboard = json.loads((DEPLOY / "grafana/dashboards/stations.json").read_text("utf-8"))
    put_in = {
        "v.defaultBucket": '"sanlai"',
        "v.timeRangeStart": "-1h",
        "v.timeRangeStop": "now()",
        "v.windowPeriod": "10s",
        "${station:regex}": f"({STATION}|pump-02)",
        "${equipment:regex}": ".*",
    }

    def rows(query: str) -> list[str]:
        for name, value in put_in.items():
            query = query.replace(name, value)
        assert "$" not in query.replace("$/", "")
        return _flux(after_a_fault, query)

    variable = dashboard["templating"]["list"][0]["query"]["query"]
    assert any(STATION in row for row in rows(variable))
    shown = {
        panel["title"]: len(rows(target["query"]))
        for panel in dashboard["panels"]
        for target in panel["targets"]
    }
    sent = [title for title in shown if any(m in title for m in ("Pressure", "Flow", "Current"))]
    assert len(sent) == 3
    assert all(shown[title] > 0 for title in sent)
    assert next(count for title, count in shown.items() if "Age" in title) == 1


def test_no_page_is_open_to_who_has_not_logged_in(at_work: Deployment) -> None:
    assert httpx.get(f"{at_work.url}/api/v1/tickets", timeout=DEADLINE_S).status_code == 401


def test_the_container_s_health_check_passes(at_work: Deployment) -> None:
    kind, program, *words = at_work.compose["services"]["web"]["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    words = [word.replace("127.0.0.1:8000", f"127.0.0.1:{at_work.http_port}") for word in words]
    assert subprocess.run([sys.executable, *words], check=False).returncode == 0


def test_no_secret_is_written_to_a_log(after_a_fault: Deployment) -> None:
    logs = _logs(after_a_fault)
    for file in after_a_fault.secrets.iterdir():
        if file.name != "mosquitto_users":
            assert file.read_text().strip() not in logs, file.name
