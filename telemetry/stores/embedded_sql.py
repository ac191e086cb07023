"""The SQL of the embedded store. Column names come from ``QUANTITIES`` alone, never from input."""

from __future__ import annotations

from telemetry.stores.rollup import HOUR_US, MINUTE_US

ROLLUPS = {MINUTE_US: "minute", HOUR_US: "hour"}
"""The roll-up tables by the width of their interval."""

_ROLLUP = """
CREATE TABLE IF NOT EXISTS {name} (
  station INTEGER NOT NULL, metric INTEGER NOT NULL, time_us INTEGER NOT NULL,
  lowest INTEGER NOT NULL, highest INTEGER NOT NULL, total INTEGER NOT NULL,
  samples INTEGER NOT NULL, latest INTEGER NOT NULL,
  PRIMARY KEY (station, metric, time_us)
) WITHOUT ROWID"""

TABLES = (
    "CREATE TABLE IF NOT EXISTS station (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
CREATE TABLE IF NOT EXISTS metric (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, scale INTEGER NOT NULL
)""",
    """
CREATE TABLE IF NOT EXISTS reading (
  station INTEGER NOT NULL, time_us INTEGER NOT NULL, PRIMARY KEY (station, time_us)
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS newest (
  station INTEGER NOT NULL, metric INTEGER NOT NULL, time_us INTEGER NOT NULL,
  value INTEGER NOT NULL, PRIMARY KEY (station, metric)
) WITHOUT ROWID""",
    *(_ROLLUP.format(name=name) for name in ROLLUPS.values()),
)
"""What the file holds; each metric of ``QUANTITIES`` is a further column of ``reading``."""

PING = "SELECT 1 FROM reading, newest, minute, hour LIMIT 1"
ADD_STATION = "INSERT INTO station (name) VALUES (?)"
ADD_METRIC = "INSERT INTO metric (name, scale) VALUES (?, ?)"
NEWEST_OF_STATIONS = "SELECT station, max(time_us) FROM newest GROUP BY station"

LAST_OF_STATIONS = """
SELECT station.name, metric.name, newest.time_us, newest.value, metric.scale
FROM station JOIN newest ON newest.station = station.id JOIN metric ON metric.id = newest.metric
WHERE station.name IN (SELECT value FROM json_each(?))"""

IDS_OF_SERIES = """
SELECT station.id, metric.id, metric.scale FROM station, metric
WHERE station.name = ? AND metric.name = ?"""

SAVE_NEWEST = """
INSERT INTO newest VALUES (?, ?, ?, ?) ON CONFLICT (station, metric) DO UPDATE
SET time_us = excluded.time_us, value = excluded.value WHERE excluded.time_us >= time_us"""

FORGET = (
    "DELETE FROM reading WHERE station = :station AND time_us < :before",
    "DELETE FROM newest WHERE station = :station AND time_us < :before",
)


def add_column(metric: str) -> str:
    """Return the statement that gives a metric its column."""
    return f'ALTER TABLE reading ADD COLUMN "{metric}" INTEGER'


def save_reading(metrics: tuple[str, ...]) -> str:
    """Return the statement that keeps a reading of these metrics; other columns stay."""
    names = ", ".join(f'"{metric}"' for metric in metrics)
    marks = ", ".join("?" * (len(metrics) + 2))
    changed = ", ".join(f'"{metric}" = excluded."{metric}"' for metric in metrics)
    return (
        f"INSERT INTO reading (station, time_us, {names}) VALUES ({marks})"  # noqa: S608 - own names
        f" ON CONFLICT (station, time_us) DO UPDATE SET {changed}"
    )


def extend_rollup(width_us: int) -> str:
    """Return the statement that adds newer points to an interval."""
    return f"""
INSERT INTO {ROLLUPS[width_us]} VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (station, metric, time_us) DO UPDATE SET
  lowest = min(lowest, excluded.lowest), highest = max(highest, excluded.highest),
  total = total + excluded.total, samples = samples + excluded.samples,
  latest = excluded.latest"""  # noqa: S608 - own names


def forget_rollup(width_us: int) -> str:
    """Return the statement that deletes a station's intervals that start before an instant."""
    return f"DELETE FROM {ROLLUPS[width_us]} WHERE station = ? AND time_us < ?"  # noqa: S608 - own names


def recompute_minute(metric: str) -> str:
    """Return the statement that computes one minute of a series anew from its readings."""
    window = f"""reading WHERE station = :station AND time_us >= :start AND time_us < :end
  AND "{metric}" IS NOT NULL"""
    return f"""
INSERT OR REPLACE INTO minute
SELECT :station, :metric, :start, min("{metric}"), max("{metric}"), sum("{metric}"),
  count("{metric}"), (SELECT "{metric}" FROM {window} ORDER BY time_us DESC LIMIT 1)
FROM {window} HAVING count("{metric}") > 0"""  # noqa: S608 - own names


RECOMPUTE_HOUR = """
INSERT OR REPLACE INTO hour
SELECT station, metric, :start, min(lowest), max(highest), sum(total), sum(samples),
  (SELECT latest FROM minute AS m WHERE m.station = :station AND m.metric = :metric
   AND m.time_us >= :start AND m.time_us < :end ORDER BY m.time_us DESC LIMIT 1)
FROM minute WHERE station = :station AND metric = :metric
  AND time_us >= :start AND time_us < :end
GROUP BY station, metric"""


def range_of_readings(metric: str) -> str:
    """Return the query that sums up readings by bucket."""
    return f"""
SELECT bucket, lowest, highest, total, samples, reading."{metric}" FROM (
  SELECT time_us - time_us % :every AS bucket, min("{metric}") AS lowest,
    max("{metric}") AS highest, sum("{metric}") AS total, count(*) AS samples,
    max(time_us) AS newest_us
  FROM reading WHERE station = :station AND time_us >= :start AND time_us < :end
    AND "{metric}" IS NOT NULL GROUP BY bucket
) JOIN reading ON reading.station = :station AND reading.time_us = newest_us
ORDER BY bucket"""  # noqa: S608 - own names


def range_of_rollup(width_us: int) -> str:
    """Return the query that sums up a roll-up by bucket."""
    name = ROLLUPS[width_us]
    return f"""
SELECT bucket, part.lowest, part.highest, part.total, part.samples, {name}.latest FROM (
  SELECT time_us - time_us % :every AS bucket, min(lowest) AS lowest,
    max(highest) AS highest, sum(total) AS total, sum(samples) AS samples,
    max(time_us) AS newest_us
  FROM {name} WHERE station = :station AND metric = :metric
    AND time_us >= :start AND time_us < :end GROUP BY bucket
) AS part JOIN {name} ON {name}.station = :station AND {name}.metric = :metric
  AND {name}.time_us = newest_us
ORDER BY bucket"""  # noqa: S608 - own names
