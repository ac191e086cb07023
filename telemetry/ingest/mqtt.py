"""The MQTT client of the ingest: the only file that imports paho.

One thread: the caller polls, and what came is handed back in order. A message is acknowledged by
hand, in order, after the caller has made it durable; the broker keeps the queue of this fixed
client id while it is away (clean start off, session expiry, QoS 1). A lost connection is made
again for ever, with back-off; what was not acknowledged comes again.
"""

from __future__ import annotations

import logging
import select
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from telemetry.codecs.topics import subscriptions
from telemetry.ingest.broker_port import Incoming

log = logging.getLogger(__name__)

BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Waits between attempts to connect, in seconds; the last one is repeated for ever."""

STABLE_S = 5.0
"""A connection that lasted this long is made again at once. After shorter ones the waits grow, so
that two clients with one id, which throw each other off, each get time to work."""

CONNECT_TIMEOUT_S = 5.0
"""Longest wait for the broker's answer to a connection."""

MAX_POLL_BYTES = 32 * 1024 * 1024
"""Bytes of payload after which one ``poll`` reads no further."""


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """The broker's address, and the account to log in with. ``protocol`` is ``5`` or ``311``.

    ``receive_maximum`` bounds what the broker may send before it is acknowledged (MQTT 5 only:
    Mosquitto gives a 3.1.1 client 20). ``share_group`` lets several workers share the work.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    protocol: str = "5"
    client_id: str = "sanlai-ingest"
    username: str | None = None
    password: str | None = None
    tls: bool = False
    tls_ca: Path | None = None
    share_group: str | None = None
    receive_maximum: int = 20_000
    session_expiry_s: int = 7 * 86_400
    keepalive_s: int = 60


class MqttLink:
    """The connection to the broker. Not thread-safe."""

    def __init__(self, settings: MqttSettings) -> None:
        self._settings = settings
        self._inbox: list[Incoming] = []
        self._inbox_bytes = 0
        self._connection = 0
        self._connected = False
        self._subscribed = False
        self._attempts = 0
        self._subscribed_at = 0.0
        self._retry_at = 0.0
        self._give_up_at = 0.0
        self._misc_at = 0.0
        self.trouble = "not connected yet"
        self._client = self._new_client()

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted the connection and the subscription."""
        return self._connected and self._subscribed

    @property
    def connection(self) -> int:
        """Number of the present connection; messages of an earlier one come again."""
        return self._connection

    def poll(self, timeout_s: float, limit: int) -> list[Incoming]:
        """Return what has come, at most about ``limit``, waiting ``timeout_s`` for the first.

        Also connects, and keeps the connection alive: call it often.
        """
        self._inbox, self._inbox_bytes = [], 0
        client_socket = self._client.socket()
        if client_socket is None:
            self._connect_when_due(timeout_s)
            return self._inbox
        if not self._connected and monotonic() > self._give_up_at:
            self._drop("the broker did not answer")
            return self._inbox
        readable = self._wait(client_socket, timeout_s)
        if readable:
            self._read(limit)
        if self._client.want_write():
            self._client.loop_write()
        now = monotonic()
        if now >= self._misc_at:
            self._misc_at = now + 1.0
            self._client.loop_misc()
        return self._inbox

    def acknowledge(self, messages: Sequence[Incoming]) -> None:
        """Acknowledge, in order, those that this connection brought; the others come again."""
        current = self._connection
        packets = [
            b"\x40\x02" + message.mid.to_bytes(2)
            for message in messages
            if message.mid and message.connection == current
        ]
        # A PUBACK of success is these four bytes in MQTT 3.1.1 and 5 alike. They go out joined:
        # one by one through the client they would cost a system call each.
        self._send(b"".join(packets))

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1, if connected; what is lost with a connection is not repeated."""
        if self.connected:
            self._client.publish(topic, payload, qos=1)

    def close(self) -> None:
        """Leave the broker; it keeps the queue for the next time."""
        if self._client.socket() is not None:
            self._client.disconnect()
        self._connected = False

    def _new_client(self) -> paho.Client:
        settings = self._settings
        five = settings.protocol == "5"
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            protocol=paho.MQTTv5 if five else paho.MQTTv311,
            clean_session=None if five else False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        if settings.username is not None:
            client.username_pw_set(settings.username, settings.password)
        if settings.tls:
            client.tls_set_context(ssl.create_default_context(cafile=settings.tls_ca))
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _wait(self, client_socket: Any, timeout_s: float) -> bool:
        # What TLS has already decrypted does not show in select.
        if isinstance(client_socket, ssl.SSLSocket) and client_socket.pending():
            return True
        writers = [client_socket] if self._client.want_write() else []
        readable, _, _ = select.select([client_socket], writers, [], timeout_s)
        return bool(readable)

    def _read(self, limit: int) -> None:
        read = self._client.loop_read
        inbox = self._inbox
        idle = 0
        # One call reads one packet, or finds none; a packet that is no message also adds none.
        while len(inbox) < limit and idle < 3 and self._inbox_bytes < MAX_POLL_BYTES:
            before = len(inbox)
            if read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
            idle = idle + 1 if len(inbox) == before else 0

    def _send(self, data: bytes) -> None:
        deadline = monotonic() + CONNECT_TIMEOUT_S
        while data or self._client.want_write():
            client_socket = self._client.socket()
            if client_socket is None:
                return
            if monotonic() > deadline:
                self._drop("the broker takes no acknowledgement")
                return
            try:
                # A packet that the client has begun is finished first, so that none is torn.
                if self._client.want_write():
                    self._client.loop_write()
                else:
                    data = data[client_socket.send(data) :]
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                select.select([], [client_socket], [], 0.2)
            except OSError as error:
                self._drop(str(error))
                return

    def _connect_when_due(self, timeout_s: float) -> None:
        now = monotonic()
        if now < self._retry_at:
            select.select([], [], [], min(timeout_s, self._retry_at - now))
            return
        self._retry_at = now + BACK_OFF_S[min(self._attempts, len(BACK_OFF_S) - 1)]
        self._attempts += 1
        self._give_up_at = now + CONNECT_TIMEOUT_S
        settings = self._settings
        options: dict[str, Any] = {}
        if settings.protocol == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho's
            properties.SessionExpiryInterval = settings.session_expiry_s
            properties.ReceiveMaximum = settings.receive_maximum
            options = {"clean_start": False, "properties": properties}
        # A new client, so that nothing is left of the last connection. Receipts that were still on
        # their way are gone with it: the station asks again by sending again.
        self._client = self._new_client()
        try:
            self._client.connect(
                settings.host, settings.port, keepalive=settings.keepalive_s, **options
            )
        except (OSError, ValueError) as error:
            self._note(f"broker {settings.host}:{settings.port}: {error}")

    def _drop(self, reason: str) -> None:
        self._note(reason)
        client_socket = self._client.socket()
        if client_socket is not None:
            client_socket.close()
            self._client = self._new_client()
        self._lost()

    def _lost(self) -> None:
        if self._subscribed and monotonic() - self._subscribed_at >= STABLE_S:
            self._attempts = 0
        self._connected = self._subscribed = False

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.warning("mqtt: %s", trouble)
        self.trouble = trouble

    def _on_connect(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._note(f"the broker refuses the connection: {reason}")
            return
        self._connection += 1
        self._connected, self._subscribed = True, False
        filters = subscriptions(self._settings.share_group)
        client.subscribe([(name, 1) for name in filters])

    def _on_subscribe(
        self, _client: Any, _data: Any, _mid: int, reasons: list[ReasonCode], _properties: Any
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            self._note(f"the broker refuses the subscription: {', '.join(refused)}")
            return
        self._subscribed = True
        self._subscribed_at = monotonic()
        self.trouble = ""
        log.info("mqtt: connected to %s:%s", self._settings.host, self._settings.port)

    def _on_disconnect(
        self, _client: Any, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self._lost()
        self._note(f"the connection to the broker ended: {reason}")

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # not a topic of the protocol, and quarantined as such
        self._inbox_bytes += len(message.payload)
        self._inbox.append(Incoming(topic, bytes(message.payload), message.mid, self._connection))
