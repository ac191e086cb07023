"""One SQLite file with one writer and many readers, whose errors say what to do.

Write-ahead log, ``synchronous=FULL``: a transaction is on disk when its commit returns, a killed
process leaves the file whole, and other processes read while one writes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BUSY_TIMEOUT_S = 10.0
"""How long a transaction waits for another process's before it gives up."""

_ADVICE = {
    sqlite3.SQLITE_FULL: "no space is left on its disk; free some, nothing of this write was kept",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; stop, put it aside and restore a copy",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database; put it aside and restore a copy",
    sqlite3.SQLITE_BUSY: f"another process has locked the file for over {BUSY_TIMEOUT_S:.0f} s",
    sqlite3.SQLITE_CANTOPEN: "the file can't be opened; does it exist, and may this user read it?",
    sqlite3.SQLITE_READONLY: "this user may not write the file or its folder",
    sqlite3.SQLITE_IOERR: "its disk reports an error or is full",
}


def explain(path: Path, error: sqlite3.Error) -> str:
    """Return what is wrong with a file in words that say what to do about it."""
    # The lower byte is the kind of error, the bytes above it the particular case.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    advice = _ADVICE.get(kind)
    return f"{path}: {advice} ({error})" if advice else f"{path}: {error}"


class SqliteFile:
    """Connections to one file: a writer made by ``prepare`` at first use, and idle readers.

    Nothing is opened before first use. Thread-safe: writers wait for one another.
    Raises ``sqlite3.Error``; its user turns it into its own error with ``explain``.
    """

    def __init__(self, path: Path, prepare: Callable[[sqlite3.Connection], None]) -> None:
        self.path = path
        self._prepare = prepare
        self._lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._idle: list[sqlite3.Connection] = []

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the writer inside a transaction; it is on disk when this ends without an error."""
        with self._lock:
            connection = self._open_writer()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled back by itself
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a read-only connection that sees the file as it is now until this ends."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect(f"{self.path.absolute().as_uri()}?mode=ro")
        try:
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Close every connection; the last one to close tidies the write-ahead log away."""
        while self._idle:
            self._idle.pop().close()
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def make(self) -> None:
        """Make the file and its tables if they are not there."""
        with self._lock:
            self._open_writer()

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is None:
            with suppress(OSError):  # SQLite then says that it can't open the file
                self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._connect(f"{self.path.absolute().as_uri()}?mode=rwc")
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                # SQLite's own 2 MB would spill in the middle of a large batch.
                connection.execute("PRAGMA cache_size=-8000")
                connection.execute("BEGIN IMMEDIATE")
                self._prepare(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._writer = connection
        return self._writer

    @staticmethod
    def _connect(uri: str) -> sqlite3.Connection:
        # isolation_level None: the driver begins no transaction by itself. One connection is
        # used by one thread at a time, not always the same.
        return sqlite3.connect(
            uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
