"""A station's newest values, grouped by its equipment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.web.point_words import PointWords, quality_word
from kit.instants import from_micros
from stations.assets.bare_keys import is_bare
from stations.assets.equipment import EquipmentKind
from stations.assets.points import MeasuringPoint, PointFormat
from stations.assets.station import Station
from telemetry.alarms.alarm_search import Alarm
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity
from telemetry.ingest.liveness import StationStatus
from telemetry.readings import Point, Quality, Series

LAG = timedelta(seconds=10)
"""A reading older than its station's newest by more than this shows its own age."""

KEY_QUANTITIES: Mapping[EquipmentKind, tuple[str, ...]] = {
    EquipmentKind.PUMP: ("pump_state",),
    EquipmentKind.TANK: ("level",),
    EquipmentKind.ZONE: ("pressure",),
    EquipmentKind.INLET: ("pressure", "inlet_pressure"),
    EquipmentKind.WELL: ("level",),
    EquipmentKind.METER: ("flow", "power"),
    EquipmentKind.CABINET: ("mains_state", "voltage"),
    EquipmentKind.ANALYSER: ("turbidity", "chlorine", "ph", "conductivity"),
    EquipmentKind.SUMP: ("level",),
    EquipmentKind.ROOM: ("flood_state",),
}
"""What a station's card shows of each kind of equipment: the first of these that it measures."""


@dataclass(frozen=True, slots=True)
class LimitMark:
    """One limit of a point, in the unit of its quantity."""

    kind: str
    value: float
    severity: str


@dataclass(frozen=True, slots=True)
class PointReading:
    """The newest value of one point with its unit, age, quality, limits and alarm.

    ``name`` says what is measured, without the equipment. ``lags``: it is notably older than the
    station's newest reading, so its age is shown by itself. ``quality`` is empty for a good value.
    ``unjudged``: its quality keeps it from its limits, or it is out of range; it is not known to
    be normal.
    """

    key: str
    name: str
    quantity: str
    decimals: int
    unit: str
    value: float | None
    at: datetime | None
    lags: bool
    quality: str
    unjudged: bool
    limits: tuple[LimitMark, ...]
    alarm: str
    tone: str

    @property
    def notable(self) -> bool:
        """Whether it is shown on its station's card though it is no main figure."""
        return bool(self.alarm) or self.unjudged


@dataclass(frozen=True, slots=True)
class EquipmentReadings:
    """One piece of equipment and what is measured at it; without a name at a station of bare keys.

    ``key_figures`` is what the card shows of it: its main value, and whatever has an alarm or
    can't be judged.
    """

    id: str
    name: str
    readings: tuple[PointReading, ...]
    key_figures: tuple[PointReading, ...]

    @property
    def tone(self) -> str:
        """The worst of its points."""
        tones = {reading.tone for reading in self.readings}
        return next((tone for tone in ("bad", "warn") if tone in tones), "")


@dataclass(frozen=True, slots=True)
class StationCard:
    """One station as the operator sees it.

    ``state`` is normal, alarm, silent, unheard, or unjudged: some limit can't be judged.

    ``at`` is the time of its newest reading.
    """

    id: str
    name: str
    state: str
    tone: str
    at: datetime | None
    equipment: tuple[EquipmentReadings, ...]


def station_card(
    station: Station,
    words: PointWords,
    points: Mapping[Series, Point],
    rules: Sequence[AlarmRule],
    alarms: Sequence[Alarm],
    status: StationStatus | None,
) -> StationCard:
    """Return the card of a station, from its newest points, its rules and its open alarms."""
    active = [alarm for alarm in alarms if alarm.active]
    here = [point.time_us for series, point in points.items() if series.station == station.id]
    newest = from_micros(max(here)) if here else None
    formats = station.formats(words.quantities)
    readings = [
        _reading(
            point,
            formats[point.key],
            words,
            points.get(Series(station.id, point.key)),
            newest,
            limits_of(rules, point.key),
            _worst([alarm for alarm in active if alarm.metric == point.key]),
        )
        for point in station.points
        if point.key in formats
    ]
    unjudged = any(reading.unjudged for reading in readings)
    return StationCard(
        id=station.id,
        name=words.station(station),
        state=_state(active, status, unjudged),
        tone=_tone(_worst(active), unjudged),
        at=newest,
        equipment=_grouped(station, words, readings),
    )


def limits_of(rules: Iterable[AlarmRule], metric: str) -> tuple[LimitMark, ...]:
    """Return the limits of one point."""
    return tuple(
        LimitMark(str(rule.kind), rule.limit, str(rule.severity))
        for rule in rules
        if rule.metric == metric and rule.kind is not AlarmKind.SILENT
    )


def is_plain(station: Station) -> bool:
    """Whether a station sends nothing but bare keys, so that its points need no grouping."""
    return all(is_bare(point) for point in station.points)


def _reading(
    point: MeasuringPoint,
    form: PointFormat,
    words: PointWords,
    last: Point | None,
    newest: datetime | None,
    limits: tuple[LimitMark, ...],
    worst: Alarm | None,
) -> PointReading:
    at = from_micros(last.time_us) if last else None
    quality = last.quality if last else Quality.GOOD
    unjudged = not quality.counted or (bool(limits) and not quality.judged)
    return PointReading(
        key=point.key,
        name=words.within(point),
        quantity=point.quantity,
        decimals=form.decimals,
        unit=form.unit,
        value=last.value if last else None,
        at=at,
        lags=at is not None and newest is not None and newest - at > LAG,
        quality=quality_word(quality),
        unjudged=unjudged,
        limits=limits,
        alarm=str(worst.kind) if worst else "",
        tone=_tone(worst, unjudged),
    )


def _grouped(
    station: Station, words: PointWords, readings: Sequence[PointReading]
) -> tuple[EquipmentReadings, ...]:
    if is_plain(station):
        return (EquipmentReadings("", "", tuple(readings), tuple(readings)),) if readings else ()
    groups = []
    for one in station.equipment:
        keys = {point.key for point in station.points_of(one.id)}
        here = tuple(reading for reading in readings if reading.key in keys)
        if here:
            key_figures = _key_figures(one.kind, here)
            groups.append(EquipmentReadings(one.id, words.equipment(one), here, key_figures))
    return tuple(groups)


def _key_figures(
    kind: EquipmentKind, readings: tuple[PointReading, ...]
) -> tuple[PointReading, ...]:
    known = (
        reading
        for quantity in KEY_QUANTITIES[kind]
        for reading in readings
        if reading.quantity == quantity
    )
    main = next(known, readings[0])
    return (main, *(one for one in readings if one.notable and one is not main))


def _state(active: Sequence[Alarm], status: StationStatus | None, unjudged: bool) -> str:
    if any(alarm.kind is AlarmKind.SILENT for alarm in active):
        return "silent"
    if active:
        return "alarm"
    if unjudged:
        return "unjudged"
    return "unheard" if status is None or status.last_seen_at is None else "normal"


def _worst(alarms: Sequence[Alarm]) -> Alarm | None:
    critical = [alarm for alarm in alarms if alarm.severity is Severity.CRITICAL]
    return next(iter(critical or alarms), None)


def _tone(alarm: Alarm | None, unjudged: bool) -> str:
    if alarm is not None and alarm.severity is Severity.CRITICAL:
        return "bad"
    return "warn" if alarm is not None or unjudged else ""
