"""Points in one SQLite file: the store of a machine that has no InfluxDB.

A reading is one row, a metric one column, a value a scaled integer: a metric with ``d`` decimals
is kept in steps of 10^-(d+3), a thousandth of what its instrument resolves (the scale is written
into the file when the metric first appears, and stays). Beside the readings stand the newest
value of each series and the roll-ups of each minute and hour, all changed in the same
transaction, so they never disagree. The file's own promises are those of ``sqlite_file``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from kit.instants import to_micros
from stations.assets.station import QUANTITIES
from telemetry.readings import Bucket, Point, Reading, Series
from telemetry.stores import embedded_sql as sql
from telemetry.stores.embedded_batch import Batch, Layout
from telemetry.stores.port import StoreRejected, StoreUnavailable, require_sound, require_window
from telemetry.stores.rollup import Piece, Sums, merged, pieces
from telemetry.stores.sqlite_file import SqliteFile, explain

EXTRA_DECIMALS = 3
"""Digits kept below those that the instrument resolves: the rounding stays out of sight."""


class EmbeddedStore:
    """The store in a file. ``read_only`` never creates or changes it (for the web process).

    One process writes; any number read meanwhile. Nothing is opened until it is asked something.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        self._file = SqliteFile(Path(path), _prepare)
        self._read_only = read_only
        self._layout: Layout | None = None
        self._version = -1

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep the values; on disk when this returns (``synchronous=FULL``)."""
        if self._read_only:
            raise StoreUnavailable(f"{self._file.path}: opened for reading only")
        require_sound(readings)
        if not readings:
            return
        with self._answering(), self._file.writing() as connection:
            layout = self._current_layout(connection)
            try:
                batch = Batch(connection, layout, readings)
                batch.save()
            except BaseException:
                self._layout = None  # it knows of what is now rolled back
                raise
        if batch.rejected:
            raise StoreRejected(
                f"{len(batch.rejected)} readings have a metric or a size of value that this store"
                f" does not know, the first from {batch.rejected[0].station}",
                batch.rejected,
            )

    def _current_layout(self, connection: sqlite3.Connection) -> Layout:
        """Return what is known of the file, read anew if another process changed it."""
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if self._layout is None or version != self._version:
            self._layout, self._version = Layout.read(connection), version
        return self._layout

    def last(self, series: Sequence[Series]) -> Mapping[Series, Point]:
        """Return the newest point of each series that has one, from the table of them."""
        wanted = set(series)
        stations = json.dumps(sorted({one.station for one in wanted}))
        with self._reading() as connection:
            rows = connection.execute(sql.LAST_OF_STATIONS, (stations,)).fetchall()
        return {
            Series(station, metric): Point(time_us, value / scale)
            for station, metric, time_us, value, scale in rows
            if (station, metric) in wanted
        }

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        """Return the buckets of ``[start, end)``, from the roll-ups where they answer exactly."""
        require_window(start, end, every)
        start_us, end_us = max(to_micros(start), 0), to_micros(end)
        every_us = every // timedelta(microseconds=1)
        with self._reading() as connection:
            found = connection.execute(sql.IDS_OF_SERIES, series).fetchone()
            if found is None:
                return []
            station, metric, scale = found
            parts: list[tuple[int, Sums]] = []
            for piece in pieces(start_us, end_us, every_us):
                parts += _read_piece(connection, station, metric, series.metric, piece, every_us)
        return [
            Bucket(at, s.lowest / scale, s.total / s.samples / scale, s.highest / scale,
                   s.latest / scale, s.samples)
            for at, s in merged(parts).items()
        ]  # fmt: skip

    def forget(self, before: datetime) -> None:
        """Delete every point older than ``before``, one station after another.

        Each station is a transaction of its own, so that writing need not wait for all of them.
        """
        if self._read_only:
            raise StoreUnavailable(f"{self._file.path}: opened for reading only")
        before_us = to_micros(before)
        with self._answering():
            with self._file.writing() as connection:
                layout = Layout.read(connection)
            for station in layout.stations.values():
                with self._file.writing() as connection:
                    self._layout = None
                    _forget_station(connection, layout, station, before_us)

    def ping(self) -> None:
        """Return if the file can be read, and holds what this program keeps in it."""
        with self._reading() as connection:
            connection.execute(sql.PING).fetchall()

    def close(self) -> None:
        """Give back the file."""
        self._file.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._answering():
            if not self._read_only:
                self._file.make()
            with self._file.reading() as connection:
                yield connection

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(explain(self._file.path, error)) from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, and a column for each metric that has none yet."""
    for statement in sql.TABLES:
        connection.execute(statement)
    known = {name for (name,) in connection.execute("SELECT name FROM metric")}
    for quantity in QUANTITIES.values():
        if quantity.key not in known:
            scale = 10 ** (quantity.decimals + EXTRA_DECIMALS)
            connection.execute(sql.ADD_METRIC, (quantity.key, scale))
            connection.execute(sql.add_column(quantity.key))


def _read_piece(
    connection: sqlite3.Connection,
    station: int,
    metric: int,
    column: str,
    piece: Piece,
    every_us: int,
) -> Iterator[tuple[int, Sums]]:
    window = {"every": every_us, "start": piece.start_us, "end": piece.end_us}
    where = {"station": station, "metric": metric, **window}
    if piece.width_us:
        rows = connection.execute(sql.range_of_rollup(piece.width_us), where)
    else:
        rows = connection.execute(sql.range_of_readings(column), where)
    for bucket, *sums in rows:
        yield bucket, Sums(*sums)


def _forget_station(
    connection: sqlite3.Connection, layout: Layout, station: int, before_us: int
) -> None:
    for statement in sql.FORGET:
        connection.execute(statement, {"station": station, "before": before_us})
    for width_us in sql.ROLLUPS:
        # The interval that ``before`` cuts is computed anew from what is left of it.
        cut = before_us - before_us % width_us
        connection.execute(sql.forget_rollup(width_us), (station, cut + width_us))
    layout.recompute(connection, station, before_us, layout.metrics)
