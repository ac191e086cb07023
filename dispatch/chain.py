"""The hash chain of a ticket's events, and of the archive's seals (R-39). Pure.

Each event's hash covers everything in it, the hash of the event before it, and the digest of the
ticket as it left it. To alter, drop, insert or reorder one, all after it must be forged as well,
up to the seal of the archive, and all seals after that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from dispatch.model import State, TicketEvent
from kit.canonical import canonical_json

GENESIS = "0" * 64
"""What the first link of a chain is chained to."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the record is not what was written: ``n`` is the event (or the seal)."""

    ticket_id: str
    n: int
    code: str
    message: str


def digest(value: Any) -> str:
    """Return the SHA-256 of plain data in canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def event_hash(event: TicketEvent) -> str:
    """Return what ``event.hash`` must be."""
    record = msgspec.to_builtins(event)
    del record["hash"]
    record["actor"]["role"] = record["actor"].pop("post")  # its name in every record ever sealed
    return digest(record)


def sealed(event: TicketEvent) -> TicketEvent:
    """Return the event with its hash."""
    return replace(event, hash=event_hash(event))


def seal_hash(n: int, ticket_id: str, events: int, head_hash: str, prev_hash: str) -> str:
    """Return the hash of one seal of the archive."""
    return digest([n, ticket_id, events, head_hash, prev_hash])


def verify(events: Iterable[TicketEvent]) -> list[Fault]:
    """Return every fault of one ticket's chain, none if it stands as it was written."""
    faults: list[Fault] = []
    previous_hash, previous_state, expected = GENESIS, State.NEW, 1
    for event in sorted(events, key=lambda e: e.n):
        found = (
            ("missing_event", "an event before this one is missing", event.n != expected),
            (
                "broken_link",
                "it is not chained to the one before",
                event.prev_hash != previous_hash,
            ),
            ("altered", "it is not what was written", event_hash(event) != event.hash),
            ("state_jump", "it begins in another state", event.from_state is not previous_state),
        )
        faults += [Fault(event.ticket_id, event.n, code, text) for code, text, bad in found if bad]
        previous_hash, previous_state, expected = event.hash, event.to_state, event.n + 1
    return faults
