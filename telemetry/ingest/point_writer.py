"""Writes readings to the store, or to the spool on disk while the store is away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from telemetry.codecs.topics import Leaf, Topic
from telemetry.codecs.uplink import QuarantineReason
from telemetry.ingest.back_off import BackOff
from telemetry.ingest.sorted_batch import QuarantinedPart
from telemetry.ingest.spool import Depth, Spool
from telemetry.readings import Reading
from telemetry.stores.port import Store, StoreRejected, StoreUnavailable

RETRY_S = (0.5, 1.0, 2.0, 5.0, 10.0)

Refuse = Callable[[Sequence[QuarantinedPart]], None]
"""Called with what the store refuses for good."""


class PointWriter:
    """Keeps readings durably and in order: they queue behind a spool that is not empty."""

    def __init__(self, store: Store, spool: Spool) -> None:
        self._store, self._spool = store, spool
        self._back_off = BackOff(RETRY_S)
        self._spooled = True  # until the first look says otherwise

    @property
    def trouble(self) -> str:
        """What is wrong with the store, or nothing."""
        return self._back_off.trouble

    @property
    def depth(self) -> Depth:
        """How much waits in the spool."""
        return self._spool.depth()

    def keep(self, readings: Sequence[Reading], refuse: Refuse) -> None:
        """Write to the store, or to the spool; durable when this returns.

        Raises ``SpoolFull`` and ``SpoolUnavailable``: nothing was kept, the call may be repeated.
        """
        if self._spooled or not self._back_off.due or not self._write(readings, refuse):
            self._spool.append(readings)
            self._spooled = True

    def drain_one(self, refuse: Refuse) -> bool:
        """Move the oldest batch of the spool to the store; return whether to go on."""
        if not self._spooled or not self._back_off.due:
            return False
        head = self._spool.peek()
        if head is None:
            self._spooled = False
            return False
        key, readings = head
        if not self._write(readings, refuse):
            return False
        self._spool.drop(key)
        return True

    def _write(self, readings: Sequence[Reading], refuse: Refuse) -> bool:
        """Write to the store; return whether it is there. What it rejects is refused."""
        try:
            self._store.write(readings)
        except StoreRejected as error:
            refuse(_parts(error))
        except StoreUnavailable as error:
            self._back_off.failed(f"the store: {error}")
            return False
        self._back_off.succeeded()
        return True


def _parts(error: StoreRejected) -> list[QuarantinedPart]:
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
