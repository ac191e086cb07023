"""A real Mosquitto with the deployment's own configuration, users and rights."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

from tests.deployment.compose import DEPLOY
from tests.real_parts import Server, find_command, free_port, listening


def credentials(folder: Path, *words: str) -> str:
    """Run ``deploy/credentials.py`` on a folder and return what it printed."""
    command = [sys.executable, str(DEPLOY / "credentials.py"), "--folder", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def add_station(folder: Path, station: str) -> str:
    """Add a station's MQTT user and return its password, as printed."""
    found = re.search(
        r"^password +(\w+)$", credentials(folder, "add-station", station), re.MULTILINE
    )
    assert found is not None
    return found[1]


def install_auth(secrets: Path, auth: Path) -> None:
    """Run the one-shot script that puts users and rights where the broker reads them."""
    auth.mkdir(exist_ok=True)
    script = DEPLOY / "mosquitto" / "install-auth.sh"
    users, acl = secrets / "mosquitto_users", DEPLOY / "mosquitto" / "acl"
    owner = str(os.getuid())
    subprocess.run(["sh", str(script), str(users), str(acl), str(auth), owner], check=True)


def deployed_mosquitto(folder: Path, auth: Path) -> Server:
    """Return the broker with ``deploy/mosquitto/mosquitto.conf``; only port and folders differ."""
    program = find_command("mosquitto")
    assert program is not None
    (folder / "data").mkdir(parents=True)
    (folder / "conf.d").mkdir()
    port = free_port()
    lines = (DEPLOY / "mosquitto" / "mosquitto.conf").read_text(encoding="utf-8").splitlines()
    text = "".join(f"{line}\n" for line in lines if not line.startswith("#"))
    for old, new in (
        ("listener 1883", f"listener {port} 127.0.0.1"),
        ("/mosquitto/auth/", f"{auth}/"),
        ("/mosquitto/data/", f"{folder}/data/"),
        ("/mosquitto/config/conf.d", f"{folder}/conf.d"),
    ):
        assert old in text
        text = text.replace(old, new)
    assert "/mosquitto/" not in text
    if os.getuid() == 0:  # else it changes to the user mosquitto, who can't enter this folder
        text += f"user {pwd.getpwuid(0).pw_name}\n"
    config = folder / "mosquitto.conf"
    config.write_text(text, encoding="utf-8")
    return Server([program, "-c", str(config)], port, lambda: listening(port), folder / "log")
