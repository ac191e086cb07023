"""Readings that wait on disk while the store is away: first in, first out, bounded.

One SQLite file (write-ahead log, ``synchronous=FULL``), because a spool needs what a database
gives: a batch is there whole or not at all, a deletion lasts, a killed process leaves no torn end.
A checksum on each batch finds later damage of the disk: a damaged batch is set aside in the file, a
damaged file is renamed, and the work goes on with all that can still be read.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from telemetry.readings import Reading
from telemetry.stores.sqlite_file import SqliteFile, explain

log = logging.getLogger(__name__)

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT, readings INTEGER NOT NULL, checksum INTEGER NOT NULL,
  payload BLOB NOT NULL
)""",
    "CREATE TABLE IF NOT EXISTS damaged (id INTEGER PRIMARY KEY, payload BLOB NOT NULL)",
)
_ADD = "INSERT INTO batch (readings, checksum, payload) VALUES (?, ?, ?)"
_ONE = "SELECT readings, checksum, payload FROM batch WHERE id = ?"
_HEAD = "SELECT id, checksum, payload FROM batch ORDER BY id LIMIT 1"
_SIZE = "SELECT readings, length(payload) FROM batch WHERE id = ?"
_DEPTH = "SELECT count(*), coalesce(sum(readings), 0), coalesce(sum(length(payload)), 0) FROM batch"


class SpoolFull(Exception):
    """The spool has reached its bound; nothing of this batch was taken."""


class SpoolUnavailable(OSError):
    """The disk could not be read or written; the same call may be repeated."""


class Depth(NamedTuple):
    """How much waits."""

    batches: int
    readings: int
    bytes: int


class Spool:
    """The spool of one process, in the file ``path``, of at most ``max_bytes`` of readings.

    The file never shrinks; its space is reused. Every method may raise
    ``SpoolUnavailable``.
    """

    def __init__(self, path: Path | str, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[Reading])
        self._file = SqliteFile(Path(path), _prepare)
        with self._answering():
            self._open()
            with self._file.writing() as connection:
                self._depth = Depth(*connection.execute(_DEPTH).fetchone())

    def append(self, readings: Sequence[Reading]) -> None:
        """Take a batch; on disk when this returns. Raises ``SpoolFull`` at the bound."""
        payload = self._encoder.encode(list(readings))
        if self._depth.bytes + len(payload) > self._max_bytes:
            raise SpoolFull(
                f"{self._file.path} holds {self._depth.readings} readings in"
                f" {self._depth.bytes} bytes; its bound is {self._max_bytes}"
            )
        with self._answering(), self._file.writing() as connection:
            connection.execute(_ADD, (len(readings), zlib.crc32(payload), payload))
        self._count(1, len(readings), len(payload))

    def peek(self) -> tuple[int, list[Reading]] | None:
        """Return the oldest batch and its id, or ``None`` if nothing waits."""
        while True:
            with self._answering(), self._file.writing() as connection:
                head = connection.execute(_HEAD).fetchone()
            if head is None:
                return None
            key, checksum, payload = head
            if zlib.crc32(payload) == checksum:
                with suppress(msgspec.DecodeError):
                    return key, self._decoder.decode(payload)
            self._set_aside(key)

    def drop(self, key: int) -> None:
        """Forget a batch that is in the store; gone for good when this returns."""
        with self._answering(), self._file.writing() as connection:
            size = connection.execute(_SIZE, (key,)).fetchone()
            connection.execute("DELETE FROM batch WHERE id = ?", (key,))
        if size is not None:
            self._count(-1, -size[0], -size[1])

    def depth(self) -> Depth:
        """Return how much waits."""
        return self._depth

    def close(self) -> None:
        """Give back the file."""
        self._file.close()

    def _count(self, batches: int, readings: int, size: int) -> None:
        was = self._depth
        self._depth = Depth(was.batches + batches, was.readings + readings, was.bytes + size)

    def _set_aside(self, key: int) -> None:
        log.error("spool %s: batch %d is damaged and was set aside", self._file.path, key)
        with self._answering(), self._file.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO damaged SELECT id, payload FROM batch WHERE id = ?", (key,)
            )
        self.drop(key)

    def _open(self) -> None:
        """Open the file; a damaged one is moved aside, and what can still be read is kept."""
        try:
            with self._file.writing() as connection:
                faults = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if faults == "ok":
                return
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise
            faults = str(error)
        self._file.close()
        aside = _move_aside(self._file.path)
        log.error("spool %s is damaged (%s) and was moved to %s", self._file.path, faults, aside)
        with self._file.writing() as connection:
            connection.executemany(_ADD, _salvage(aside))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SpoolUnavailable(explain(self._file.path, error)) from error


def _prepare(connection: sqlite3.Connection) -> None:
    for statement in _TABLES:
        connection.execute(statement)


def _move_aside(path: Path) -> Path:
    """Rename a file and its write-ahead log to a name that nobody has yet."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _salvage(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Give the batches that a damaged file still holds whole."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        keys: list[int] = []
        with suppress(sqlite3.Error):
            # With this, SQLite reads a file that is shorter than its header says.
            connection.execute("PRAGMA writable_schema=ON")
            for (key,) in connection.execute("SELECT id FROM batch ORDER BY id"):
                keys.append(key)
        for key in keys:
            row = None
            with suppress(sqlite3.Error):
                row = connection.execute(_ONE, (key,)).fetchone()
            if row and isinstance(row[2], bytes) and zlib.crc32(row[2]) == row[1]:
                yield row
