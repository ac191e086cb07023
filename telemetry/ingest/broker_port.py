"""What the ingest needs of its connection to the broker. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Incoming(NamedTuple):
    """A message as it came; ``connection`` is the number of the connection that brought it."""

    topic: str
    payload: bytes
    mid: int
    connection: int


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
