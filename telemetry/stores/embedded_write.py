"""One write of the embedded store: readings become samples, roll-ups and newest values.

Most readings are newer than all that their station sent before; their part of a roll-up is added
up here and merged. A reading that is late, or here already, would be counted twice that way: the
intervals it falls into are computed anew from the samples instead.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from telemetry.readings import Quality, Reading, is_key
from telemetry.stores import embedded_sql as sql
from telemetry.stores.packing import Cell, Shape, packed, shape_of, unpacked, with_quality
from telemetry.stores.rollup import HOUR_US, MINUTE_US, Sums, sums_of
from telemetry.stores.wide_readings import wide_points

LARGEST = 1e100
"""Bound of a value: far above anything measured, and sums of such values are still finite."""

UNCOUNTED = int(Quality.OUT_OF_RANGE)
"""The one quality whose values are kept, but are in no roll-up."""

MOST_SHAPES = 10_000
"""Shapes that are remembered: a station may send any of its points in any message."""


class Layout:
    """What the writer knows of the file: ids, and the newest instant of each station."""

    def __init__(
        self, stations: dict[str, int], metrics: dict[str, int], newest_us: dict[int, int]
    ) -> None:
        self.stations = stations
        self.metrics = metrics
        self.newest_us = newest_us
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Layout:
        """Read it from the file, inside the transaction that will use it."""
        return cls(
            dict(connection.execute("SELECT name, id FROM station").fetchall()),
            dict(connection.execute("SELECT name, id FROM metric").fetchall()),
            dict(connection.execute(sql.NEWEST_OF_STATIONS).fetchall()),
        )

    def shape(self, connection: sqlite3.Connection, keys: tuple[str, ...]) -> Shape | None:
        """Return the shape of readings with these keys; ``None`` if one can't be a key."""
        if keys not in self._shapes:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            sound = all(is_key(key) for key in keys)
            ids = [self._metric(connection, key) for key in keys] if sound else []
            self._shapes[keys] = shape_of(ids) if sound else None
        return self._shapes[keys]

    def station(self, connection: sqlite3.Connection, name: str) -> int:
        """Return the id of a station, given now if it has none."""
        found = self.stations.get(name)
        if found is None:
            found = connection.execute(sql.ADD_STATION, (name,)).lastrowid or 0
            self.stations[name] = found
        return found

    def _metric(self, connection: sqlite3.Connection, key: str) -> int:
        found = self.metrics.get(key)
        if found is None:
            found = connection.execute(sql.ADD_METRIC, (key,)).lastrowid or 0
            self.metrics[key] = found
        return found


@dataclass(slots=True)
class Run:
    """Readings of one station that follow one another within a minute and have one shape.

    ``rows`` has None in place of what does not count. ``values`` and ``quality`` are those of the
    newest reading, ``worst`` is the worst of its readings. If single values had their own quality,
    ``each`` and ``worst_of_each`` are the same for each value, in the shape's order.
    """

    station: int
    minute_us: int
    shape: Shape
    rows: list[tuple[float | None, ...]] = field(default_factory=list)
    values: tuple[float, ...] = ()
    time_us: int = 0
    quality: int = 0
    worst: int = 0
    each: list[int] | None = None
    worst_of_each: list[int] | None = None

    def add(self, values: tuple[float, ...], reading: Reading, each: list[int] | None) -> None:
        """Take in the next reading; ``each`` are the qualities of its values, if they differ."""
        self.rows.append(_counted(values, reading, each))
        self.values = values
        self.time_us, self.quality, self.each = reading.time_us, reading.quality, each
        if reading.quality > self.worst:
            self.worst = reading.quality
        if each:
            self.worst_of_each = list(map(max, each, self.worst_of_each or each))

    def qualities(self, place: int) -> tuple[int, int]:
        """Return the newest and the worst quality of one point."""
        newest = self.each[place] if self.each else self.quality
        worst = self.worst_of_each[place] if self.worst_of_each else 0
        return newest, max(worst, self.worst)


class BatchWrite:
    """The readings of one write, sorted into what is newer than all before, and what is late."""

    def __init__(
        self, connection: sqlite3.Connection, layout: Layout, readings: Sequence[Reading]
    ) -> None:
        self._connection = connection
        self._layout = layout
        self._fresh: list[tuple[int, int, bytes]] = []
        self._runs: list[Run] = []
        self._late: list[tuple[int, int, dict[int, Cell]]] = []
        self.rejected: list[Reading] = []
        self._sort(readings)

    def _sort(self, readings: Sequence[Reading]) -> None:
        layout, newest_us, fresh = self._layout, self._layout.newest_us, self._fresh
        runs: dict[int, Run] = {}
        for reading in readings:
            values = tuple(reading.values.values())
            if not values:
                continue
            shape = layout.shape(self._connection, tuple(reading.values))
            if shape is None or max(values) > LARGEST or min(values) < -LARGEST:
                self.rejected.append(reading)
                continue
            station = layout.station(self._connection, reading.station)
            time_us = reading.time_us
            row = shape.heads[reading.quality] + shape.pack(*values)
            each = None
            if reading.qualities:
                each = [int(reading.quality_of(key)) for key in reading.values]
                row = with_quality(shape.heads[0] + shape.pack(*values), each)
            if time_us <= newest_us.get(station, -1):
                self._late.append((station, time_us, unpacked(row)))
                continue
            newest_us[station] = time_us
            fresh.append((station, time_us, row))
            minute_us = time_us - time_us % MINUTE_US
            run = runs.get(station)
            if run is None or run.minute_us != minute_us or run.shape is not shape:
                run = runs[station] = Run(station, minute_us, shape)
                self._runs.append(run)
            run.add(values, reading, each)

    def save(self) -> None:
        """Write all of it; the caller's transaction makes it one."""
        self._connection.executemany(sql.SAVE_SAMPLE, self._fresh)
        self._add_up_runs()
        stale: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        # Late ones may repeat one another, so they go in one by one, in order of arrival.
        for station, time_us, cells in self._late:
            self._save_late(station, time_us, cells)
            stale[station, time_us - time_us % MINUTE_US].update(cells)
        for (station, minute_us), metrics in stale.items():
            recompute(self._connection, station, minute_us, metrics)

    def _save_late(self, station: int, time_us: int, cells: dict[int, Cell]) -> None:
        """Merge a reading into what is stored at its instant, replacing the values it names."""
        standing: dict[int, Cell] = {}
        for _, row in samples(self._connection, station, time_us, time_us + 1):
            standing = unpacked(row)
        for metric, cell in cells.items():
            before = standing.get(metric)
            if before is not None and before.value == cell.value:
                # The same value once more: that it came late this time makes it no worse.
                standing[metric] = Cell(cell.value, min(before.quality, cell.quality))
            else:
                standing[metric] = cell
        self._connection.execute(sql.SAVE_SAMPLE, (station, time_us, packed(standing)))
        self._connection.executemany(
            sql.SAVE_NEWEST, [(station, metric, time_us, *standing[metric]) for metric in cells]
        )

    def _add_up_runs(self) -> None:
        """Merge the runs into the roll-ups, and their ends into the newest values."""
        sums: dict[int, dict[tuple[int, int, int], Sums]] = {MINUTE_US: {}, HOUR_US: {}}
        newest: dict[tuple[int, int], tuple[int, int, int, float, int]] = {}
        for run in self._runs:
            station, minute_us = run.station, run.minute_us
            columns = zip(*run.rows, strict=True)
            for place, (metric, column) in enumerate(zip(run.shape.metrics, columns, strict=True)):
                quality, worst = run.qualities(place)
                value = run.values[place]
                newest[station, metric] = (station, metric, run.time_us, value, quality)
                if worst == UNCOUNTED:
                    column = tuple(one for one in column if one is not None)
                more = sums_of(column, worst)
                for width_us, found in sums.items():
                    key = (station, metric, minute_us - minute_us % width_us)
                    before = found.get(key)
                    found[key] = more if before is None else before.then(more)
        for width_us, found in sums.items():
            merged = [(*key, *total) for key, total in found.items()]
            self._connection.executemany(sql.extend_rollup(width_us), merged)
        self._connection.executemany(sql.SAVE_NEWEST, newest.values())


def sums_of_cells(cells: Sequence[Cell]) -> Sums:
    """Return what some cells of one point come to, oldest first; there must be one at least."""
    counted = [cell.value for cell in cells if cell.quality != UNCOUNTED]
    return sums_of(counted, max(cell.quality for cell in cells))


def _counted(
    values: tuple[float, ...], reading: Reading, each: list[int] | None
) -> tuple[float | None, ...]:
    """Return the values, with None in place of those that do not count."""
    if reading.quality == UNCOUNTED:
        return (None,) * len(values)
    if each and UNCOUNTED in each:
        return tuple(
            None if quality == UNCOUNTED else value
            for value, quality in zip(values, each, strict=True)
        )
    return values


def samples(
    connection: sqlite3.Connection, station: int, start_us: int, end_us: int
) -> Iterator[tuple[int, bytes]]:
    """Give the readings of one station in ``[start_us, end_us)``, oldest first, still packed."""
    return connection.execute(sql.SAMPLES, (station, start_us, end_us))


def recompute(
    connection: sqlite3.Connection, station: int, time_us: int, metrics: Iterable[int]
) -> None:
    """Compute the minute and the hour around an instant anew from the samples."""
    minute, hour = time_us - time_us % MINUTE_US, time_us - time_us % HOUR_US
    for metric, points in _points_of_minute(connection, station, minute, metrics).items():
        cells = [cell for _, cell in sorted(points.items())]
        if cells:
            sums = sums_of_cells(cells)
            connection.execute(sql.SAVE_MINUTE, (station, metric, minute, *sums))
        window = {"station": station, "metric": metric, "start": hour, "end": hour + HOUR_US}
        connection.execute(sql.RECOMPUTE_HOUR, window)


def _points_of_minute(
    connection: sqlite3.Connection, station: int, minute_us: int, metrics: Iterable[int]
) -> Mapping[int, dict[int, Cell]]:
    end_us = minute_us + MINUTE_US
    found = {m: dict(wide_points(connection, station, m, minute_us, end_us)) for m in metrics}
    for time_us, row in samples(connection, station, minute_us, end_us):
        for metric, cell in unpacked(row).items():
            if metric in found:
                found[metric][time_us] = cell
    return found
