"""Trends of a station: the phases of one quantity of one piece of equipment share a chart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from api.pages.console.station_cards import EquipmentReadings, LimitMark, PointReading
from api.web.formats import Formats
from kit.instants import from_micros
from stations.assets.points import MeasuringPoint
from telemetry.readings import Bucket

SIGNIFICANT = 10
"""Digits of the numbers that the chart is given: more than any instrument has."""


class ChartLine(Protocol):
    """What a chart draws."""

    def numbers(self) -> dict[str, object]:
        """Return the name, and [second, lowest, mean, highest] of each interval."""
        ...


@dataclass(frozen=True, slots=True)
class TrendMark:
    """Something notable of one interval: a word of ``Count``, and the time as it is shown."""

    kind: str
    shown: str


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One point's line in a chart."""

    name: str
    buckets: tuple[Bucket, ...]

    def numbers(self) -> dict[str, object]:
        """Return the name, and [second, lowest, mean, highest] of each interval."""
        return {"name": self.name, "at": [_raw(bucket) for bucket in self.buckets]}


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One interval of the table beside a chart; one cell for each of its columns."""

    shown: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """One chart: a single point with lowest, mean and highest, or the means of several phases.

    With ``bars`` it is what a counter added; ``marks`` are its newest roll-overs, resets and jumps.
    ``key`` is that of its first point. ``newest`` says the newest values in words.
    """

    key: str
    name: str
    unit: str
    decimals: int
    limits: tuple[LimitMark, ...]
    lines: tuple[ChartLine, ...]
    columns: tuple[str, ...]
    rows: tuple[TrendRow, ...]
    states: tuple[str, ...]
    newest: str
    bars: bool = False
    marks: tuple[TrendMark, ...] = ()

    @property
    def limit_values(self) -> str:
        """The limits as JSON, for the chart."""
        return json.dumps([limit.value for limit in self.limits])

    @property
    def state_words(self) -> str:
        """The words of a state as JSON, for the chart."""
        return json.dumps(self.states, ensure_ascii=False)

    @property
    def numbers(self) -> str:
        """The lines as JSON, for the chart."""
        return json.dumps([line.numbers() for line in self.lines], ensure_ascii=False)


def trends_of(
    equipment: EquipmentReadings,
    points: Mapping[str, MeasuringPoint],
    found: Mapping[str, Sequence[Bucket]],
    formats: Formats,
    columns: tuple[str, str, str],
) -> tuple[Trend, ...]:
    """Return the charts of the readings whose buckets were found.

    ``columns`` are the words for lowest, mean and highest.
    """
    charts: dict[tuple[str, ...], list[PointReading]] = {}
    for reading in equipment.readings:
        if reading.key in found:
            point = points[reading.key]
            apart = (point.quantity, point.position, "" if point.phase else point.key)
            charts.setdefault(apart, []).append(reading)
    return tuple(
        _trend(equipment.name, readings, found, formats, columns) for readings in charts.values()
    )


def _trend(
    owner: str,
    readings: Sequence[PointReading],
    found: Mapping[str, Sequence[Bucket]],
    formats: Formats,
    columns: tuple[str, str, str],
) -> Trend:
    first = readings[0]
    names = formats.listed(reading.name for reading in readings)
    lines = tuple(TrendLine(reading.name, tuple(found[reading.key])) for reading in readings)
    alone = len(readings) == 1
    return Trend(
        key=first.key,
        name=f"{owner} {names}".strip(),
        unit=first.unit,
        decimals=first.decimals,
        limits=tuple(dict.fromkeys(limit for one in readings for limit in one.limits)),
        lines=lines,
        columns=columns if alone else tuple(line.name for line in lines),
        rows=_range_rows(first, lines[0], formats) if alone else _phase_rows(first, lines, formats),
        states=formats.states(first.quantity),
        newest=_newest(first, lines, formats),
    )


def _range_rows(reading: PointReading, line: TrendLine, formats: Formats) -> tuple[TrendRow, ...]:
    return tuple(
        TrendRow(
            moment_of(bucket.time_us, formats),
            (
                formats.reading(reading.quantity, bucket.minimum, reading.decimals),
                _mean(reading, bucket, formats),
                formats.reading(reading.quantity, bucket.maximum, reading.decimals),
            ),
        )
        for bucket in line.buckets
    )


def _phase_rows(
    reading: PointReading, lines: Sequence[TrendLine], formats: Formats
) -> tuple[TrendRow, ...]:
    each = [{bucket.time_us: bucket for bucket in line.buckets} for line in lines]
    instants = sorted({at for buckets in each for at in buckets})
    return tuple(
        TrendRow(
            moment_of(at, formats),
            tuple(_mean(reading, one[at], formats) if at in one else "–" for one in each),
        )
        for at in instants
    )


def _mean(reading: PointReading, bucket: Bucket, formats: Formats) -> str:
    # The mean of a state is a share of time, and no state.
    if formats.states(reading.quantity):
        return formats.number(bucket.mean)
    return formats.reading(reading.quantity, bucket.mean, reading.decimals)


def _newest(reading: PointReading, lines: Iterable[TrendLine], formats: Formats) -> str:
    values = [
        formats.reading(reading.quantity, line.buckets[-1].mean, reading.decimals)
        for line in lines
        if line.buckets
    ]
    return f"{' / '.join(values)} {formats.unit(reading.unit)}".strip() if values else ""


def moment_of(time_us: int, formats: Formats) -> str:
    """Return an instant as the tables of trends write it."""
    return formats.moment(from_micros(time_us))


def _raw(bucket: Bucket) -> list[float]:
    figures = (bucket.minimum, bucket.mean, bucket.maximum)
    return [bucket.time_us // 1_000_000, *map(rounded, figures)]


def rounded(value: float) -> float:
    """Return a number as the chart is given it."""
    return float(f"{value:.{SIGNIFICANT}g}")
