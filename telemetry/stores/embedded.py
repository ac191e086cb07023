"""Points in one SQLite file: the store of a machine that has no InfluxDB.

A reading is one row, its values packed beside the ids of their points, so that points of any name
and number need no change of the file's format. Beside the readings stand the newest value of each
series and the roll-ups of each minute and hour, all changed in the same transaction, so they never
disagree. ``sqlite_file`` says what the file guarantees.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from kit.instants import to_micros
from telemetry.readings import Bucket, Point, Quality, Reading, Series
from telemetry.stores import embedded_sql as sql
from telemetry.stores.embedded_write import (
    BatchWrite,
    Layout,
    recompute,
    samples,
    sums_of_cells,
)
from telemetry.stores.packing import Finder
from telemetry.stores.port import StoreRejected, StoreUnavailable, require_sound, require_window
from telemetry.stores.rollup import Piece, Sums, merged, pieces
from telemetry.stores.sqlite_file import SqliteFile, explain
from telemetry.stores.wide_readings import forget_wide, is_wide, take_over, wide_points


class EmbeddedStore:
    """The store in a file. ``read_only`` never creates or changes it (for the web process).

    One process writes; any number read meanwhile. Nothing is opened before first use.
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
                batch = BatchWrite(connection, layout, readings)
                batch.save()
            except BaseException:
                self._layout = None  # it includes what is now rolled back
                raise
        if batch.rejected:
            raise StoreRejected(
                f"{len(batch.rejected)} readings have a key or a size of value that this store"
                f" can't keep, the first from {batch.rejected[0].station}",
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
            Series(station, metric): Point(time_us, float(value), Quality(quality))
            for station, metric, time_us, value, quality in rows
            if (station, metric) in wanted
        }

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        """Return the buckets of ``[start, end)``, from the roll-ups where they answer exactly."""
        require_window(start, end, every)
        start_us, end_us = max(to_micros(start), 0), to_micros(end)
        every_us = every // timedelta(microseconds=1)
        parts: list[tuple[int, Sums]] = []
        with self._reading() as connection:
            ids = connection.execute(sql.IDS_OF_SERIES, series).fetchone()
            for piece in pieces(start_us, end_us, every_us) if ids else ():
                parts += _read_piece(connection, ids[0], ids[1], piece, every_us)
        return [_bucket(at, sums) for at, sums in merged(parts).items() if sums.samples]

    def forget(self, before: datetime) -> None:
        """Delete every point older than ``before``, one station after another.

        Each station is a transaction of its own, so that writing need not wait for all of them.
        """
        if self._read_only:
            raise StoreUnavailable(f"{self._file.path}: opened for reading only")
        before_us = to_micros(before)
        with self._answering():
            with self._file.writing() as connection:
                stations = Layout.read(connection).stations
            for station in stations.values():
                with self._file.writing() as connection:
                    self._layout = None
                    _forget_station(connection, station, before_us)

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
                _require_version(connection)
                yield connection

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreUnavailable(explain(self._file.path, error)) from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, or convert those of version 0.1 of the program."""
    if is_wide(connection):
        take_over(connection, sql.TABLES)
    elif _version(connection) in (0, sql.VERSION):
        for statement in sql.TABLES:
            connection.execute(statement)
    else:
        _require_version(connection)
    connection.execute(f"PRAGMA user_version = {sql.VERSION}")


def _require_version(connection: sqlite3.Connection) -> None:
    if (found := _version(connection)) != sql.VERSION:
        older = "an earlier version; `sanlai worker` converts it when it starts"
        newer = "a newer version: install that program"
        said = older if found < sql.VERSION else newer
        raise StoreUnavailable(f"the store's file was written by {said}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bucket(time_us: int, sums: Sums) -> Bucket:
    # A sum of floats is slightly off, but the mean of equal values must be that value.
    mean = min(max(sums.total / sums.samples, sums.lowest), sums.highest)
    return Bucket(
        time_us,
        float(sums.lowest),
        float(mean),
        float(sums.highest),
        float(sums.latest),
        sums.samples,
        Quality(sums.quality),
    )


def _read_piece(
    connection: sqlite3.Connection, station: int, metric: int, piece: Piece, every_us: int
) -> Iterator[tuple[int, Sums]]:
    """Give the sums of a piece of the range, by bucket, oldest first."""
    if piece.width_us:
        window = {"every": every_us, "start": piece.start_us, "end": piece.end_us}
        where = {"station": station, "metric": metric, **window}
        for bucket, *sums in connection.execute(sql.range_of_rollup(piece.width_us), where):
            yield bucket, Sums(*sums)
        return
    span = (piece.start_us, piece.end_us)
    points = dict(wide_points(connection, station, metric, *span))
    points.update(Finder(metric).find(samples(connection, station, *span)))
    by_time = sorted(points.items())
    for bucket, group in groupby(by_time, lambda point: point[0] - point[0] % every_us):
        yield bucket, sums_of_cells([cell for _, cell in group])


def _forget_station(connection: sqlite3.Connection, station: int, before_us: int) -> None:
    for statement in sql.FORGET:
        connection.execute(statement, (station, before_us))
    forget_wide(connection, station, before_us)
    for width_us in sql.ROLLUPS:
        # The interval that ``before`` cuts is computed anew from what is left of it.
        cut = before_us - before_us % width_us
        connection.execute(sql.forget_rollup(width_us), (station, cut + width_us))
    metrics = connection.execute(sql.METRICS_OF_STATION, (station,)).fetchall()
    recompute(connection, station, before_us, [metric for (metric,) in metrics])
