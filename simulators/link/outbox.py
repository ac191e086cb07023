"""The outbox of a station: its messages, kept until their receipt comes.

Both outboxes are bounded, and keep the oldest: a full one refuses the newest message, so that
the numbers that arrive have one gap at the end and none in the middle.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

from simulators.link.protocol import Message, Receipt

MOST = 200_000
"""Messages that an outbox holds: at one a second, two days and a third."""


class OutboxTaken(Exception):
    """Another process holds this outbox; the message says which file."""


class Outbox(Protocol):
    """Messages in the order they were made, each with its place in that order."""

    refused: int

    def keep(self, message: Message) -> bool:
        """Keep a message; ``False``, and counted in ``refused``, if there is no room."""
        ...

    def after(self, place: int, limit: int) -> list[tuple[int, Message]]:
        """Return up to ``limit`` kept messages whose place is beyond ``place``."""
        ...

    def forget(self, receipt: Receipt) -> int:
        """Delete the messages that the receipt covers; return how many."""
        ...

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Give back what the outbox holds open."""
        ...


class MemoryOutbox:
    """An outbox for a sender that can make the same messages again, such as a replay of a file."""

    def __init__(self, most: int = MOST) -> None:
        self.refused = 0
        self._most, self._place = most, 0
        self._kept: OrderedDict[tuple[str, int], tuple[int, Message]] = OrderedDict()

    def keep(self, message: Message) -> bool:
        """Keep a message; ``False``, and counted in ``refused``, if there is no room."""
        if len(self._kept) >= self._most:
            self.refused += 1
            return False
        self._place += 1
        self._kept[(message.boot, message.seq)] = (self._place, message)
        return True

    def after(self, place: int, limit: int) -> list[tuple[int, Message]]:
        """Return up to ``limit`` kept messages whose place is beyond ``place``."""
        found: list[tuple[int, Message]] = []
        for entry in reversed(self._kept.values()):
            if entry[0] <= place:
                break
            found.append(entry)
        return found[::-1][:limit]

    def forget(self, receipt: Receipt) -> int:
        """Delete the messages that the receipt covers; return how many."""
        gone = receipt.among(self._kept)
        for key in gone:
            del self._kept[key]
        return len(gone)

    def __len__(self) -> int:
        return len(self._kept)

    def close(self) -> None:
        """Nothing is held open."""


class DiskOutbox:
    """An outbox in an SQLite file: what it kept is still there after the process is killed.

    ``synchronous=NORMAL`` in WAL mode: a commit survives the end of the process at any point;
    only a power cut may take the last few. One process holds it at a time: a second simulator of
    the same station raises ``OutboxTaken``.
    """

    def __init__(self, path: Path, most: int = MOST) -> None:
        self.refused = 0
        self._most = most
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_suffix(".lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise OutboxTaken(f"another simulator uses {path}") from None
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS message (place INTEGER PRIMARY KEY AUTOINCREMENT,"
            " boot TEXT NOT NULL, seq INTEGER NOT NULL, payload BLOB NOT NULL,"
            " UNIQUE (boot, seq))"
        )
        self._count = int(self._db.execute("SELECT count(*) FROM message").fetchone()[0])

    def keep(self, message: Message) -> bool:
        """Keep a message; ``False``, and counted in ``refused``, if there is no room."""
        if self._count >= self._most:
            self.refused += 1
            return False
        self._db.execute(
            "INSERT INTO message (boot, seq, payload) VALUES (?, ?, ?)",
            (message.boot, message.seq, message.payload),
        )
        self._count += 1
        return True

    def after(self, place: int, limit: int) -> list[tuple[int, Message]]:
        """Return up to ``limit`` kept messages whose place is beyond ``place``."""
        rows = self._db.execute(
            "SELECT place, boot, seq, payload FROM message WHERE place > ? ORDER BY place LIMIT ?",
            (place, limit),
        )
        return [(row[0], Message(row[1], row[2], row[3])) for row in rows]

    def forget(self, receipt: Receipt) -> int:
        """Delete the messages that the receipt covers; return how many."""
        gone = 0
        self._db.execute("BEGIN IMMEDIATE")
        for first, last in receipt.ranges:
            gone += self._db.execute(
                "DELETE FROM message WHERE boot = ? AND seq BETWEEN ? AND ?",
                (receipt.boot, first, last),
            ).rowcount
        self._db.execute("COMMIT")
        self._count -= gone
        return gone

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self._db.close()
        self._lock.close()
