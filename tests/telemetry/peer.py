"""A station and an ingest for tests: a plain MQTT client, and the real pipeline in a thread."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from kit.clock import SystemClock
from kit.db import Database
from kit.stop import Stop
from simulators.link.protocol import decode_receipt, encode
from stations.assets.quantities import load_quantities
from telemetry.ingest.mqtt import MqttLink, MqttSettings
from telemetry.ingest.pipeline import Ingest, IngestSettings
from telemetry.ingest.spool import Spool
from telemetry.stores.port import Store
from tests.real_parts import wait_until


class Peer:
    """A client that publishes what it is told to, and notes every receipt of one station."""

    def __init__(self, port: int, station: str) -> None:
        self.station = station
        self.receipted: dict[tuple[str, int], int] = {}
        self.rejected: dict[tuple[str, int], set[str]] = {}
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.max_queued_messages_set(0)
        self._client.on_connect = self._subscribe
        self._subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._heard
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(30)

    def send(self, payload: bytes, topic: str | None = None) -> None:
        """Publish bytes, and wait until the broker has them."""
        sent = self._client.publish(topic or f"sanlai/v1/{self.station}/data", payload, qos=1)
        sent.wait_for_publish(30)

    def reading(self, seq: int, *, boot: str = "b", t: int | None = None, **values: float) -> bytes:
        """Publish a data message, and return its bytes."""
        now = int(time.time() * 1000)
        payload = encode(boot, seq, now if t is None else t, values or {"pressure": 0.3})
        self.send(payload)
        return payload

    def await_receipts(self, *seqs: int, boot: str = "b") -> None:
        """Wait until each of these has at least one receipt."""
        wait_until(
            lambda: all((boot, seq) in self.receipted for seq in seqs), f"receipts of {seqs}"
        )

    def close(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def _subscribe(self, *_: Any) -> None:
        self._client.subscribe(f"sanlai/v1/{self.station}/receipt", qos=1)

    def _heard(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        receipt = decode_receipt(bytes(message.payload))
        for seq, why in receipt.rejected:
            self.rejected.setdefault((receipt.boot, seq), set()).add(why)
        for first, last in receipt.ranges:
            for seq in range(first, last + 1):
                key = (receipt.boot, seq)
                self.receipted[key] = self.receipted.get(key, 0) + 1


@contextlib.contextmanager
def peer(port: int, station: str) -> Iterator[Peer]:
    """Give a connected peer."""
    made = Peer(port, station)
    try:
        yield made
    finally:
        made.close()


@contextlib.contextmanager
def ingesting(
    db: Database,
    store: Store,
    folder: Path,
    mqtt_settings: MqttSettings,
    settings: IngestSettings | None = None,
    *,
    spool_bytes: int = 50_000_000,
) -> Iterator[Ingest]:
    """Run the ingest in a thread; what it raises is raised at the end."""
    folder.mkdir(exist_ok=True)
    spool = Spool(folder / "spool", spool_bytes)
    link = MqttLink(mqtt_settings)
    ingest = Ingest(
        db=db, store=store, spool=spool, broker=link, clock=SystemClock(),
        quantities=load_quantities(), settings=settings,
    )  # fmt: skip

    try:
        with _running(ingest, lambda: link.connected):
            yield ingest
    finally:
        spool.close()


@contextlib.contextmanager
def _running(ingest: Ingest, up: Callable[[], bool]) -> Iterator[None]:
    """Run it in a thread until the block ends; what it raises is raised then."""
    stop = Stop()
    faults: list[Exception] = []

    def work() -> None:
        try:
            ingest.run(stop)
        except Exception as error:  # noqa: BLE001 - the test's thread raises it again
            faults.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        # Before its first subscription the broker keeps nothing for it.
        wait_until(lambda: up() or faults, "the ingest subscribed")
        yield
    finally:
        stop.set()
        thread.join(60)
    if faults:
        raise faults[0]
