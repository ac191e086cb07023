"""The messages that wait in every queue: those of pumps, a second apart."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.consumers import METRICS

DEADLINE_S = 600


class Message(NamedTuple):
    """One message of the queue."""

    station: str
    time_ms: int
    payload: bytes

    @property
    def topic(self) -> str:
        """Where it is published."""
        return f"sanlai/v1/{self.station}/data"


def messages(count: int, names: list[str], start_ms: int, boot: str = "b1") -> Iterator[Message]:
    """Give the messages of the stations in turn, a second apart, values as a pump's would be."""
    chance = random.Random(1)  # noqa: S311 - measured values, no secret
    for number in range(count):
        turn, place = divmod(number, len(names))
        values = (
            0.3 + chance.random() / 10,
            12 + chance.random() * 4,
            378 + chance.random() * 6,
            90 + chance.random() * 20,
            2 + chance.random(),
            7 + chance.random(),
        )
        body = {
            "boot": boot,
            "seq": turn + 1,
            "t": start_ms + turn * 1000,
            "m": {m: round(v, 3) for m, v in zip(METRICS, values, strict=True)},
        }
        yield Message(names[place], start_ms + turn * 1000, msgspec.json.encode(body))


def publish(port: int, what: Iterator[Message]) -> None:
    """Publish at QoS 1; return when the broker has acknowledged every message."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench-station")
    client.max_inflight_messages_set(20_000)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", port)
    client.loop_start()
    last = None
    for message in what:
        last = client.publish(message.topic, message.payload, qos=1)
        if last.mid % 5000 == 0:  # bounds what waits in this process
            last.wait_for_publish(DEADLINE_S)
    if last is not None:
        last.wait_for_publish(DEADLINE_S)
    while client.want_write():
        time.sleep(0.01)
    client.disconnect()
    client.loop_stop()
