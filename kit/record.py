"""The record of a subject: events chained by hashes, so that alterations show (R-39). Pure.

Each event's hash covers everything in it, the hash of the event before it, and the digest of the
subject as the step left it. To alter, drop, insert or reorder one event, every later one must be
forged as well, up to the seal of the archive, and all seals after that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from kit.actors import Actor
from kit.canonical import canonical_json
from kit.where import Where

GENESIS = "0" * 64
"""What the first link of a chain is chained to."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step taken: who, when, where, what; chained to the event before it.

    ``subject_id`` is what it was taken on, ``n`` counts its events from 1. ``after`` is the digest
    of the whole subject as the step left it, so that a change of the subject's own row shows as
    well as a change of its history.
    """

    subject_id: str
    n: int
    at: datetime
    actor: Actor
    where: Where
    command: str
    data: Any
    from_state: str
    to_state: str
    after: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class RecordFault:
    """A place where the record is not what was written: ``n`` is the event (or the seal)."""

    subject_id: str
    n: int
    code: str
    message: str


def digest(value: Any) -> str:
    """Return the SHA-256 of plain data in canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def event_hash(event: Event) -> str:
    """Return what ``event.hash`` must be."""
    record = msgspec.to_builtins(event)
    del record["hash"]
    # Every event so far was hashed under these names; a new name would break old chains.
    record["ticket_id"] = record.pop("subject_id")
    record["actor"]["role"] = record["actor"].pop("post")
    return digest(record)


def chained(event: Event) -> Event:
    """Return the event with its hash."""
    return replace(event, hash=event_hash(event))


def chain_faults(events: Iterable[Event], first: str) -> list[RecordFault]:
    """Return every fault of one chain that begins in the state ``first``; none if it is whole."""
    faults: list[RecordFault] = []
    previous_hash, previous_state, expected = GENESIS, first, 1
    for event in sorted(events, key=lambda e: e.n):
        found = (
            ("missing_event", "an event before this one is missing", event.n != expected),
            (
                "broken_link",
                "it is not chained to the one before",
                event.prev_hash != previous_hash,
            ),
            ("altered", "it is not what was written", event_hash(event) != event.hash),
            ("state_jump", "it begins in another state", event.from_state != previous_state),
        )
        faults += [
            RecordFault(event.subject_id, event.n, code, text) for code, text, bad in found if bad
        ]
        previous_hash, previous_state, expected = event.hash, event.to_state, event.n + 1
    return faults
