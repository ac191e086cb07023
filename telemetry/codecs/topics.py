"""Topics of the station protocol, as validated values. Pure.

``sanlai/v1/<station>/data`` up, ``…/receipt`` down, ``…/state`` retained (see
``docs/station-protocol.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stations.assets.station import STATION_ID

ROOT = "sanlai/v1"


class Leaf(StrEnum):
    """The last level of a topic: what travels on it."""

    DATA = "data"
    RECEIPT = "receipt"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of one station; raises ``ValueError`` for an impossible station id."""

    station: str
    leaf: Leaf

    def __post_init__(self) -> None:
        if not STATION_ID.fullmatch(self.station):
            raise ValueError(f"{self.station!r} is not a station id")

    def __str__(self) -> str:
        return f"{ROOT}/{self.station}/{self.leaf}"


def parse_topic(text: str) -> Topic:
    """Return the topic; raise ``ValueError`` if it is not one of the protocol."""
    root, _, rest = text.partition(f"{ROOT}/")
    station, _, leaf = rest.partition("/")
    if root or leaf not in set(Leaf):
        raise ValueError(f"{text!r} is not a topic of the station protocol")
    return Topic(station, Leaf(leaf))


def subscriptions(share_group: str | None = None) -> list[str]:
    """Return the filters that an ingest subscribes to, shared by ``share_group`` if given."""
    prefix = f"$share/{share_group}/" if share_group else ""
    return [f"{prefix}{ROOT}/+/{leaf}" for leaf in (Leaf.DATA, Leaf.STATE)]
