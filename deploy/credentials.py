#!/usr/bin/env python3
"""Makes the credentials of a deployment, and the MQTT users of its stations.

Needs Python 3.9 and nothing else, so that it runs on a bare host. Everything it writes lies in
``deploy/secrets`` (git-ignored), a folder that only its owner can enter. The files inside are
readable to all, because docker compose mounts each with the rights it has here, and the programs
in the containers run as other users than the owner of this folder.

    python3 deploy/credentials.py make
    python3 deploy/credentials.py add-station pump-01
    python3 deploy/credentials.py remove-station pump-01
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import secrets
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "secrets"
USERS_FILE = "mosquitto_users"
WORKER = "sanlai-worker"
HEALTH = "sanlai-health"
STATION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")
"""As in ``stations/assets/station.py``; a test compares the two."""

GENERATED = (
    "sanlai_secret",
    "postgres_password",
    "influx_password",
    "influx_token",
    "grafana_password",
    "mqtt_worker_password",
    "mqtt_health_password",
)
"""One file each, holding one random value."""

ITERATIONS = 101
"""As many as mosquitto_passwd uses. A password made here has 160 random bits and can't be guessed,
however few the iterations; and the broker hashes at every connect, for a whole town after a power
cut. For passwords chosen by people this would be too few."""


class CredentialError(Exception):
    """What can't be done, as a sentence for the person at the keyboard."""


def hash_password(password: str, salt: bytes) -> str:
    """Return the text that Mosquitto 2 keeps for a password: ``$7$``, PBKDF2 with SHA-512."""
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    text = (base64.b64encode(part).decode() for part in (salt, digest))
    return "$7${}${}${}".format(ITERATIONS, *text)


def make(folder: Path) -> None:
    """Write every credential; raise ``CredentialError`` if one is there already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = sorted(name for name in (*GENERATED, USERS_FILE) if (folder / name).exists())
    if there:
        raise CredentialError(
            f"{folder} holds {', '.join(there)} already, and a running system may need them. "
            "Nothing was changed. To start over, move the folder away first."
        )
    values = {name: secrets.token_hex(32) for name in GENERATED}
    for name, value in values.items():
        _write(folder / name, value + "\n")
    users = {
        WORKER: hash_password(values["mqtt_worker_password"], secrets.token_bytes(12)),
        HEALTH: hash_password(values["mqtt_health_password"], secrets.token_bytes(12)),
    }
    _write_users(folder, users)


def add_station(folder: Path, station: str) -> str:
    """Give a station a new MQTT password and return it; only its hash is kept."""
    if not STATION_ID.fullmatch(station) or station in (WORKER, HEALTH):
        raise CredentialError(
            f"{station!r} can't be a station's id: 2 to 32 of a-z, 0-9 and -, "
            f"not - at an end, and not {WORKER} or {HEALTH}."
        )
    users = _read_users(folder)
    password = secrets.token_hex(20)
    users[station] = hash_password(password, secrets.token_bytes(12))
    _write_users(folder, users)
    return password


def remove_station(folder: Path, station: str) -> None:
    """Take away a station's MQTT user; raise ``CredentialError`` if it has none."""
    users = _read_users(folder)
    if station in (WORKER, HEALTH) or users.pop(station, None) is None:
        raise CredentialError(f"there is no station {station!r} among the MQTT users")
    _write_users(folder, users)


def _read_users(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / USERS_FILE).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise CredentialError(
            f"{folder / USERS_FILE} is missing: run 'python3 deploy/credentials.py make' first"
        ) from None
    return dict(line.split(":", 1) for line in lines if line)


def _write_users(folder: Path, users: dict[str, str]) -> None:
    _write(folder / USERS_FILE, "".join(f"{user}:{text}\n" for user, text in users.items()))


def _write(path: Path, text: str) -> None:
    # A new file takes the place of the old one only when it is whole and on the disk.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o444)
    Path(name).replace(path)


def main(arguments: list[str]) -> int:
    """Run one command and return the exit code."""
    parser = argparse.ArgumentParser(description="Credentials of a deployment of Sanlai.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are kept")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make", help="write every credential, once")
    for name, said in (
        ("add-station", "give a station a new MQTT password, and print it"),
        ("remove-station", "take away a station's MQTT user"),
    ):
        commands.add_parser(name, help=said).add_argument("station")
    given = parser.parse_args(arguments)
    try:
        if given.command == "make":
            make(given.folder)
            said = f"The credentials are in {given.folder}. Keep a copy in a safe place.\n"
        elif given.command == "add-station":
            password = add_station(given.folder, given.station)
            said = f"user      {given.station}\npassword  {password}\n{_RELOAD}"
        else:
            remove_station(given.folder, given.station)
            said = f"{given.station} is no longer an MQTT user.\n{_RELOAD}"
    except (CredentialError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(said)
    return 0


_RELOAD = """Tell the broker:
  docker compose run --rm mosquitto-init
  docker compose kill -s HUP mosquitto
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
