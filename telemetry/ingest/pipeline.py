"""The ingest: from the broker to the store and the records, in batches, nothing acknowledged early.

For each batch, in this order: sort out; write to the store, or to the spool if the store is away;
one transaction of the records; acknowledge to the broker; receipts to the stations. Whatever
fails, the batch is kept and tried again, and a crash anywhere only means that it comes again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Protocol

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from kit.clock import Clock
from kit.db import Database
from kit.instants import to_micros
from kit.stop import Stop
from telemetry.codecs.native import encode_receipt
from telemetry.codecs.topics import Leaf, Topic
from telemetry.codecs.uplink import QuarantineReason
from telemetry.ingest import quarantine
from telemetry.ingest.broker_port import Incoming
from telemetry.ingest.profile_store import load_catalog
from telemetry.ingest.profiles import Catalog
from telemetry.ingest.pulse import Counters, Heartbeat, Situation
from telemetry.ingest.recorder import RecorderSettings, record_batch
from telemetry.ingest.sorted_batch import QuarantinedPart, SortedBatch
from telemetry.ingest.sorter import Sorter
from telemetry.ingest.spool import Spool, SpoolFull
from telemetry.readings import Reading
from telemetry.stores.port import Store, StoreRejected, StoreUnavailable

log = logging.getLogger(__name__)

IDLE_S = 0.01
"""When nothing came for so long, what has come is worked on."""

LINGER_S = 0.2
"""What has come is worked on after so long even if more is coming."""

BEAT_S = 1.0
CATALOG_S = 2.0
DRAIN_S = 0.5
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)
STORE_RETRY_S = (0.5, 1.0, 2.0, 5.0, 10.0)

MAX_WAITING_BYTES = 64 * 1024 * 1024
"""Bytes of messages held while the work can't go on; then the broker is read no more."""


class BrokerPort(Protocol):
    """What the ingest needs of its connection to the broker."""

    @property
    def connected(self) -> bool:
        """Whether messages can come."""
        ...

    @property
    def connection(self) -> int:
        """Number of the present connection."""
        ...

    @property
    def trouble(self) -> str:
        """What is wrong with the connection, or nothing."""
        ...

    def poll(self, timeout_s: float, limit: int) -> list[Incoming]:
        """Return what has come."""
        ...

    def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """Tell the broker that these need not come again."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1, if connected."""
        ...

    def close(self) -> None:
        """Leave the broker."""
        ...


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How the ingest works; ``name`` is its row in ``ingest_status``."""

    name: str = "sanlai-ingest"
    batch_max: int = 5_000
    waiting_max: int = 50_000
    recorder: RecorderSettings = field(default_factory=RecorderSettings)


@dataclass(slots=True)
class _InHand:
    """A batch on its way: what it came from, and whether its readings are durable yet."""

    messages: list[Incoming]
    batch: SortedBatch
    received_at: datetime
    durable: bool = False


class _BackOff:
    """Waits that grow from failure to failure."""

    def __init__(self, waits_s: Sequence[float]) -> None:
        self._waits_s = waits_s
        self._failures = 0
        self._due_at = 0.0
        self.trouble = ""

    @property
    def due(self) -> bool:
        return monotonic() >= self._due_at

    def failed(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.warning("ingest: %s", trouble)
        self.trouble = trouble
        wait_s = self._waits_s[min(self._failures, len(self._waits_s) - 1)]
        self._due_at = monotonic() + wait_s
        self._failures += 1

    def succeeded(self) -> None:
        if self.trouble:
            log.info("ingest: over: %s", self.trouble)
        self.trouble, self._failures, self._due_at = "", 0, 0.0


class Ingest:
    """One ingest process: ``run`` it in its own thread or process until told to stop."""

    def __init__(
        self,
        *,
        db: Database,
        store: Store,
        spool: Spool,
        broker: BrokerPort,
        clock: Clock,
        settings: IngestSettings | None = None,
    ) -> None:
        self._db, self._store, self._spool = db, store, spool
        self._broker, self._clock = broker, clock
        self._settings = settings or IngestSettings()
        self._sorter = Sorter()
        self._catalog: Catalog | None = None
        self._waiting: list[Incoming] = []
        self._waiting_bytes = 0
        self._connection = broker.connection
        self._in_hand: _InHand | None = None
        self._records = _BackOff(RETRY_S)
        self._points = _BackOff(STORE_RETRY_S)
        self._spool_full = False
        self._spooled = True  # until the first look says otherwise
        self._beat_at = self._catalog_at = 0.0
        self.counters = Counters()
        self._heartbeat = Heartbeat(db, clock, self._settings.name)

    @property
    def trouble(self) -> str:
        """What keeps it from its work just now, or nothing."""
        troubles = (self._broker.trouble, self._points.trouble, self._records.trouble)
        return "; ".join(trouble for trouble in troubles if trouble)

    def run(self, stop: Stop) -> None:
        """Work until ``stop`` is set; then finish what is in hand, and leave the broker."""
        try:
            while not stop.is_set():
                self.step(0.25)
            self._finish()
        finally:
            self._broker.close()
            self._beat(force=True)

    def step(self, timeout_s: float) -> None:
        """Take in what has come, waiting at most ``timeout_s`` for it, and do what is due."""
        self._refresh_catalog()
        self._collect(timeout_s)
        self._drain()
        while (self._in_hand or self._waiting) and self._records.due:
            if not self._work():
                break
        self._beat()

    def _collect(self, timeout_s: float) -> None:
        settings = self._settings
        idle_s = 0.0 if self._in_hand or self._waiting else timeout_s
        if not self._records.due:
            idle_s = min(timeout_s, 0.1)
        until = monotonic() + idle_s + LINGER_S
        while True:
            room = settings.waiting_max - len(self._waiting)
            if self._waiting_bytes > MAX_WAITING_BYTES:
                room = 0
            came = self._broker.poll(idle_s, max(0, min(room, settings.batch_max)))
            self._forget_lost()
            self._waiting += came
            self._waiting_bytes += sum(len(message.payload) for message in came)
            full = len(self._waiting) >= settings.batch_max or room <= 0
            if not came or full or monotonic() > until:
                return
            idle_s = IDLE_S

    def _forget_lost(self) -> None:
        """Drop what an earlier connection brought: the broker sends it again on this one."""
        if self._broker.connection != self._connection:
            self._connection = self._broker.connection
            self._waiting = [m for m in self._waiting if m.connection == self._connection]
            self._waiting_bytes = sum(len(message.payload) for message in self._waiting)

    def _work(self) -> bool:
        """Take one batch through; return whether it is done. What fails is tried again later."""
        in_hand = self._in_hand or self._next_batch()
        if in_hand is None:
            return False
        self._in_hand = in_hand
        try:
            self._make_durable(in_hand)
            with self._db.write() as session:
                recorded = record_batch(
                    session,
                    in_hand.batch,
                    self._catalog or Catalog(),
                    in_hand.received_at,
                    self._settings.recorder,
                )
        except (SpoolFull, OSError) as error:
            self._spool_full = True
            self._records.failed(f"the spool takes no more: {error}")
            return False
        except SQLAlchemyError as error:
            self._records.failed(f"the database: {_first_line(error)}")
            return False
        self._spool_full = False
        self._records.succeeded()
        self._in_hand = None
        self._broker.acknowledge(in_hand.messages)
        self._send_receipts(in_hand.batch)
        self.counters.count(in_hand.batch, recorded.duplicates)
        return True

    def _next_batch(self) -> _InHand | None:
        if self._catalog is None or not self._waiting:
            return None
        count = self._settings.batch_max
        messages, self._waiting = self._waiting[:count], self._waiting[count:]
        self._waiting_bytes = sum(len(message.payload) for message in self._waiting)
        now = self._clock.now()
        batch = self._sorter.sort_out(messages, self._catalog, to_micros(now) // 1000)
        return _InHand(messages, batch, now)

    def _make_durable(self, in_hand: _InHand) -> None:
        readings = in_hand.batch.readings
        if in_hand.durable or not readings:
            return
        # Behind a spool that is not empty the batch queues up, so that order is kept.
        if not self._spooled and self._points.due and self._write(readings, in_hand.batch):
            in_hand.durable = True
            return
        self._spool.append(readings)
        self._spooled = in_hand.durable = True

    def _write(self, readings: Sequence[Reading], batch: SortedBatch) -> bool:
        """Write to the store; return whether it is there. What it rejects is refused."""
        try:
            self._store.write(readings)
        except StoreRejected as error:
            for refusal in _refusals(error):
                batch.refuse(refusal)
        except StoreUnavailable as error:
            self._points.failed(f"the store: {error}")
            return False
        self._points.succeeded()
        return True

    def _drain(self) -> None:
        """Bring what is in the spool to the store, oldest first, for a short while."""
        until = monotonic() + DRAIN_S
        try:
            while self._spooled and self._points.due and monotonic() < until:
                if not self._drain_one():
                    return
        except OSError as error:
            self._records.failed(f"the spool can't be read: {error}")
        except SQLAlchemyError as error:
            self._records.failed(f"the database: {_first_line(error)}")

    def _drain_one(self) -> bool:
        """Bring the oldest batch of the spool to the store; return whether to go on."""
        head = self._spool.peek()
        if head is None:
            self._spooled = False
            return False
        key, readings = head
        refused = SortedBatch()
        if not self._write(readings, refused):
            return False
        if refused.refusals:
            with self._db.write() as session:
                quarantine.keep(session, refused.refusals, self._clock.now())
        self._spool.drop(key)
        return True

    def _send_receipts(self, batch: SortedBatch) -> None:
        for (station, boot), group in batch.groups.items():
            payload = encode_receipt(boot, group.seqs, group.rejected)
            self._broker.publish(str(Topic(station, Leaf.RECEIPT)), payload)

    def _refresh_catalog(self) -> None:
        if monotonic() < self._catalog_at:
            return
        self._catalog_at = monotonic() + CATALOG_S
        try:
            with self._db.read() as session:
                self._catalog = load_catalog(session)
        except SQLAlchemyError as error:
            self._records.failed(f"the database: {_first_line(error)}")

    def _beat(self, *, force: bool = False) -> None:
        if monotonic() < self._beat_at and not force:
            return
        self._beat_at = monotonic() + BEAT_S
        situation = Situation(
            broker_connected=self._broker.connected,
            store_reachable=not self._points.trouble,
            working=not self._records.trouble and self._catalog is not None,
            spool_depth=self._spool.depth(),
            spool_full=self._spool_full,
            waiting=len(self._waiting) + (len(self._in_hand.messages) if self._in_hand else 0),
            trouble=self.trouble,
        )
        try:
            self._heartbeat.beat(situation, self.counters)
        except SQLAlchemyError as error:
            self._records.failed(f"the database: {_first_line(error)}")

    def _finish(self) -> None:
        until = monotonic() + 5.0
        while (self._in_hand or self._waiting) and monotonic() < until:
            if not self._work():
                return


def _refusals(error: StoreRejected) -> list[QuarantinedPart]:
    return [
        QuarantinedPart(
            QuarantineReason.STORE_REJECTED,
            reading.station,
            str(Topic(reading.station, Leaf.DATA)),
            msgspec.json.encode(reading),
            str(error),
            reading.boot,
            reading.seq,
        )
        for reading in error.readings
    ]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
