"""Messages from the broker that wait to be processed, within bounds."""

from __future__ import annotations

from time import monotonic

from telemetry.ingest.broker_port import BrokerPort, Incoming

IDLE_S = 0.01
"""After so long without a message, what has come is processed."""

LINGER_S = 0.2
"""After so long, what has come is processed even if more is coming."""

MAX_WAITING_BYTES = 64 * 1024 * 1024
"""Most bytes held while nothing can be processed; beyond it the broker is not read."""


class Inbox:
    """Messages in the order they came, handed out in batches of at most ``batch_max``."""

    def __init__(self, broker: BrokerPort, batch_max: int, waiting_max: int) -> None:
        self._broker = broker
        self._batch_max, self._waiting_max = batch_max, waiting_max
        self._waiting: list[Incoming] = []
        self._bytes = 0
        self._connection = broker.connection

    def __len__(self) -> int:
        return len(self._waiting)

    def collect(self, idle_s: float) -> None:
        """Take in what comes, waiting ``idle_s`` for the first of it."""
        until = monotonic() + idle_s + LINGER_S
        while True:
            room = self._waiting_max - len(self._waiting)
            if self._bytes > MAX_WAITING_BYTES:
                room = 0
            came = self._broker.poll(idle_s, max(0, min(room, self._batch_max)))
            self._forget_lost()
            self._waiting += came
            self._bytes += sum(len(message.payload) for message in came)
            full = len(self._waiting) >= self._batch_max or room <= 0
            if not came or full or monotonic() > until:
                return
            idle_s = IDLE_S

    def take(self) -> list[Incoming]:
        """Hand out the oldest messages, one batch of them."""
        count = self._batch_max
        messages, self._waiting = self._waiting[:count], self._waiting[count:]
        self._bytes = sum(len(message.payload) for message in self._waiting)
        return messages

    def _forget_lost(self) -> None:
        """Drop what an earlier connection brought: the broker sends it again on this one."""
        if self._broker.connection != self._connection:
            self._connection = self._broker.connection
            self._waiting = [m for m in self._waiting if m.connection == self._connection]
            self._bytes = sum(len(message.payload) for message in self._waiting)
