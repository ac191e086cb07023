"""The demo's folder: who holds it, where the demo is, and how it is deleted."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from api.parts.settings import Settings, SettingsError

LOCK_FILE = "demo.lock"
RUNTIME_FILE = "demo.json"
LOGINS_FILE = "demo-logins.json"

_MADE_HERE = (
    *("sanlai.db", "sanlai.db-wal", "sanlai.db-shm", "points.db", "points.db-wal", "points.db-shm"),
    *("secret", "spool", "broker", "stations", "log", RUNTIME_FILE, LOGINS_FILE, LOCK_FILE),
)
"""All that a demo leaves in its folder; a reset deletes these names and no others."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where a running demo is, for the commands that talk to it."""

    pid: int
    http_url: str
    mqtt_host: str
    mqtt_port: int
    mqtt_protocol: str


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold the folder for one demo; raise ``SettingsError`` while another holds it.

    The lock file also marks the folder as a demo's, for good; records that were there before it
    are somebody's real ones and are refused. The kernel gives the lock back when the holder ends,
    however it ends.
    """
    if not (folder / LOCK_FILE).exists() and (folder / "sanlai.db").exists():
        raise SettingsError(
            [f"{folder} has records that no demo made: set SANLAI_DATA_DIR to another folder"]
        )
    with (folder / LOCK_FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                [f"a demo is running on {folder}: end it first, or set SANLAI_DATA_DIR"]
            ) from None
        yield


def reset(folder: Path) -> bool:
    """Delete what a demo left in the folder; return whether there was any.

    Only names that a demo makes are deleted, and only where a demo has been. Raises
    ``SettingsError`` while one is running.
    """
    if not (folder / LOCK_FILE).exists():
        return False
    with holding(folder):
        for name in _MADE_HERE:
            path = folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
    return True


def write_runtime(folder: Path, runtime: Runtime) -> None:
    """Record the demo's addresses, for commands that talk to it."""
    (folder / RUNTIME_FILE).write_text(json.dumps(asdict(runtime), indent=2), encoding="utf-8")


def running(folder: Path) -> Runtime | None:
    """Return where the demo on this folder is, or ``None`` when none is running."""
    # Only read, never made: a lock file would make a demo's folder of it. And a shared lock for a
    # moment, which another one who only asks can have at the same time.
    try:
        with (folder / LOCK_FILE).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        return Runtime(**json.loads((folder / RUNTIME_FILE).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def forget_runtime(folder: Path) -> None:
    """Delete that record: the demo has ended."""
    (folder / RUNTIME_FILE).unlink(missing_ok=True)


def demo_settings(settings: Settings, **found: object) -> Settings:
    """Return the settings of a demo: all its parts are its own, in its folder, on loopback.

    A database or store that is configured for real work is left alone.
    """
    own = {
        "data_dir": settings.data_dir.absolute(),
        "database_url": None,
        "database_password": None,
        "store": "embedded",
        "influx_token": None,
        "mqtt_host": "127.0.0.1",
        "mqtt_username": None,
        "mqtt_password": None,
        "mqtt_tls": False,
        "mqtt_tls_ca": None,
        "mqtt_share_group": None,
    }
    return settings.model_copy(update={**own, **found})
