"""One write of the embedded store: readings become rows, roll-ups and newest values.

Most readings are newer than all that their station sent before; their part of a roll-up is added
up here and merged. A reading that is late, or here already, would be counted twice that way: the
intervals it falls into are computed anew from the rows instead.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from telemetry.readings import Reading
from telemetry.stores import embedded_sql as sql
from telemetry.stores.rollup import HOUR_US, MINUTE_US, Sums, sums_of

LARGEST = 2**40
"""Bound of a scaled value: far above any range in ``QUANTITIES``, and an hour of a thousand values
a second still adds up within SQLite's 64 bits."""


class Shape(NamedTuple):
    """What readings of the same metrics share: statement, scales and ids, in that order."""

    statement: str
    scales: tuple[int, ...]
    metrics: tuple[int, ...]


class Layout:
    """What the writer knows of the file: ids, scales, and the newest instant of each station."""

    def __init__(
        self,
        stations: dict[str, int],
        metrics: dict[str, tuple[int, int]],
        newest_us: dict[int, int],
    ) -> None:
        self.stations = stations
        self.metrics = metrics
        self.newest_us = newest_us
        self._shapes: dict[tuple[str, ...], Shape | None] = {}

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Layout:
        """Read it from the file, inside the transaction that will use it."""
        metrics = connection.execute("SELECT name, id, scale FROM metric")
        return cls(
            dict(connection.execute("SELECT name, id FROM station").fetchall()),
            {name: (metric, scale) for name, metric, scale in metrics},
            dict(connection.execute(sql.NEWEST_OF_STATIONS).fetchall()),
        )

    def shape(self, metrics: tuple[str, ...]) -> Shape | None:
        """Return the shape of readings with these metrics; ``None`` if one is unknown."""
        if metrics not in self._shapes:
            known = [self.metrics[name] for name in metrics if name in self.metrics]
            self._shapes[metrics] = (
                Shape(
                    sql.save_reading(metrics),
                    tuple(s for _, s in known),
                    tuple(i for i, _ in known),
                )
                if metrics and len(known) == len(metrics)
                else None
            )
        return self._shapes[metrics]

    def station(self, connection: sqlite3.Connection, name: str) -> int:
        """Return the id of a station, given now if it has none."""
        found = self.stations.get(name)
        if found is None:
            found = connection.execute(sql.ADD_STATION, (name,)).lastrowid or 0
            self.stations[name] = found
        return found

    def recompute(
        self, connection: sqlite3.Connection, station: int, time_us: int, metrics: Iterable[str]
    ) -> None:
        """Compute the minute and the hour around an instant anew from the rows."""
        minute, hour = time_us - time_us % MINUTE_US, time_us - time_us % HOUR_US
        for name in metrics:
            series = {"station": station, "metric": self.metrics[name][0]}
            window = {"start": minute, "end": minute + MINUTE_US}
            connection.execute(sql.recompute_minute(name), {**series, **window})
            window = {"start": hour, "end": hour + HOUR_US}
            connection.execute(sql.RECOMPUTE_HOUR, {**series, **window})


class Row(NamedTuple):
    """A reading as it is kept."""

    station: int
    time_us: int
    shape: Shape
    values: list[int]


class Run(NamedTuple):
    """Readings of one station that follow one another within a minute and have one shape."""

    station: int
    minute_us: int
    shape: Shape
    rows: list[tuple[int, ...]]


class Batch:
    """The readings of one write, sorted into what is newer than all before, and what is late."""

    def __init__(
        self, connection: sqlite3.Connection, layout: Layout, readings: Sequence[Reading]
    ) -> None:
        self._connection = connection
        self._layout = layout
        self._fresh: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
        self._runs: list[Run] = []
        self._late: list[Row] = []
        self._stale: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        self.rejected: list[Reading] = []
        self._sort(readings)

    def _sort(self, readings: Sequence[Reading]) -> None:
        layout, newest_us = self._layout, self._layout.newest_us
        runs: dict[int, Run] = {}
        for reading in readings:
            metrics = tuple(reading.values)
            shape = layout.shape(metrics)
            if shape is None:
                if metrics:
                    self.rejected.append(reading)
                continue
            values = [
                round(value * scale)
                for value, scale in zip(reading.values.values(), shape.scales, strict=True)
            ]
            if max(values) > LARGEST or min(values) < -LARGEST:
                self.rejected.append(reading)
                continue
            station = layout.station(self._connection, reading.station)
            time_us = reading.time_us
            minute_us = time_us - time_us % MINUTE_US
            if time_us <= newest_us.get(station, -1):
                self._late.append(Row(station, time_us, shape, values))
                self._stale[station, minute_us].update(metrics)
                continue
            newest_us[station] = time_us
            row = (station, time_us, *values)
            self._fresh[shape.statement].append(row)
            run = runs.get(station)
            if run is None or run.minute_us != minute_us or run.shape is not shape:
                run = runs[station] = Run(station, minute_us, shape, [])
                self._runs.append(run)
            run.rows.append(row)

    def save(self) -> None:
        """Write all of it; the caller's transaction makes it one."""
        execute = self._connection.execute
        for statement, rows in self._fresh.items():
            self._connection.executemany(statement, rows)
        self._add_up_runs()
        # Late ones may repeat one another, so they go in one by one in the order of their coming.
        for station, time_us, shape, values in self._late:
            execute(shape.statement, (station, time_us, *values))
            for metric, value in zip(shape.metrics, values, strict=True):
                execute(sql.SAVE_NEWEST, (station, metric, time_us, value))
        for (station, minute_us), metrics in self._stale.items():
            self._layout.recompute(self._connection, station, minute_us, metrics)

    def _add_up_runs(self) -> None:
        """Merge the runs into the roll-ups, and their ends into the newest values."""
        sums: dict[int, dict[tuple[int, int, int], Sums]] = {MINUTE_US: {}, HOUR_US: {}}
        newest: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for station, minute_us, shape, rows in self._runs:
            _, times, *columns = zip(*rows, strict=True)
            for metric, column in zip(shape.metrics, columns, strict=True):
                newest[station, metric] = (station, metric, times[-1], column[-1])
                more = sums_of(column)
                for width_us, found in sums.items():
                    key = (station, metric, minute_us - minute_us % width_us)
                    before = found.get(key)
                    found[key] = more if before is None else before.then(more)
        for width_us, found in sums.items():
            merged = [(*key, *total) for key, total in found.items()]
            self._connection.executemany(sql.extend_rollup(width_us), merged)
        self._connection.executemany(sql.SAVE_NEWEST, newest.values())
