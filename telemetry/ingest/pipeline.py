"""The ingest: from the broker to the store and the records, in batches, nothing acknowledged early.

For each batch, in this order: sort out; write to the store, or to the spool if the store is away;
one transaction of the records; acknowledge to the broker; receipts to the stations. Whatever
fails, the batch is kept and tried again, and a crash anywhere only means that it comes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from kit.clock import Clock
from kit.db import Database
from kit.instants import to_micros
from kit.stop import Stop
from stations.assets.quantities import Quantities
from telemetry.codecs.native import encode_receipt
from telemetry.codecs.topics import Leaf, Topic
from telemetry.ingest import quarantine
from telemetry.ingest.back_off import BackOff
from telemetry.ingest.broker_port import BrokerPort, Incoming
from telemetry.ingest.inbox import Inbox
from telemetry.ingest.point_writer import PointWriter
from telemetry.ingest.profile_store import catalog_stamp, load_catalog
from telemetry.ingest.profiles import Catalog
from telemetry.ingest.pulse import Counters, Heartbeat, Situation
from telemetry.ingest.recorder import RecorderSettings, record_batch
from telemetry.ingest.sorted_batch import QuarantinedPart, SortedBatch
from telemetry.ingest.sorter import LATE_AFTER_S, Sorter
from telemetry.ingest.spool import Spool, SpoolFull
from telemetry.stores.port import Store

BEAT_S = 1.0
CATALOG_S = 2.0
DRAIN_S = 0.5
FINISH_S = 5.0
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How the ingest works; ``name`` is its row in ``ingest_status``.

    A reading older than ``late_after_s`` seconds at its receipt is late: it raises no alarm.
    """

    name: str = "sanlai-ingest"
    batch_max: int = 5_000
    waiting_max: int = 50_000
    late_after_s: float = LATE_AFTER_S
    recorder: RecorderSettings = field(default_factory=RecorderSettings)


@dataclass(slots=True)
class _InHand:
    """A batch in progress: what it came from, and whether its readings are durable yet."""

    messages: list[Incoming]
    batch: SortedBatch
    received_at: datetime
    durable: bool = False


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
        quantities: Quantities,
        settings: IngestSettings | None = None,
    ) -> None:
        self._settings = settings or IngestSettings()
        self._db, self._broker, self._clock = db, broker, clock
        self._quantities = quantities
        self._inbox = Inbox(broker, self._settings.batch_max, self._settings.waiting_max)
        self._sorter = Sorter(self._settings.late_after_s)
        self._points = PointWriter(store, spool)
        self._records = BackOff(RETRY_S)
        self._catalog: Catalog | None = None
        self._catalog_stamp: tuple[object, ...] = ()
        self._in_hand: _InHand | None = None
        self._spool_full = False
        self._beat_at = self._catalog_at = 0.0
        self.counters = Counters()
        self._heartbeat = Heartbeat(db, clock, self._settings.name)

    @property
    def trouble(self) -> str:
        """What keeps it from working just now, or nothing."""
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
        idle_s = 0.0 if self._busy else timeout_s
        self._inbox.collect(idle_s if self._records.due else min(timeout_s, 0.1))
        self._drain()
        while self._busy and self._records.due:
            if not self._work():
                break
        self._beat()

    @property
    def _busy(self) -> bool:
        return self._in_hand is not None or len(self._inbox) > 0

    def _work(self) -> bool:
        """Process one batch; return whether it is done. What fails is tried again later."""
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
            self._database_failed(error)
            return False
        self._spool_full = False
        self._records.succeeded()
        self._in_hand = None
        self._broker.acknowledge(in_hand.messages)
        self._send_receipts(in_hand.batch)
        self.counters.count(in_hand.batch, recorded.duplicates)
        return True

    def _next_batch(self) -> _InHand | None:
        if self._catalog is None or not len(self._inbox):
            return None
        messages, now = self._inbox.take(), self._clock.now()
        batch = self._sorter.sort_out(messages, self._catalog, to_micros(now) // 1000)
        return _InHand(messages, batch, now)

    def _make_durable(self, in_hand: _InHand) -> None:
        def refuse(parts: Sequence[QuarantinedPart]) -> None:
            for part in parts:
                in_hand.batch.refuse(part)

        if not in_hand.durable and in_hand.batch.readings:
            self._points.keep(in_hand.batch.readings, refuse)
        in_hand.durable = True

    def _drain(self) -> None:
        """Move batches from the spool to the store, oldest first, for a short while."""
        until = monotonic() + DRAIN_S
        try:
            while monotonic() < until and self._points.drain_one(self._quarantine):
                pass
        except OSError as error:
            self._records.failed(f"the spool can't be read: {error}")
        except SQLAlchemyError as error:
            self._database_failed(error)

    def _quarantine(self, parts: Sequence[QuarantinedPart]) -> None:
        with self._db.write() as session:
            quarantine.keep(session, parts, self._clock.now())

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
                stamp = catalog_stamp(session)
                # Read whole only when something changed: it may be a hundred thousand points.
                if stamp != self._catalog_stamp:
                    self._catalog = load_catalog(session, self._quantities)
                    self._catalog_stamp = stamp
        except SQLAlchemyError as error:
            self._database_failed(error)

    def _beat(self, *, force: bool = False) -> None:
        if monotonic() < self._beat_at and not force:
            return
        self._beat_at = monotonic() + BEAT_S
        situation = Situation(
            broker_connected=self._broker.connected,
            store_reachable=not self._points.trouble,
            working=not self._records.trouble and self._catalog is not None,
            spool_depth=self._points.depth,
            spool_full=self._spool_full,
            waiting=len(self._inbox) + (len(self._in_hand.messages) if self._in_hand else 0),
            trouble=self.trouble,
        )
        try:
            self._heartbeat.beat(situation, self.counters)
        except SQLAlchemyError as error:
            self._database_failed(error)

    def _finish(self) -> None:
        until = monotonic() + FINISH_S
        while self._busy and monotonic() < until:
            if not self._work():
                return

    def _database_failed(self, error: SQLAlchemyError) -> None:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        self._records.failed(f"the database: {said}")
