"""``sanlai demo`` as a process of the tests: started, spoken to, ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.real_parts import DEADLINE_S, die_with_parent, free_port, wait_until

START_WITHIN_S = 180
"""On a machine that runs other tests beside it."""


@dataclass
class Demo:
    """A demo under way."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str
    output: Path

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def children(self) -> list[int]:
        """Every process below the demo's."""
        return descendants(self.process.pid)

    def runtime(self) -> dict[str, Any]:
        path = self.folder / "demo.json"
        made: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return made

    def person(self, login: str) -> httpx.Client:
        """Return an HTTP client that is logged in."""
        entries = json.loads((self.folder / "demo-logins.json").read_text())
        password = next(one["password"] for one in entries if one["login"] == login)
        answer = httpx.post(
            f"{self.url}/api/v1/session",
            json={"login": login, "password": password},
            timeout=DEADLINE_S,
            trust_env=False,
        )
        headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['token']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=DEADLINE_S, trust_env=False)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


def descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(") ")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        for child in parents.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}/exe").exists() for pid in pids)


def environment(folder: Path, port: int, broker: str = "auto") -> dict[str, str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SANLAI_")}
    return environ | {
        "SANLAI_DATA_DIR": str(folder),
        "SANLAI_HTTP_PORT": str(port),
        "SANLAI_MQTT_PORT": str(free_port()),
        "SANLAI_DEMO_BROKER": broker,
    }


@contextlib.contextmanager
def running(folder: Path, broker: str = "auto") -> Iterator[Demo]:
    port = free_port()
    output = folder.with_name(f"output-{port}.txt")
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "demo"],
            env=environment(folder, port, broker),
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    demo = Demo(process, folder, f"http://127.0.0.1:{port}", output)
    try:
        wait_until(
            lambda: "is ready" in demo.said() or process.poll() is not None,
            "the demo is ready",
            START_WITHIN_S,
        )
        assert process.poll() is None, demo.said()
        yield demo
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(DEADLINE_S)
            finally:
                process.kill()  # its children go with it
