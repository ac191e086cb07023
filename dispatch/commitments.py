"""The arrival commitment (R-11): what was promised, why, and how it was kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from dispatch.model import (
    ArrivalClock,
    ArrivalStatus,
    Distance,
    JobType,
    Priority,
    Promise,
    Ticket,
    TicketEvent,
)
from dispatch.rules import DispatchRules
from kit.instants import require_aware
from stations.assets.station import Zone

ARRIVAL = "arrival"
"""The kind of deadline that an arrival commitment is."""


def promise(
    received_at: datetime, distance: Distance | float, zone: Zone, rules: DispatchRules
) -> Promise:
    """Return the commitment: receipt + km × minutes a km, exactly, with the rule in force.

    A plain number is a distance in km that somebody stated. Raises ``ValueError`` for a distance
    that is not above zero and at most the longest one served.
    """
    if not isinstance(distance, Distance):
        distance = Distance(distance, "stated")
    if not 0 < distance.km <= rules.distance_longest.value:
        raise ValueError(f"{distance.km} km is not a distance that is served")
    rate = rules.arrival_rate(zone)
    # Decimal, because 3.2 × 10 minutes is 32 minutes and not 32.000000000000004.
    minutes = Decimal(str(distance.km)) * Decimal(str(rate.value))
    received = require_aware(received_at)
    due = received + timedelta(microseconds=int(minutes * 60_000_000))
    return Promise(received, due, float(minutes), distance, zone, rate)


def priority_of(job_type: JobType, *, vulnerable: bool, rules: DispatchRules) -> Priority:
    """Return the order of service by the written rules only, with the reasons (R-41)."""
    reasons = []
    if job_type is JobType.BURST:
        reasons.append(rules.priority_burst)
    if vulnerable:
        reasons.append(rules.priority_vulnerable)
    return Priority(sum(reason.value for reason in reasons), tuple(reasons))


def deadlines(ticket: Ticket) -> dict[str, datetime]:
    """Return what must still happen by when: the timers that are to be rows, by kind."""
    waiting = ticket.arrived_at is None and ticket.outcome is None
    return {ARRIVAL: ticket.promise.due_at} if waiting else {}


def arrival(made: Promise, events: Iterable[TicketEvent], now: datetime) -> ArrivalClock:
    """Return how the commitment stands, from the events alone: a breach stays a breach."""
    ended: datetime | None = None
    for event in sorted(events, key=lambda e: e.n):
        if event.command == "arrive":
            margin = made.due_at - event.at
            status = ArrivalStatus.MET if margin >= timedelta(0) else ArrivalStatus.MISSED
            return ArrivalClock(status, made.due_at, event.at, margin)
        if event.command == "withdraw":
            ended = event.at
    margin = made.due_at - (ended or now)
    if ended:
        status = ArrivalStatus.CLOSED if margin >= timedelta(0) else ArrivalStatus.MISSED
    else:
        status = ArrivalStatus.PENDING if margin >= timedelta(0) else ArrivalStatus.OVERDUE
    return ArrivalClock(status, made.due_at, None, margin)
