"""The services of docker-compose.yml as processes of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from tests.deployment.compose import environment, load_compose
from tests.influx_server import InfluxServer
from tests.real_parts import DEADLINE_S, Server, die_with_parent, free_port


@dataclass
class Deployment:
    """The compose file's parts on this machine."""

    folder: Path
    broker: Server
    influx: InfluxServer
    database: URL
    http_port: int = field(default_factory=free_port)
    compose: dict[str, Any] = field(default_factory=load_compose)

    @property
    def secrets(self) -> Path:
        """Folder of the credentials."""
        return self.folder / "secrets"

    @property
    def url(self) -> str:
        """Address of the pages."""
        return f"http://127.0.0.1:{self.http_port}"

    def environment(self, name: str) -> dict[str, str]:
        """Return a service's environment with this machine's addresses and folders."""
        settings = environment(self.compose["services"][name])
        here = {
            "SANLAI_DATA_DIR": str(self.folder / name),
            "SANLAI_DATABASE_URL": settings["SANLAI_DATABASE_URL"].replace(
                "@postgres/", f"@127.0.0.1:{self.database.port}/"
            ),
            "SANLAI_INFLUX_URL": self.influx.url,
        }
        if "SANLAI_MQTT_HOST" in settings:
            here |= {"SANLAI_MQTT_HOST": "127.0.0.1", "SANLAI_MQTT_PORT": str(self.broker.port)}
        if "SANLAI_HTTP_HOST" in settings:
            here |= {"SANLAI_HTTP_HOST": "127.0.0.1", "SANLAI_HTTP_PORT": str(self.http_port)}
        assert here.keys() <= settings.keys()
        settings |= here
        machine = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        }
        return machine | {
            key: value.replace("/run/secrets", str(self.secrets)) for key, value in settings.items()
        }

    def run(self, name: str, *command: str, stdin: str = "") -> str:
        """Run a command in a service's environment, as ``docker compose run`` does."""
        words = command or tuple(self.compose["services"][name]["command"])
        done = subprocess.run(
            [*program(), *words[1:]],
            env=self.environment(name), input=stdin, capture_output=True, text=True, check=False,
            cwd=self.folder, timeout=DEADLINE_S * 2,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def running(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a service; at the end it is told to stop, and must stop in order."""
        command = [*program(), *self.compose["services"][name]["command"][1:]]
        log = self.folder / f"{name}.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                command, env=self.environment(name), stdin=subprocess.DEVNULL, stdout=file,
                stderr=file, cwd=self.folder, preexec_fn=die_with_parent,
            )  # fmt: skip
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            # uvicorn ends in order, and then by the signal itself.
            in_order = (0, -signal.SIGTERM)
            assert process.wait(DEADLINE_S) in in_order, log.read_text(errors="replace")[-4000:]
        finally:
            process.kill()
            process.wait()


def program() -> list[str]:
    return [sys.executable, "-m", "api.cli"]
