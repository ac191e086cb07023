"""The station protocol, implemented a second time on purpose.

The program has its own codec; golden bytes in the tests compare the two, so that they can't share a
mistake. The words are those of ``docs/station-protocol.md``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

DECIMALS: dict[str, int] = {
    "pressure": 3,
    "current": 2,
    "voltage": 1,
    "flow": 2,
    "level": 3,
    "pump_state": 0,
}
"""Decimals that a simulated instrument sends: about a tenth of its noise."""

UNITS: dict[str, str] = {
    "pressure": "MPa",
    "current": "A",
    "voltage": "V",
    "flow": "m3/h",
    "level": "m",
    "pump_state": "1",
    "temperature": "Cel",
    "water_temperature": "Cel",
    "vibration": "g",
    "vibration_2": "g",
}
"""UCUM codes of the metrics that simulators send."""


@dataclass(frozen=True, slots=True)
class Message:
    """One uplink message: its identity (``boot``, ``seq``) and the bytes that go on the wire.

    ``hold_s`` is how long the station's link is down from this message on, in seconds.
    """

    boot: str
    seq: int
    payload: bytes
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the centre has made durable: closed ranges of ``seq`` of one ``boot``.

    ``rejected`` are those of them that it put into quarantine, each with its reason.
    """

    boot: str
    ranges: tuple[tuple[int, int], ...]
    rejected: tuple[tuple[int, str], ...] = ()

    def among(self, keys: Collection[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return those of the keys (boot, seq) that the receipt covers.

        Looks at the fewer of the two: a receipt may be for one message of thousands, or for
        millions of which a few are still there.
        """
        covered = sum(last - first + 1 for first, last in self.ranges)
        if covered <= len(keys):
            asked = ((self.boot, seq) for a, b in self.ranges for seq in range(a, b + 1))
            return [key for key in asked if key in keys]
        return [
            key
            for key in keys
            if key[0] == self.boot and any(first <= key[1] <= last for first, last in self.ranges)
        ]


def data_topic(station: str) -> str:
    """Return the uplink topic."""
    return f"sanlai/v1/{station}/data"


def receipt_topic(station: str) -> str:
    """Return the topic that receipts come on."""
    return f"sanlai/v1/{station}/receipt"


def state_topic(station: str) -> str:
    """Return the retained topic that says ``online`` or, by the last will, ``offline``."""
    return f"sanlai/v1/{station}/state"


def fault_topic(station: str) -> str:
    """Return the topic that commands a simulated fault; no real station listens to it."""
    return f"sim/v1/{station}/fault"


def encode(
    boot: str,
    seq: int,
    t_ms: int,
    values: Mapping[str, float],
    *,
    units: Mapping[str, str] | bool = False,
) -> bytes:
    """Return the payload: keys in the order boot, seq, t, m, u, and no spaces.

    ``units`` states each value's unit: by key, or with ``True`` those of ``UNITS``.
    """
    body: dict[str, object] = {"boot": boot, "seq": seq, "t": t_ms, "m": dict(values)}
    if units:
        of = UNITS if units is True else dict(units)
        body["u"] = {metric: of[metric] for metric in values}
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def decode_receipt(payload: bytes) -> Receipt:
    """Return the receipt; raise ``ValueError`` if these bytes are none."""
    try:
        body = json.loads(payload)
        return Receipt(
            boot=str(body["boot"]),
            ranges=tuple((int(first), int(last)) for first, last in body["ranges"]),
            rejected=tuple((int(seq), str(why)) for seq, why in body.get("rejected", ())),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(f"not a receipt: {payload[:80]!r}") from fault
