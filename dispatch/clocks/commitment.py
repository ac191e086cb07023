"""The arrival commitment (R-11): what was promised, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from dispatch.clocks.course import Term
from dispatch.clocks.limits import Limit
from dispatch.rulebook import DispatchRules
from kit.instants import require_aware
from kit.rules import CitedNumber
from kit.step import Stamp
from stations.assets.station import Zone


@dataclass(frozen=True, slots=True)
class Distance:
    """The way from the service office to the customer in km, and how it is known.

    ``known_by`` is ``stated`` (the receptionist gave it), ``place_road`` (measured by road for the
    residential area), ``place_estimate`` (great circle times ``detour``), ``station``, or
    ``unknown``: then ``km`` is None. ``office_name`` is the service office that the way counts
    from, where the program chose it.
    """

    km: float | None
    known_by: str
    place_name: str = ""
    detour: CitedNumber | None = None
    office_name: str = ""


class Uncomputed(StrEnum):
    """Why no commitment can be worked out: a person states the time instead."""

    WAY_UNKNOWN = "way_unknown"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time of arrival that a person stated, because none could be worked out."""

    reason: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Promise:
    """The arrival commitment as it was told (R-11), with the rule in force when it was made.

    ``due_at`` = ``counted_from`` + ``distance.km`` × ``rule.value`` minutes, to the microsecond.
    Where that can't be worked out, ``uncomputed`` says why (``longest`` is the way that is served
    at most), ``minutes`` is None, and so is ``due_at`` until a person has ``stated`` it.
    ``read_at`` is when a letter was read: the company can't keep what it does not know of yet.
    """

    received_at: datetime
    due_at: datetime | None
    minutes: float | None
    distance: Distance
    zone: Zone
    rule: CitedNumber
    read_at: datetime | None = None
    uncomputed: Uncomputed | None = None
    longest: CitedNumber | None = None
    stated: StatedTime | None = None

    @property
    def counted_from(self) -> datetime:
        """When the commitment begins: the receipt of the request, or the reading of the letter."""
        return self.read_at or self.received_at

    def terms(self, made_at: datetime) -> tuple[Term, ...]:
        """Return how long the way may take, every minute counted; none while no time is known."""
        if self.due_at is None:
            return ()
        limit = Limit(self.rule, self.due_at - self.counted_from)
        return (Term(self.stated.stamp.at if self.stated else made_at, limit),)


def promise(
    received_at: datetime,
    distance: Distance,
    zone: Zone,
    rules: DispatchRules,
    read_at: datetime | None = None,
) -> Promise:
    """Return the commitment: from receipt, or reading, km × minutes per km, with the rule in force.

    A way that is unknown, or farther than any that is served, gives a commitment without a time.
    Raises ``ValueError`` for a distance that is not above zero.
    """
    rate, received = rules.arrival_rate(zone), require_aware(received_at)
    unknown = Promise(received, None, None, distance, zone, rate, read_at)
    if distance.km is None:
        return replace(unknown, uncomputed=Uncomputed.WAY_UNKNOWN)
    if not distance.km > 0:
        raise ValueError(f"{distance.km} km is not a distance")
    if distance.km > rules.distance_longest.value:
        return replace(unknown, uncomputed=Uncomputed.TOO_FAR, longest=rules.distance_longest)
    # Decimal, because 3.2 × 10 minutes is 32 minutes and not 32.000000000000004.
    minutes = Decimal(str(distance.km)) * Decimal(str(rate.value))
    due = unknown.counted_from + timedelta(microseconds=int(minutes * 60_000_000))
    return replace(unknown, due_at=due, minutes=float(minutes))
