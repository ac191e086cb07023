"""Trends of counters: a bar for what each interval added, and words where it was no plain count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.pages.console.station_cards import EquipmentReadings, PointReading
from api.pages.console.station_trends import Trend, TrendMark, TrendRow, moment_of, rounded
from api.web.formats import Formats
from telemetry.derived.counters import Count, Counter, Increase, increases_of
from telemetry.readings import Bucket

MOST_MARKS = 3
"""Marks that stand above a chart, the newest ones; its table has them all."""


@dataclass(frozen=True, slots=True)
class CountedLine:
    """What one counter added, interval by interval."""

    name: str
    increases: tuple[Increase, ...]

    def numbers(self) -> dict[str, object]:
        """Return the name, and [second, amount, amount, amount]: a line without a band."""
        at = [[one.at_us // 1_000_000, *[rounded(one.amount)] * 3] for one in self.increases]
        return {"name": self.name, "at": at}


def counted_trends(
    equipment: EquipmentReadings,
    counters: Mapping[str, Counter],
    found: Mapping[str, Sequence[Bucket]],
    formats: Formats,
) -> Iterator[Trend]:
    """Give a chart for each counter whose intervals were found."""
    for reading in equipment.readings:
        if reading.key in found and reading.key in counters:
            added = increases_of(found[reading.key], counters[reading.key])
            yield _trend(equipment.name, reading, tuple(added.values()), formats)


def _trend(
    owner: str, reading: PointReading, added: tuple[Increase, ...], formats: Formats
) -> Trend:
    text = formats.text
    marks = [TrendMark(one.how, _moment(one, formats)) for one in added if _is_marked(one)]
    total = formats.reading(reading.quantity, sum(one.amount for one in added), reading.decimals)
    return Trend(
        key=reading.key,
        name=f"{owner} {reading.name}".strip(),
        unit=reading.unit,
        decimals=reading.decimals,
        limits=(),
        lines=(CountedLine(reading.name, added),),
        columns=(text("increase"), text("remark")),
        rows=tuple(_row(one, reading, formats) for one in added),
        states=(),
        newest=text("total {amount}", amount=f"{total} {formats.unit(reading.unit)}".strip()),
        bars=True,
        marks=tuple(marks[-MOST_MARKS:]),
    )


def _row(one: Increase, reading: PointReading, formats: Formats) -> TrendRow:
    amount = formats.reading(reading.quantity, one.amount, reading.decimals)
    remark = formats.text.label("count", one.how) if _is_marked(one) else ""
    return TrendRow(_moment(one, formats), (amount, remark))


def _is_marked(one: Increase) -> bool:
    return one.how is not Count.STEADY


def _moment(one: Increase, formats: Formats) -> str:
    return moment_of(one.at_us, formats)
