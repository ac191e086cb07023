"""A station's link: QoS 1 up, receipts down; messages are kept until their receipt.

The outbox and not the MQTT client decides what is sent again: after a reconnect everything
without a receipt goes out once more, as the same bytes; so does what has waited too long.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from simulators.link.outbox import Outbox
from simulators.link.protocol import (
    Message,
    Receipt,
    data_topic,
    decode_receipt,
    fault_topic,
    receipt_topic,
    state_topic,
)

log = logging.getLogger(__name__)

TAKEN_OVER = 0x8E
"""MQTT 5, 3.14.2.1: another client has connected with the same client id."""

PROTOCOLS = {"5": mqtt.MQTTv5, "311": mqtt.MQTTv311}


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and as whom to log in. ``protocol`` is ``5`` or ``311``."""

    host: str = "127.0.0.1"
    port: int = 1883
    protocol: str = "5"
    username: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """Most messages without a receipt at a time; seconds until one of them is sent again."""

    window: int = 1000
    resend_after_s: float = 30.0


@dataclass(slots=True)
class Counts:
    """Counters of the link. ``sent`` counts every transmission, ``resent`` repeats."""

    sent: int = 0
    resent: int = 0
    receipted: int = 0
    rejected: int = 0
    connects: int = 0


@dataclass(slots=True)
class _Flight:
    payload: bytes
    sent_at: float


def new_client(broker: Broker, client_id: str) -> mqtt.Client:
    """Return a client for this broker, not yet connected, that remembers no session."""
    protocol = PROTOCOLS[broker.protocol]
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        protocol=protocol,
        clean_session=None if broker.protocol == "5" else True,
    )
    # The client does not heed the broker's receive maximum (MQTT 5, 3.2.2.3.3), and a broker
    # may end the connection for that; 20 on the way to the broker is the least they grant.
    client.max_inflight_messages_set(20)
    if broker.username is not None:
        client.username_pw_set(broker.username, broker.password)
    client.reconnect_delay_set(min_delay=1, max_delay=15)
    return client


class Link:
    """One station's connection.

    ``offer`` and ``pump`` belong to one thread; the MQTT client's own thread only leaves events
    for it, and calls ``wake`` when there is one. ``rejections`` counts reasons of quarantine.
    """

    def __init__(
        self,
        station: str,
        broker: Broker,
        outbox: Outbox,
        *,
        patience: Patience | None = None,
        wake: Callable[[], None] = lambda: None,
        on_fault: Callable[[str], None] | None = None,
    ) -> None:
        self.station, self.outbox, self.counts = station, outbox, Counts()
        self.rejections: dict[str, int] = {}
        self.last_error: str | None = None
        self._patience, self._wake, self._on_fault = patience or Patience(), wake, on_fault
        self._broker = broker
        self._events: SimpleQueue[Callable[[float], None]] = SimpleQueue()
        self._in_flight: OrderedDict[tuple[str, int], _Flight] = OrderedDict()
        self._cursor, self._held_until, self._lost = 0, 0.0, False
        self._connected = threading.Event()
        self._client = new_client(broker, f"station-{station}")
        self._client.will_set(state_topic(station), b"offline", qos=1, retain=True)
        self._client.on_connect = self._connect_answered
        self._client.on_connect_fail = self._unreachable
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._heard

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted the connection."""
        return self._connected.is_set()

    @property
    def unreceipted(self) -> int:
        """How many messages are kept because no receipt has come."""
        return len(self.outbox)

    def start(self) -> None:
        """Start connecting, and keep trying for ever."""
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=20)
        self._client.loop_start()

    def offer(self, message: Message, now: float) -> bool:
        """Keep a message and send it when the link allows; ``False`` if there is no room."""
        if message.hold_s:
            self._held_until = max(self._held_until, now + message.hold_s)
        return self.outbox.keep(message)

    def lose(self, lost: bool) -> None:
        """Lose the link, or find it again: meanwhile messages are kept and none is sent.

        The broker would publish the last will only after a while; this publishes it at once.
        """
        if lost != self._lost:
            self._lost = lost
            if self.connected:
                said = b"offline" if lost else b"online"
                self._client.publish(state_topic(self.station), said, qos=1, retain=True)

    def pump(self, now: float) -> None:
        """Take in what was heard, send what is due. ``now`` is seconds on a monotonic clock."""
        self._take_events(now)
        if not self.connected or self._lost or now < self._held_until:
            return
        self._send_again(now)
        room = self._patience.window - len(self._in_flight)
        if room > 0 and self._cursor_behind:
            for place, message in self.outbox.after(self._cursor, room):
                self._cursor = place
                self._send((message.boot, message.seq), message.payload, now)

    def stop(self) -> None:
        """Say offline, disconnect, and end the client's thread. What is kept stays kept."""
        if self.connected:
            farewell = self._client.publish(state_topic(self.station), b"offline", 1, retain=True)
            try:
                farewell.wait_for_publish(2.0)
            except (RuntimeError, ValueError) as fault:
                log.info("%s: left without saying so: %s", self.station, fault)
        # Left in the client's memory they would delay its end; the outbox has them all.
        self._client.drop_out_messages()
        self._client.disconnect()
        self._client.loop_stop()
        self.outbox.close()

    @property
    def _cursor_behind(self) -> bool:
        return len(self.outbox) > len(self._in_flight)

    def _take_events(self, now: float) -> None:
        while True:
            try:
                event = self._events.get_nowait()
            except Empty:
                return
            event(now)

    def _send_again(self, now: float) -> None:
        while self._in_flight:
            key = next(iter(self._in_flight))
            flight = self._in_flight[key]
            if now - flight.sent_at < self._patience.resend_after_s:
                return
            self.counts.resent += 1
            self._send(key, flight.payload, now)

    def _send(self, key: tuple[str, int], payload: bytes, now: float) -> None:
        self._client.publish(data_topic(self.station), payload, qos=1)
        self.counts.sent += 1
        self._in_flight[key] = _Flight(payload, now)
        self._in_flight.move_to_end(key)

    def _begin_anew(self, _now: float) -> None:
        self.counts.connects += 1
        self.counts.resent += len(self._in_flight)
        self._in_flight.clear()
        self._cursor = 0

    def _take_receipt(self, receipt: Receipt) -> None:
        gone = self.outbox.forget(receipt)
        self.counts.receipted += gone
        for key in receipt.among(self._in_flight):
            del self._in_flight[key]
        if gone:
            for seq, reason in receipt.rejected:
                self.counts.rejected += 1
                times = self.rejections[reason] = self.rejections.get(reason, 0) + 1
                if str(times).rstrip("0") == "1":  # 1, 10, 100: one a second would fill the disk
                    said = "%s: message %s was not taken, for the %d. time: %s"
                    log.warning(said, self.station, seq, times, reason)

    # What follows runs on the client's own thread.

    def _connect_answered(
        self,
        client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self.last_error = f"the broker refused the connection: {reason}"
            log.warning("%s: %s", self.station, self.last_error)
            return
        # The outbox sends again; with the client's own memory everything would be sent twice.
        client.drop_out_messages()
        client.subscribe(receipt_topic(self.station), qos=1)
        if self._on_fault is not None:
            client.subscribe(fault_topic(self.station), qos=1)
        client.publish(state_topic(self.station), b"online", qos=1, retain=True)
        self.last_error = None
        self._leave(self._begin_anew)
        self._connected.set()

    def _unreachable(self, _client: mqtt.Client, _userdata: object) -> None:
        self.last_error = f"no broker at {self._broker.host}:{self._broker.port}"
        log.info("%s: %s", self.station, self.last_error)

    def _disconnected(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._connected.clear()
        if reason.is_failure:
            self.last_error = f"the connection to the broker broke: {reason}"
            if reason.value == TAKEN_OVER:
                self.last_error += " (does a second simulator of this station run?)"
            log.info("%s: %s", self.station, self.last_error)

    def _heard(self, _client: mqtt.Client, _userdata: object, heard: mqtt.MQTTMessage) -> None:
        try:
            if heard.topic == fault_topic(self.station):
                name = str(json.loads(heard.payload)["fault"])
                self._leave(lambda _now: self._on_fault(name) if self._on_fault else None)
            else:
                receipt = decode_receipt(bytes(heard.payload))
                self._leave(lambda _now: self._take_receipt(receipt))
        except (ValueError, KeyError, TypeError) as fault:
            log.warning("%s: ignored what came on %s: %s", self.station, heard.topic, fault)

    def _leave(self, event: Callable[[float], None]) -> None:
        self._events.put(event)
        self._wake()
