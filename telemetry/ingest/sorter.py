"""From messages to what is to be kept of them: readings, refusals, receipts. Pure.

``Sorter.sort_out`` is the hot path: one pass, no object per value, the slow way only for what is
not as it should be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from zlib import crc32

from telemetry.codecs.native import decode
from telemetry.codecs.topics import Leaf, parse_topic
from telemetry.codecs.uplink import QuarantineReason, Unreadable, Uplink
from telemetry.ingest.profiles import Catalog, Profile
from telemetry.ingest.sorted_batch import BootGroup, QuarantinedPart, SortedBatch
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


class Sorter:
    """Sorts messages out; remembers the content of recent ones, in memory only.

    After a restart a conflicting duplicate is taken for a repeat: its values replace the first
    ones in the store if its time is the same.
    """

    def __init__(self) -> None:
        self._stations: dict[str, str] = {}
        self._recent: dict[tuple[str, str], dict[int, int]] = {}

    def sort_out(self, messages: Iterable[Arrived], catalog: Catalog, now_ms: int) -> SortedBatch:
        """Return what is to be kept of these messages, received at ``now_ms`` (since 1970)."""
        batch = SortedBatch()
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
                    QuarantinedPart(
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
            refused: QuarantineReason | None = None
            if remembered.setdefault(seq, digest) != digest:
                refused = QuarantineReason.CONFLICTING_DUPLICATE
            elif not earliest <= t <= latest:
                refused = (
                    QuarantineReason.TIME_TOO_OLD
                    if t < earliest
                    else QuarantineReason.TIME_IN_FUTURE
                )
            if refused is not None:
                batch.refuse(QuarantinedPart(refused, station, topic, payload, f"t={t}", boot, seq))
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
                group = groups[key] = BootGroup()
            group.seqs.append(seq)
            if not sound:
                found = [(f.reason, f.metric) for f in faults] + _faults(uplink, profile)
                values = _without(values, {metric for _, metric in found})
                _refuse_values(batch, group, found, station, topic, payload, boot, seq)
            if values:
                readings.append(Reading(station, boot, seq, t * 1000 + seq % 1000, values))
        self._trim(groups)
        return batch

    def _other(self, batch: SortedBatch, topic: str, payload: bytes, catalog: Catalog) -> None:
        """Take in what is not the data of a known station, or learn the topic of one."""
        try:
            parsed = parse_topic(topic)
        except ValueError as error:
            batch.refuse(
                QuarantinedPart(QuarantineReason.BAD_TOPIC, "", topic, payload, str(error)),
                known=False,
            )
            return
        if parsed.station not in catalog.profiles:
            # No receipt: the station keeps the message until somebody enters it here.
            self._stations.pop(topic, None)
            if parsed.leaf is Leaf.DATA:
                batch.refuse(
                    QuarantinedPart(
                        QuarantineReason.UNKNOWN_STATION, "", topic, payload, parsed.station
                    ),
                    known=False,
                )
        elif parsed.leaf is Leaf.DATA:
            if len(self._stations) > MAX_BOOTS_REMEMBERED * 10:
                self._stations.clear()
            self._stations[topic] = parsed.station
        elif payload in _ONLINE:
            batch.online[parsed.station] = _ONLINE[payload]
        elif payload:  # an empty one only clears what the broker retained
            batch.refuse(
                QuarantinedPart(
                    QuarantineReason.UNDECODABLE, parsed.station, topic, payload, "state"
                )
            )

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


def _faults(uplink: Uplink, profile: Profile) -> list[tuple[QuarantineReason, str]]:
    stated = uplink.u or {}
    found = []
    for metric, value in uplink.m.items():
        span = profile.ranges.get(metric)
        if span is None:
            found.append((QuarantineReason.UNKNOWN_METRIC, metric))
        elif metric in stated and stated[metric] != profile.units[metric]:
            found.append((QuarantineReason.WRONG_UNIT, metric))
        elif not span[0] <= value <= span[1]:
            found.append((QuarantineReason.OUT_OF_RANGE, metric))
    return found


def _without(values: dict[str, float], metrics: set[str]) -> dict[str, float]:
    return {metric: value for metric, value in values.items() if metric not in metrics}


def _refuse_values(
    batch: SortedBatch,
    group: BootGroup,
    found: list[tuple[QuarantineReason, str]],
    station: str,
    topic: str,
    payload: bytes,
    boot: str,
    seq: int,
) -> None:
    for reason in dict.fromkeys(reason for reason, _ in found):
        metrics = ", ".join(metric[:40] for why, metric in found if why is reason)
        batch.refusals.append(QuarantinedPart(reason, station, topic, payload, metrics, boot, seq))
        group.rejected.append((seq, reason))
