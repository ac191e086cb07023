"""Files of the embedded store as version 0.1 of the program wrote them: a column for each metric.

Such a file is converted in one transaction. Newest values and roll-ups, which were whole steps of
a scale, become plain values. The readings themselves, by far the most, stay where they are, under
the name ``wide_reading``: they are read beside the samples, and the table goes when the last of
them is forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from telemetry.stores.packing import Cell

_IS_THERE = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
_SCALE = "SELECT name, scale FROM wide_metric WHERE id = ?"
_SET_ASIDE = (
    "ALTER TABLE reading RENAME TO wide_reading",
    "ALTER TABLE metric RENAME TO wide_metric",
)
_TAKE_OVER = (
    "INSERT INTO metric (id, name) SELECT id, name FROM wide_metric",
    *(f"ALTER TABLE {t} ADD COLUMN quality INTEGER NOT NULL DEFAULT 0"
      for t in ("newest", "minute", "hour")),
    "UPDATE newest SET value = CAST(value AS REAL) / scale FROM wide_metric WHERE id = metric",
    *(f"UPDATE {t} SET lowest = CAST(lowest AS REAL) / scale,"  # noqa: S608 - own names
      " highest = CAST(highest AS REAL) / scale, total = CAST(total AS REAL) / scale,"
      " latest = CAST(latest AS REAL) / scale FROM wide_metric WHERE id = metric"
      for t in ("minute", "hour")),
)  # fmt: skip


def is_wide(connection: sqlite3.Connection) -> bool:
    """Whether the file is one of version 0.1 that was not converted yet."""
    return _there(connection, "reading")


def take_over(connection: sqlite3.Connection, tables: tuple[str, ...]) -> None:
    """Convert the file to the present format, ``tables``, inside the caller's transaction."""
    for statement in (*_SET_ASIDE, *tables, *_TAKE_OVER):
        connection.execute(statement)


def wide_points(
    connection: sqlite3.Connection, station: int, metric: int, start_us: int, end_us: int
) -> Iterator[tuple[int, Cell]]:
    """Give what a converted file holds of one point in ``[start_us, end_us)``."""
    if not _there(connection, "wide_metric"):
        return
    found = connection.execute(_SCALE, (metric,)).fetchone()
    if found is None:
        return
    name, scale = found
    column = '"' + name.replace('"', '""') + '"'
    rows = connection.execute(
        f"SELECT time_us, {column} FROM wide_reading WHERE station = ? AND time_us >= ?"  # noqa: S608 - quoted
        f" AND time_us < ? AND {column} IS NOT NULL",
        (station, start_us, end_us),
    )
    for time_us, value in rows:
        yield time_us, Cell(value / scale, 0)


def forget_wide(connection: sqlite3.Connection, station: int, before_us: int) -> None:
    """Delete the station's readings before an instant; with the last one the tables go."""
    if not _there(connection, "wide_reading"):
        return
    connection.execute(
        "DELETE FROM wide_reading WHERE station = ? AND time_us < ?", (station, before_us)
    )
    if connection.execute("SELECT 1 FROM wide_reading LIMIT 1").fetchone() is None:
        connection.execute("DROP TABLE wide_reading")
        connection.execute("DROP TABLE wide_metric")


def _there(connection: sqlite3.Connection, table: str) -> bool:
    return bool(connection.execute(_IS_THERE, (table,)).fetchone()[0])
