"""What the operator's console shows: stations, alarms, tickets, and how the ingest does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.pages.alarms.alarms_context import AlarmLine
from api.pages.console.station_cards import StationCard
from api.pages.repair.list_context import ListedTicket
from telemetry.ingest.liveness import IngestStatus

HEARTBEAT_LATE = timedelta(seconds=15)
"""An ingest that has not been heard for so long is shown as in need of attention."""


@dataclass(frozen=True, slots=True)
class IngestFact:
    """One fact about the ingest: text or an instant."""

    name: str
    text: str = ""
    at: datetime | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """The operator's console."""

    stations: tuple[StationCard, ...]
    alarms: tuple[AlarmLine, ...]
    shelved: int
    may_acknowledge: bool
    tickets: tuple[ListedTicket, ...]
    overdue: int
    ingest: tuple[IngestFact, ...]
    shown_at: datetime
    store_away: bool

    @property
    def in_use(self) -> tuple[StationCard, ...]:
        """The stations that have been heard, always in the same order."""
        return tuple(card for card in self.stations if card.state != "unheard")

    @property
    def unheard(self) -> tuple[StationCard, ...]:
        """The stations that have never been heard: they come last, and small."""
        return tuple(card for card in self.stations if card.state == "unheard")

    @property
    def silent(self) -> int:
        """Number of stations that are silent."""
        return sum(card.state == "silent" for card in self.stations)


def ingest_facts(
    statuses: Sequence[IngestStatus], quarantined: int, now: datetime
) -> tuple[IngestFact, ...]:
    """Return the facts about the ingest that was last heard."""
    if not statuses:
        return ()
    one = statuses[0]
    late = now - one.heartbeat_at > HEARTBEAT_LATE
    facts = [
        IngestFact("heartbeat", at=one.heartbeat_at, tone="bad" if late else ""),
        IngestFact("broker", *_yes(one.broker_connected)),
        IngestFact("store", *_yes(one.store_reachable)),
        IngestFact("messages", f"{one.messages:,}"),
        IngestFact("points", f"{one.points:,}"),
        IngestFact("duplicates", f"{one.duplicates:,}"),
        IngestFact("spool", f"{one.spool_readings:,}", tone="warn" if one.spool_readings else ""),
        IngestFact("quarantine", f"{quarantined:,}", tone="warn" if quarantined else ""),
    ]
    if one.trouble:
        facts.append(IngestFact("trouble", one.trouble, tone="bad"))
    return tuple(facts)


def _yes(good: bool) -> tuple[str, None, str]:
    return ("✓", None, "") if good else ("✗", None, "bad")
