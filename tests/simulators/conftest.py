"""The other end of a station's link: a small peer that hears messages and gives receipts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.real_parts import wait_until


class Peer:
    """Hears every station on a broker; gives receipts while ``receipting``, one per message."""

    def __init__(self, port: int, username: str | None = None, password: str = "") -> None:
        self.heard: dict[tuple[str, str, int], list[bytes]] = {}
        self.states: dict[str, list[bytes]] = {}
        self.receipting = True
        self.reject: Callable[[int], str | None] = lambda _seq: None
        self._subscribed = threading.Event()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self.client.on_message = self._hear
        self.client.on_connect = lambda client, *_: client.subscribe("sanlai/v1/#", qos=1)
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        if username is not None:
            self.client.username_pw_set(username, password)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        wait_until(self._subscribed.is_set, "the peer's subscription")

    def of(self, station: str) -> dict[tuple[str, int], list[bytes]]:
        """Return what one station sent: every transmission of each message."""
        return {
            (boot, seq): sent
            for (name, boot, seq), sent in list(self.heard.items())
            if name == station
        }

    def receipt(self, station: str, boot: str, *ranges: tuple[int, int]) -> None:
        """Give one receipt by hand."""
        body = json.dumps({"boot": boot, "ranges": ranges})
        self.client.publish(f"sanlai/v1/{station}/receipt", body, qos=1)

    def command(self, station: str, payload: bytes) -> None:
        """Publish on the station's topic of faults."""
        self.client.publish(f"sim/v1/{station}/fault", payload, qos=1)

    def close(self) -> None:
        """End the connection."""
        self.client.disconnect()
        self.client.loop_stop()

    def _hear(self, client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        _, _, station, kind = message.topic.split("/")
        if kind == "state":
            self.states.setdefault(station, []).append(bytes(message.payload))
        if kind != "data":
            return
        body = json.loads(message.payload)
        boot, seq = body["boot"], body["seq"]
        self.heard.setdefault((station, boot, seq), []).append(bytes(message.payload))
        if self.receipting:
            reason = self.reject(seq)
            rejected = [] if reason is None else [[seq, reason]]
            receipt = {"boot": boot, "ranges": [[seq, seq]], "rejected": rejected}
            client.publish(f"sanlai/v1/{station}/receipt", json.dumps(receipt), qos=1)


@pytest.fixture
def peer_on() -> Iterator[Callable[..., Peer]]:
    """Give a function that connects a peer to the broker on a port."""
    made: list[Peer] = []

    def connect(port: int, username: str | None = None, password: str = "") -> Peer:
        made.append(Peer(port, username, password))
        return made[-1]

    yield connect
    for peer in made:
        peer.close()
