"""The arrival commitment (R-11): what was promised, why, and whether it was kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from dispatch.rulebook import DispatchRules
from kit.instants import require_aware
from kit.rules import CitedNumber
from stations.assets.station import Zone


@dataclass(frozen=True, slots=True)
class Distance:
    """The way from the service office to the customer in km, and how it is known.

    ``known_by`` is ``stated`` (the receptionist gave it), ``place_road`` (measured by road for the
    residential area), ``place_estimate`` (great circle times ``detour``) or ``station``.
    ``office_name`` is the service office that the distance counts from, if the program chose it.
    """

    km: float
    known_by: str
    place_name: str = ""
    detour: CitedNumber | None = None
    office_name: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """The arrival commitment as it was told (R-11), with the rule in force when it was made.

    ``due_at`` = ``received_at`` + ``distance.km`` × ``rule.value`` minutes, to the microsecond.
    """

    received_at: datetime
    due_at: datetime
    minutes: float
    distance: Distance
    zone: Zone
    rule: CitedNumber


class ArrivalStatus(StrEnum):
    """How the arrival commitment stands."""

    PENDING = "pending"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    CLOSED = "closed"  # the matter ended before anyone had to arrive


@dataclass(frozen=True, slots=True)
class Arrival:
    """The arrival commitment against what happened.

    ``margin`` is the due time minus the arrival, or minus the end or now while nobody has arrived:
    negative when the promise was broken.
    """

    status: ArrivalStatus
    due_at: datetime
    arrived_at: datetime | None
    margin: timedelta

    @property
    def overdue(self) -> bool:
        """Whether the due time has passed and nobody has arrived yet."""
        return self.status is ArrivalStatus.OVERDUE

    @property
    def broken(self) -> bool:
        """Whether the promised time has passed with nobody there."""
        return self.status in (ArrivalStatus.OVERDUE, ArrivalStatus.MISSED)


def promise(received_at: datetime, distance: Distance, zone: Zone, rules: DispatchRules) -> Promise:
    """Return the commitment: receipt + km × minutes per km, exactly, with the rule in force.

    Raises ``ValueError`` for a distance that is not above zero and at most the longest one served.
    """
    if not 0 < distance.km <= rules.distance_longest.value:
        raise ValueError(f"{distance.km} km is not a distance that is served")
    rate = rules.arrival_rate(zone)
    # Decimal, because 3.2 × 10 minutes is 32 minutes and not 32.000000000000004.
    minutes = Decimal(str(distance.km)) * Decimal(str(rate.value))
    received = require_aware(received_at)
    due = received + timedelta(microseconds=int(minutes * 60_000_000))
    return Promise(received, due, float(minutes), distance, zone, rate)


def judge_arrival(
    made: Promise, *, arrived_at: datetime | None, ended_at: datetime | None, now: datetime
) -> Arrival:
    """Return the state of the commitment; a breach stays a breach.

    ``ended_at`` is when the matter was withdrawn before anybody arrived.
    """
    margin = made.due_at - (arrived_at or ended_at or now)
    kept = margin >= timedelta(0)
    if arrived_at is not None:
        status = ArrivalStatus.MET if kept else ArrivalStatus.MISSED
    elif ended_at is not None:
        status = ArrivalStatus.CLOSED if kept else ArrivalStatus.MISSED
    else:
        # Arriving at the due instant is in time, but from that instant on it is overdue.
        status = ArrivalStatus.PENDING if margin > timedelta(0) else ArrivalStatus.OVERDUE
    return Arrival(status, made.due_at, arrived_at, margin)
