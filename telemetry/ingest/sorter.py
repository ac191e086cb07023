"""From messages to what is to be kept of them: readings, refusals, receipts. Pure.

``Sorter.sort_out`` is the hot path: it makes no object per value, and goes the slow way only for
what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol
from zlib import crc32

from kit.units import ucum
from telemetry.codecs.native import decode
from telemetry.codecs.topics import Leaf, parse_topic
from telemetry.codecs.uplink import (
    QUALITY_WORDS,
    QuarantineReason,
    Unreadable,
    Uplink,
    ValueFault,
)
from telemetry.ingest.profiles import Catalog, Conversion, Profile
from telemetry.ingest.sorted_batch import QuarantinedPart, SortedBatch
from telemetry.ingest.station_clocks import StationClocks
from telemetry.readings import Quality, Reading

OLDEST_MS = 366 * 86_400_000
"""A reading older than this at its receipt comes from a wrong clock (a year and a day)."""

FUTURE_MS = 5 * 60_000
"""A reading further ahead than this at its receipt comes from a wrong clock."""

LATE_AFTER_S = 900.0
"""A reading older than this at its receipt is late, unless the setting says otherwise."""

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


class Bounds(NamedTuple):
    """The times that a reading received ``now`` may have, in ms since 1970 UTC.

    One before ``late_from`` is late.
    """

    now: int
    earliest: int
    late_from: int
    latest: int


class Sorter:
    """Sorts messages out; remembers the content of recent ones, in memory only.

    After a restart a conflicting duplicate is mistaken for a repeat: its values replace the first
    ones in the store if its time is the same.
    """

    def __init__(self, late_after_s: float = LATE_AFTER_S) -> None:
        self._late_after_ms = round(late_after_s * 1000)
        self._clocks = StationClocks()
        self._stations: dict[str, str] = {}
        self._recent: dict[tuple[str, str], dict[int, int]] = {}

    def sort_out(self, messages: Iterable[Arrived], catalog: Catalog, now_ms: int) -> SortedBatch:
        """Return what is to be kept of these messages, received at ``now_ms`` (since 1970)."""
        batch = SortedBatch()
        profiles, stations = catalog.profiles, self._stations
        late_from = now_ms - self._late_after_ms
        bounds = Bounds(now_ms, now_ms - OLDEST_MS, late_from, now_ms + FUTURE_MS)
        for message in messages:
            batch.messages += 1
            topic, payload = message.topic, message.payload
            station = stations.get(topic)
            if station is None or (profile := profiles.get(station)) is None:
                self._other(batch, topic, payload, catalog)
                if (station := stations.get(topic)) is None:
                    continue
                profile = profiles[station]
            self._take(batch, station, profile, message, bounds)
        self._trim(batch.groups)
        return batch

    def _take(
        self,
        batch: SortedBatch,
        station: str,
        profile: Profile,
        message: Arrived,
        bounds: Bounds,
    ) -> None:
        """Take in the data of a known station."""
        topic, payload = message.topic, message.payload
        try:
            uplink, faults = decode(payload)
        except Unreadable as error:
            where = station, topic, payload, error.detail, error.boot or "", error.seq
            batch.refuse(QuarantinedPart(error.reason, *where))
            return
        boot, seq, t, values = str(uplink.boot), uplink.seq, uplink.t, uplink.m
        refused = self._misfit((station, boot), seq, t, payload, bounds)
        if refused is not None:
            batch.refuse(QuarantinedPart(refused, station, topic, payload, f"t={t}", boot, seq))
            return
        group = batch.group(station, boot)
        group.seqs.append(seq)
        if profile.conversions:
            values = _converted(values, profile.conversions)
        qualities = None
        if faults or uplink.u or uplink.q or not _within(values, profile.ranges):
            faults += _faults(uplink, values, profile)
            values = _without(values, {fault.metric for fault in faults})
            qualities = _qualities(uplink, values, profile.ranges)
            for reason, detail in _by_reason(faults):
                part = QuarantinedPart(reason, station, topic, payload, detail, boot, seq)
                batch.refusals.append(part)
                group.rejected.append((seq, reason))
        if values:
            quality = Quality.GOOD if t >= bounds.late_from else Quality.LATE
            if self._clocks.doubtful(station, boot, seq, t, bounds.now, bounds.late_from):
                quality = Quality.CLOCK_DOUBTFUL
            time_us = t * 1000 + seq % 1000
            batch.readings.append(Reading(station, boot, seq, time_us, values, quality, qualities))

    def _misfit(
        self, key: tuple[str, str], seq: int, t: int, payload: bytes, bounds: Bounds
    ) -> QuarantineReason | None:
        """Return why the message as a whole can't be taken, or nothing; remember its content."""
        remembered = self._recent.get(key)
        if remembered is None:
            remembered = self._recent[key] = self._room()
        digest = crc32(payload)
        if remembered.setdefault(seq, digest) != digest:
            return QuarantineReason.CONFLICTING_DUPLICATE
        if t < bounds.earliest:
            return QuarantineReason.TIME_TOO_OLD
        return QuarantineReason.TIME_IN_FUTURE if t > bounds.latest else None

    def _other(self, batch: SortedBatch, topic: str, payload: bytes, catalog: Catalog) -> None:
        """Take in what is not the data of a known station, or learn the topic of one."""
        try:
            parsed = parse_topic(topic)
        except ValueError as error:
            part = QuarantinedPart(QuarantineReason.BAD_TOPIC, "", topic, payload, str(error))
            batch.refuse(part, known=False)
            return
        station = parsed.station
        if station not in catalog.profiles:
            # No receipt: the station keeps the message until somebody enters it here.
            self._stations.pop(topic, None)
            if parsed.leaf is Leaf.DATA:
                why = QuarantineReason.UNKNOWN_STATION
                batch.refuse(QuarantinedPart(why, "", topic, payload, station), known=False)
        elif parsed.leaf is Leaf.DATA:
            if len(self._stations) > MAX_BOOTS_REMEMBERED * 10:
                self._stations.clear()
            self._stations[topic] = station
        elif payload in _ONLINE:
            batch.online[station] = _ONLINE[payload]
        elif payload:  # an empty one only clears what the broker retained
            why = QuarantineReason.UNDECODABLE
            batch.refuse(QuarantinedPart(why, station, topic, payload, "state"))

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


def _within(values: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]) -> bool:
    for key, value in values.items():
        span = ranges.get(key)
        if span is None or not span[0] <= value <= span[1]:
            return False
    return True


def _converted(
    values: Mapping[str, float], conversions: Mapping[str, Conversion]
) -> dict[str, float]:
    return {
        key: value if (how := conversions.get(key)) is None else how.of(value)
        for key, value in values.items()
    }


def _faults(uplink: Uplink, values: Mapping[str, float], profile: Profile) -> list[ValueFault]:
    """Return what is wrong with single values; ``values`` are converted already."""
    stated, said = uplink.u or {}, uplink.q or {}
    found = []
    for key, value in values.items():
        span = profile.possible.get(key)
        if span is None:
            found.append(ValueFault(QuarantineReason.UNKNOWN_METRIC, key))
        elif key in stated and ucum(stated[key]) != profile.sent_units[key]:
            found.append(ValueFault(QuarantineReason.WRONG_UNIT, key))
        elif key in said and said[key] not in QUALITY_WORDS:
            found.append(ValueFault(QuarantineReason.UNKNOWN_QUALITY, key))
        elif not span[0] <= value <= span[1]:
            found.append(ValueFault(QuarantineReason.OUT_OF_RANGE, key))
    return found


def _qualities(
    uplink: Uplink, values: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]
) -> dict[str, Quality] | None:
    """Return the qualities of single values: what the station says, and what is out of range."""
    said = {key: QUALITY_WORDS[word] for key, word in (uplink.q or {}).items() if key in values}
    for key, value in values.items():
        lowest, highest = ranges[key]
        if not lowest <= value <= highest:
            said[key] = Quality.OUT_OF_RANGE
    return {key: quality for key, quality in said.items() if quality} or None


def _by_reason(faults: Iterable[ValueFault]) -> list[tuple[QuarantineReason, str]]:
    """Return each reason once, with the keys of its values as one text."""
    keys: dict[QuarantineReason, list[str]] = {}
    for fault in faults:
        keys.setdefault(fault.reason, []).append(fault.metric[:40])
    return [(reason, ", ".join(named)) for reason, named in keys.items()]


def _without(values: Mapping[str, float], keys: set[str]) -> dict[str, float]:
    return {key: value for key, value in values.items() if key not in keys}
