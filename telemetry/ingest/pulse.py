"""The ingest's own row in the records: heartbeat, counters, current trouble."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from kit.clock import Clock
from kit.db import Database, upsert
from telemetry.ingest.ingest_tables import IngestStatusRow
from telemetry.ingest.sorted_batch import SortedBatch


@dataclass(slots=True)
class Counters:
    """What one ingest process has done since its start."""

    messages: int = 0
    readings: int = 0
    points: int = 0
    duplicates: int = 0
    quarantined: int = 0

    def count(self, batch: SortedBatch, duplicates: int) -> None:
        """Add a batch that is done."""
        self.messages += batch.messages
        self.readings += len(batch.readings)
        self.points += sum(len(reading.values) for reading in batch.readings)
        self.duplicates += duplicates
        self.quarantined += len(batch.refusals)


@dataclass(frozen=True, slots=True)
class Situation:
    """The present situation: ``working`` is false while the database accepts nothing.

    ``spool_depth`` is batches, readings and bytes in the spool; ``waiting`` is messages held.
    """

    broker_connected: bool
    store_reachable: bool
    working: bool
    spool_depth: tuple[int, int, int]
    spool_full: bool
    waiting: int
    trouble: str


class Heartbeat:
    """Writes the row of one ingest, by its name."""

    def __init__(self, db: Database, clock: Clock, name: str) -> None:
        self._db, self._clock, self._name = db, clock, name
        self._started_at = clock.now()
        self._listening_since: datetime | None = None

    def beat(self, situation: Situation, counters: Counters) -> None:
        """Write the row; durable when this returns. Raises what the database raises."""
        now = self._clock.now()
        # A station's silence counts from here: before, it was this program that did not listen.
        if not (situation.broker_connected and situation.working):
            self._listening_since = None
        elif self._listening_since is None:
            self._listening_since = now
        batches, readings, size = situation.spool_depth
        row = {
            "name": self._name,
            "started_at": self._started_at,
            "heartbeat_at": now,
            "listening_since": self._listening_since,
            "broker_connected": situation.broker_connected,
            "store_reachable": situation.store_reachable,
            "spool_batches": batches,
            "spool_readings": readings,
            "spool_bytes": size,
            "spool_full": situation.spool_full,
            "waiting": situation.waiting,
            "trouble": situation.trouble,
            **asdict(counters),
        }
        with self._db.write() as session:
            upsert(session, IngestStatusRow, [row])
