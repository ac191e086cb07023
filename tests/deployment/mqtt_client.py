"""An MQTT 5 client of the tests, apart from those of the program and of its simulators."""

from __future__ import annotations

import queue
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.real_parts import DEADLINE_S

NOT_AUTHORISED = 0x87


class Client:
    """An MQTT 5 client that waits for the broker's answers."""

    def __init__(self, port: int, user: str | None, password: str | None) -> None:
        self.received: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._answers: queue.Queue[int] = queue.Queue()
        self._mqtt = mqtt.Client(
            CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False
        )
        if user is not None:
            self._mqtt.username_pw_set(user, password)
        self._mqtt.on_connect = lambda *given: self._answers.put(given[3].value)
        self._mqtt.on_publish = lambda *given: self._answers.put(given[3].value)
        self._mqtt.on_subscribe = lambda *given: self._answers.put(given[3][0].value)
        self._mqtt.on_message = self._take
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()
        self.answer = self._answers.get(timeout=DEADLINE_S)

    def _take(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self.received.put((message.topic, bytes(message.payload)))

    def publish(self, topic: str, payload: bytes = b"x") -> int:
        """Publish with QoS 1 and return the broker's reason code."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call] # paho's
        self._mqtt.publish(topic, payload, qos=1, properties=properties)
        return self._answers.get(timeout=DEADLINE_S)

    def subscribe(self, topic: str) -> int:
        """Subscribe with QoS 1 and return the broker's reason code."""
        self._mqtt.subscribe(topic, qos=1)
        return self._answers.get(timeout=DEADLINE_S)

    def next(self, timeout_s: float = DEADLINE_S) -> tuple[str, bytes] | None:
        """Wait for the next message; return None when none comes in time."""
        try:
            return self.received.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Leave."""
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
