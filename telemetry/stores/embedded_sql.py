"""The SQL of the embedded store. No name in it comes from input. Pure."""

from __future__ import annotations

from telemetry.stores.rollup import HOUR_US, MINUTE_US

VERSION = 2
"""``user_version`` of a file as described here. A file of version 0.1 of the program has 0."""

ROLLUPS = {MINUTE_US: "minute", HOUR_US: "hour"}
"""The roll-up tables by the width of their interval."""

_ROLLUP = """
CREATE TABLE IF NOT EXISTS {name} (
  station INTEGER NOT NULL, metric INTEGER NOT NULL, time_us INTEGER NOT NULL,
  lowest REAL NOT NULL, highest REAL NOT NULL, total REAL NOT NULL,
  samples INTEGER NOT NULL, latest REAL NOT NULL, quality INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (station, metric, time_us)
) WITHOUT ROWID"""

TABLES = (
    "CREATE TABLE IF NOT EXISTS station (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS metric (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
CREATE TABLE IF NOT EXISTS sample (
  station INTEGER NOT NULL, time_us INTEGER NOT NULL, packed BLOB NOT NULL,
  PRIMARY KEY (station, time_us)
) WITHOUT ROWID""",
    """
CREATE TABLE IF NOT EXISTS newest (
  station INTEGER NOT NULL, metric INTEGER NOT NULL, time_us INTEGER NOT NULL,
  value REAL NOT NULL, quality INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (station, metric)
) WITHOUT ROWID""",
    *(_ROLLUP.format(name=name) for name in ROLLUPS.values()),
)
"""What the file holds: a sample is one reading, its values packed (see ``packing``)."""

PING = "SELECT 1 FROM sample, newest, minute, hour LIMIT 1"
ADD_STATION = "INSERT INTO station (name) VALUES (?)"
ADD_METRIC = "INSERT INTO metric (name) VALUES (?)"
NEWEST_OF_STATIONS = "SELECT station, max(time_us) FROM newest GROUP BY station"

METRICS_OF_STATION = "SELECT metric FROM newest WHERE station = ?"

LAST_OF_STATIONS = """
SELECT station.name, metric.name, newest.time_us, newest.value, newest.quality
FROM station JOIN newest ON newest.station = station.id JOIN metric ON metric.id = newest.metric
WHERE station.name IN (SELECT value FROM json_each(?))"""

IDS_OF_SERIES = """
SELECT station.id, metric.id FROM station, metric WHERE station.name = ? AND metric.name = ?"""

SAVE_SAMPLE = """
INSERT INTO sample VALUES (?, ?, ?) ON CONFLICT (station, time_us) DO UPDATE
SET packed = excluded.packed"""
SAVE_NEWEST = """
INSERT INTO newest VALUES (?, ?, ?, ?, ?) ON CONFLICT (station, metric) DO UPDATE
SET time_us = excluded.time_us, value = excluded.value, quality = excluded.quality
WHERE excluded.time_us >= time_us"""

SAMPLES = """
SELECT time_us, packed FROM sample
WHERE station = ? AND time_us >= ? AND time_us < ? ORDER BY time_us"""

SAVE_MINUTE = "INSERT OR REPLACE INTO minute VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
RECOMPUTE_HOUR = """
INSERT OR REPLACE INTO hour
SELECT station, metric, :start, min(lowest), max(highest), sum(total), sum(samples),
  (SELECT latest FROM minute AS m WHERE m.station = :station AND m.metric = :metric
   AND m.time_us >= :start AND m.time_us < :end
   ORDER BY m.samples > 0 DESC, m.time_us DESC LIMIT 1), max(quality)
FROM minute WHERE station = :station AND metric = :metric
  AND time_us >= :start AND time_us < :end
GROUP BY station, metric"""

FORGET = (
    "DELETE FROM sample WHERE station = ? AND time_us < ?",
    "DELETE FROM newest WHERE station = ? AND time_us < ?",
)


def extend_rollup(width_us: int) -> str:
    """Return the statement that adds newer points to an interval."""
    return f"""
INSERT INTO {ROLLUPS[width_us]} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (station, metric, time_us) DO UPDATE SET
  lowest = min(lowest, excluded.lowest), highest = max(highest, excluded.highest),
  total = total + excluded.total, samples = samples + excluded.samples,
  latest = CASE WHEN excluded.samples > 0 THEN excluded.latest ELSE latest END,
  quality = max(quality, excluded.quality)"""  # noqa: S608 - own names


def forget_rollup(width_us: int) -> str:
    """Return the statement that deletes a station's intervals that start before an instant."""
    return f"DELETE FROM {ROLLUPS[width_us]} WHERE station = ? AND time_us < ?"  # noqa: S608 - own names


def range_of_rollup(width_us: int) -> str:
    """Return the query that sums up a roll-up by bucket."""
    name = ROLLUPS[width_us]
    return f"""
SELECT bucket, part.lowest, part.highest, part.total, part.samples, {name}.latest, part.quality
FROM (
  SELECT time_us - time_us % :every AS bucket, min(lowest) AS lowest,
    max(highest) AS highest, sum(total) AS total, sum(samples) AS samples,
    max(quality) AS quality,
    coalesce(max(CASE WHEN samples > 0 THEN time_us END), max(time_us)) AS newest_us
  FROM {name} WHERE station = :station AND metric = :metric
    AND time_us >= :start AND time_us < :end GROUP BY bucket
) AS part JOIN {name} ON {name}.station = :station AND {name}.metric = :metric
  AND {name}.time_us = newest_us
ORDER BY bucket"""  # noqa: S608 - own names
