"""Contexts of what stands in the field: stations, trends, alarms, ingest, quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.pages.repair.list_context import ListedTicket
from api.web.formats import SWITCH
from api.web.forms import Form
from api.web.listing import Listing
from kit.instants import from_micros
from stations.assets.points import PointFormat
from stations.assets.station import Station
from telemetry.alarms.alarm_search import Alarm
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from telemetry.ingest.liveness import IngestStatus, StationStatus
from telemetry.readings import Point, Series

LAG = timedelta(seconds=10)
"""A reading that is older than its station's newest by more has an age of its own."""
HEARTBEAT_LATE = timedelta(seconds=15)
"""An ingest that has not been heard for so long is shown as in need of attention."""


@dataclass(frozen=True, slots=True)
class LimitMark:
    """One limit of a metric, in the metric's unit."""

    kind: str
    value: float
    severity: str


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """The newest value of one metric with its unit, age, limits and alarm.

    ``lags``: it is notably older than the station's newest reading, so its age is shown by itself.
    """

    metric: str
    unit: str
    value: float | None
    at: datetime | None
    lags: bool
    limits: tuple[LimitMark, ...]
    alarm: str
    tone: str


@dataclass(frozen=True, slots=True)
class StationCard:
    """One station as the operator sees it; ``state`` is normal, alarm, silent or unheard.

    ``at`` is the time of its newest reading.
    """

    id: str
    name: str
    state: str
    tone: str
    at: datetime | None
    readings: tuple[ReadingLine, ...]


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm of the list; ``state`` is in the words of ISA-18.2."""

    id: str
    station_id: str
    station_name: str
    metric: str
    kind: str
    severity: str
    value: float | None
    limit: float | None
    unit: str
    raised_at: datetime
    acked_at: datetime | None
    acked_by: str
    state: str
    active: bool
    ticket_url: str


@dataclass(frozen=True, slots=True)
class IngestFact:
    """One thing to know of the way in: text or an instant."""

    name: str
    text: str = ""
    at: datetime | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """The operator's console."""

    stations: tuple[StationCard, ...]
    alarms: tuple[AlarmLine, ...]
    may_acknowledge: bool
    tickets: tuple[ListedTicket, ...]
    overdue: int
    ingest: tuple[IngestFact, ...]
    shown_at: datetime
    store_away: bool

    @property
    def in_use(self) -> tuple[StationCard, ...]:
        """The stations that have been heard, each in its own place for good."""
        return tuple(card for card in self.stations if card.state != "unheard")

    @property
    def unheard(self) -> tuple[StationCard, ...]:
        """The stations that have never been heard: they come last, and small."""
        return tuple(card for card in self.stations if card.state == "unheard")

    @property
    def silent(self) -> int:
        """Number of stations that are silent."""
        return sum(card.state == "silent" for card in self.stations)


@dataclass(frozen=True, slots=True)
class AlarmsPage:
    """The list of alarms."""

    list: Listing
    filter: Form
    alarms: tuple[AlarmLine, ...]
    stations: tuple[tuple[str, str], ...]
    severities: tuple[str, ...]
    may_acknowledge: bool
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often something was refused for one reason."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """One refused message."""

    at: datetime
    station: str
    reason: str
    detail: str
    size: int
    times: int
    head: str


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """What could not be taken."""

    counts: tuple[ReasonCount, ...]
    rows: tuple[QuarantineLine, ...]
    list: Listing
    filter: Form
    stations: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BucketLine:
    """The values of one interval of a trend."""

    time_us: int
    shown: str
    minimum: float
    mean: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric of a station over a range of time."""

    metric: str
    unit: str
    limits: tuple[LimitMark, ...]
    buckets: tuple[BucketLine, ...]

    @property
    def state(self) -> bool:
        """Whether the metric is a state, shown in words."""
        return self.metric == SWITCH

    @property
    def limit_values(self) -> str:
        """The limits as JSON, for the chart."""
        return json.dumps([limit.value for limit in self.limits])


@dataclass(frozen=True, slots=True)
class StationPage:
    """The trends of one station: every metric over the same range, in steps of ``every_s``."""

    id: str
    name: str
    address: str
    hours: str
    ranges: tuple[str, ...]
    every_s: int
    zone: str
    trends: tuple[Trend, ...]
    store_away: bool


def limits_of(rules: Iterable[AlarmRule], metric: str) -> tuple[LimitMark, ...]:
    """Return the limits of one metric."""
    return tuple(
        LimitMark(str(rule.kind), rule.limit, str(rule.severity))
        for rule in rules
        if rule.metric == metric and rule.kind is not AlarmKind.SILENT
    )


def station_card(
    station: Station,
    formats: Mapping[str, PointFormat],
    language: str,
    points: Mapping[Series, Point],
    rules: Sequence[AlarmRule],
    alarms: Sequence[Alarm],
    status: StationStatus | None,
) -> StationCard:
    """Return the card of a station, from its newest points, its rules and its open alarms."""
    active = [alarm for alarm in alarms if alarm.returned_at is None]
    here = [point.time_us for series, point in points.items() if series.station == station.id]
    newest = from_micros(max(here)) if here else None
    lines = []
    for form in formats.values():
        point = points.get(Series(station.id, form.key))
        worst = _worst([alarm for alarm in active if alarm.metric == form.key])
        at = from_micros(point.time_us) if point else None
        lines.append(
            ReadingLine(
                metric=form.key,
                unit=form.unit,
                value=point.value if point else None,
                at=at,
                lags=at is not None and newest is not None and newest - at > LAG,
                limits=limits_of(rules, form.key),
                alarm=str(worst.kind) if worst else "",
                tone=_tone(worst),
            )
        )
    state = _state(active, status)
    tone = _tone(_worst(active))
    name = station.name_en if language == "en" and station.name_en else station.name
    return StationCard(station.id, name, state, tone, newest, tuple(lines))


def _state(active: Sequence[Alarm], status: StationStatus | None) -> str:
    if any(alarm.kind is AlarmKind.SILENT for alarm in active):
        return "silent"
    if active:
        return "alarm"
    return "unheard" if status is None or status.last_seen_at is None else "normal"


def _worst(alarms: Sequence[Alarm]) -> Alarm | None:
    critical = [alarm for alarm in alarms if alarm.severity is Severity.CRITICAL]
    return next(iter(critical or alarms), None)


def _tone(alarm: Alarm | None) -> str:
    if alarm is None:
        return ""
    return "bad" if alarm.severity is Severity.CRITICAL else "warn"


def alarm_line(alarm: Alarm, names: Mapping[str, str], *, tickets: bool) -> AlarmLine:
    """Return an alarm as a line; ``tickets``: whether this person may open its ticket."""
    active = alarm.returned_at is None
    if alarm.closed_at is not None and not active:
        state = "normal"
    elif active:
        state = "unacknowledged" if alarm.acked_at is None else "acknowledged"
    else:
        state = "returned_unacknowledged"
    silent = alarm.kind is AlarmKind.SILENT
    return AlarmLine(
        id=alarm.id,
        station_id=alarm.station_id,
        station_name=names.get(alarm.station_id, alarm.station_id),
        metric=alarm.metric,
        kind=str(alarm.kind),
        severity=str(alarm.severity),
        value=None if silent else alarm.value,
        limit=alarm.limit,
        unit=alarm.unit,
        raised_at=alarm.raised_at,
        acked_at=alarm.acked_at,
        acked_by=alarm.acked_by_name or alarm.acked_by or "",
        state=state,
        active=active,
        ticket_url=f"/tickets/{alarm.ticket_ref}" if tickets and alarm.ticket_ref else "",
    )


def ingest_facts(
    statuses: Sequence[IngestStatus], quarantined: int, now: datetime
) -> tuple[IngestFact, ...]:
    """Return what there is to know of the way in, from the ingest that was last heard."""
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
