"""From messages to what is to be kept of them: readings, refusals, receipts. Pure.

``Sorter.sort_out`` is the hot path: one pass, no object per value, the slow way only for what is
not as it should be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from zlib import crc32

from telemetry.codecs.native import Reason, Unreadable, Uplink, decode
from telemetry.codecs.topics import Leaf, parse_topic
from telemetry.ingest.profiles import Catalog, Profile
from telemetry.readings import Reading

OLDEST_MS = 366 * 86_400_000
"""A reading older than this at its receipt comes of a clock that is wrong (a year and a day)."""

FUTURE_MS = 5 * 60_000
"""A reading further ahead than this at its receipt comes of a clock that is wrong."""

RECENT = 256
"""Messages of one boot whose content is remembered, to tell a repeat from a conflict."""

MAX_BOOTS_REMEMBERED = 2_000
"""Boots whose recent messages are remembered."""

_ONLINE = {b"online": True, b"offline": False}


class Arrived(Protocol):
    """A message as the broker gave it."""

    @property
    def topic(self) -> str:
        """The topic it was published on."""
        ...

    @property
    def payload(self) -> bytes:
        """Its bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message, or a part of one, that goes to quarantine.

    ``station`` is empty unless the station is known; ``boot`` and ``seq`` as far as legible.
    """

    reason: Reason
    station: str
    topic: str
    payload: bytes
    detail: str = ""
    boot: str = ""
    seq: int | None = None


@dataclass(slots=True)
class Group:
    """What one boot of one station sent in this batch."""

    seqs: list[int] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """What is to be kept of a run of messages, in the order they came."""

    messages: int = 0
    readings: list[Reading] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    online: dict[str, bool] = field(default_factory=dict)

    def group(self, station: str, boot: str) -> Group:
        """Return the group of a boot, made when missing."""
        return self.groups.setdefault((station, boot), Group())

    def refuse(self, refusal: Refusal, *, known: bool = True) -> None:
        """Note a refusal, and reject its ``seq`` in the receipt of a ``known`` station."""
        self.refusals.append(refusal)
        if known and refusal.boot and refusal.seq is not None:
            group = self.group(refusal.station, refusal.boot)
            group.seqs.append(refusal.seq)
            group.rejected.append((refusal.seq, refusal.reason))


class Sorter:
    """Sorts messages out; remembers the content of recent ones, in memory only.

    After a restart a conflicting duplicate is taken for a repeat: its values replace the first
    ones in the store if its time is the same.
    """

    def __init__(self) -> None:
        self._stations: dict[str, str] = {}
        self._recent: dict[tuple[str, str], dict[int, int]] = {}

    def sort_out(self, messages: Iterable[Arrived], catalog: Catalog, now_ms: int) -> Batch:
        """Return what is to be kept of these messages, received at ``now_ms`` (since 1970)."""
        batch = Batch()
        profiles, stations, recent = catalog.profiles, self._stations, self._recent
        readings, groups = batch.readings, batch.groups
        earliest, latest = now_ms - OLDEST_MS, now_ms + FUTURE_MS
        for message in messages:
            batch.messages += 1
            topic, payload = message.topic, message.payload
            station = stations.get(topic)
            if station is None or (profile := profiles.get(station)) is None:
                self._other(batch, topic, payload, catalog)
                if (station := stations.get(topic)) is None:
                    continue
                profile = profiles[station]
            try:
                uplink, faults = decode(payload)
            except Unreadable as error:
                batch.refuse(
                    Refusal(
                        error.reason, station, topic, payload,
                        error.detail, error.boot or "", error.seq,
                    )
                )  # fmt: skip
                continue
            boot, seq, t, values = str(uplink.boot), uplink.seq, uplink.t, uplink.m
            key = (station, boot)
            remembered = recent.get(key)
            if remembered is None:
                remembered = recent[key] = self._room()
            digest = crc32(payload)
            refused: Reason | None = None
            if remembered.setdefault(seq, digest) != digest:
                refused = Reason.CONFLICTING_DUPLICATE
            elif not earliest <= t <= latest:
                refused = Reason.TIME_TOO_OLD if t < earliest else Reason.TIME_IN_FUTURE
            if refused is not None:
                batch.refuse(Refusal(refused, station, topic, payload, f"t={t}", boot, seq))
                continue
            sound = not faults and uplink.u is None
            if sound:
                ranges = profile.ranges
                for metric, value in values.items():
                    span = ranges.get(metric)
                    if span is None or not span[0] <= value <= span[1]:
                        sound = False
                        break
            group = groups.get(key)
            if group is None:
                group = groups[key] = Group()
            group.seqs.append(seq)
            if not sound:
                found = [(f.reason, f.metric) for f in faults] + _faults(uplink, profile)
                values = _without(values, {metric for _, metric in found})
                _refuse_values(batch, group, found, station, topic, payload, boot, seq)
            if values:
                readings.append(Reading(station, boot, seq, t * 1000 + seq % 1000, values))
        self._trim(groups)
        return batch

    def _other(self, batch: Batch, topic: str, payload: bytes, catalog: Catalog) -> None:
        """Take in what is not the data of a known station, or learn the topic of one."""
        try:
            parsed = parse_topic(topic)
        except ValueError as error:
            batch.refuse(Refusal(Reason.BAD_TOPIC, "", topic, payload, str(error)), known=False)
            return
        if parsed.station not in catalog.profiles:
            # No receipt: the station keeps the message until somebody enters it here.
            self._stations.pop(topic, None)
            if parsed.leaf is Leaf.DATA:
                batch.refuse(
                    Refusal(Reason.UNKNOWN_STATION, "", topic, payload, parsed.station), known=False
                )
        elif parsed.leaf is Leaf.DATA:
            if len(self._stations) > MAX_BOOTS_REMEMBERED * 10:
                self._stations.clear()
            self._stations[topic] = parsed.station
        elif payload in _ONLINE:
            batch.online[parsed.station] = _ONLINE[payload]
        elif payload:  # an empty one only clears what the broker retained
            batch.refuse(Refusal(Reason.UNDECODABLE, parsed.station, topic, payload, "state"))

    def _room(self) -> dict[int, int]:
        while len(self._recent) >= MAX_BOOTS_REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return {}

    def _trim(self, keys: Iterable[tuple[str, str]]) -> None:
        for key in keys:
            remembered = self._recent.get(key)
            if remembered is not None and len(remembered) > RECENT:
                kept = list(remembered.items())[-RECENT:]
                self._recent[key] = dict(kept)


def _faults(uplink: Uplink, profile: Profile) -> list[tuple[Reason, str]]:
    stated = uplink.u or {}
    found = []
    for metric, value in uplink.m.items():
        span = profile.ranges.get(metric)
        if span is None:
            found.append((Reason.UNKNOWN_METRIC, metric))
        elif metric in stated and stated[metric] != profile.units[metric]:
            found.append((Reason.WRONG_UNIT, metric))
        elif not span[0] <= value <= span[1]:
            found.append((Reason.OUT_OF_RANGE, metric))
    return found


def _without(values: dict[str, float], metrics: set[str]) -> dict[str, float]:
    return {metric: value for metric, value in values.items() if metric not in metrics}


def _refuse_values(
    batch: Batch,
    group: Group,
    found: list[tuple[Reason, str]],
    station: str,
    topic: str,
    payload: bytes,
    boot: str,
    seq: int,
) -> None:
    for reason in dict.fromkeys(reason for reason, _ in found):
        metrics = ", ".join(metric[:40] for why, metric in found if why is reason)
        batch.refusals.append(Refusal(reason, station, topic, payload, metrics, boot, seq))
        group.rejected.append((seq, reason))
