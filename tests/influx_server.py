"""An InfluxDB of the tests' own, set up, with a bucket for each test."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.real_parts import DEADLINE_S, Server, find_by_setting, free_port


@dataclass(frozen=True)
class InfluxAddress:
    """Where a test's own InfluxDB bucket is, and the token for it."""

    url: str
    token: str
    org: str
    bucket: str


@dataclass
class InfluxServer:
    """An InfluxDB of the tests' own."""

    server: Server
    token: str
    org: str = "test"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.port}"

    def new_bucket(self) -> InfluxAddress:
        """Make an empty bucket and return where it is."""
        headers = {"Authorization": f"Token {self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=DEADLINE_S) as http:
            org_id = http.get("/api/v2/orgs", params={"org": self.org}).json()["orgs"][0]["id"]
            name = f"bucket-{secrets.token_hex(6)}"
            body = {"orgID": org_id, "name": name, "retentionRules": []}
            http.post("/api/v2/buckets", json=body).raise_for_status()
        return InfluxAddress(self.url, self.token, self.org, name)


def influx_server(folder: Path) -> InfluxServer:
    """Start an InfluxDB on a folder and set it up."""
    program = find_by_setting("SANLAI_TEST_INFLUXD", "influxd")
    assert program is not None, "influxd is not on this machine"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [
        program, "--http-bind-address", f"127.0.0.1:{port}",
        "--bolt-path", str(folder / "influxd.bolt"), "--engine-path", str(folder / "engine"),
        "--sqlite-path", str(folder / "influxd.sqlite"),
        "--reporting-disabled", "--log-level", "error",
    ]  # fmt: skip

    def healthy() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
        return False

    server = Server(command, port, healthy, folder / "log")
    server.start()
    made = InfluxServer(server, token=secrets.token_hex(16))
    setup = {
        "username": "test", "password": secrets.token_hex(8), "org": made.org, "bucket": "first",
        "token": made.token, "retentionPeriodSeconds": 0,
    }  # fmt: skip
    httpx.post(f"{made.url}/api/v2/setup", json=setup, timeout=DEADLINE_S).raise_for_status()
    return made
