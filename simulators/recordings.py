"""Recordings of real pumps as CSV files, read into rows of our metrics and units.

The columns are those of the Skoltech Anomaly Benchmark (SKAB, waico/SKAB v0.9): ``;`` between
fields, the names in the first line, about one row a second with real gaps.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

TIME = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """Which metric a column becomes, and by what factor its unit becomes ours."""

    metric: str
    factor: float = 1.0


COLUMNS: dict[str, Column] = {
    "Pressure": Column("pressure", 0.1),  # bar -> MPa
    "Current": Column("current"),
    "Voltage": Column("voltage"),
    "Volume Flow RateRMS": Column("flow", 0.06),  # l/min -> m3/h
    "Temperature": Column("temperature"),
    "Thermocouple": Column("water_temperature"),
    "Accelerometer1RMS": Column("vibration"),
    "Accelerometer2RMS": Column("vibration_2"),
}
LABELS = ("anomaly", "changepoint")
"""What people said of the rows afterwards: no station would send it."""

DECIMALS = 7
"""Enough for every digit of the recordings, without rounding noise of the conversion."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: milliseconds since 1970 as recorded (taken for UTC), and values in our units."""

    t_ms: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: its rows, a digest of its bytes, and what could not be read (``file:line: …``)."""

    path: Path
    digest: str
    rows: Sequence[Row]
    faults: Sequence[str] = field(default=())

    @property
    def duration_ms(self) -> int:
        """From the first row's time to the last one's."""
        return self.rows[-1].t_ms - self.rows[0].t_ms if self.rows else 0


def find_recordings(paths: Sequence[Path]) -> list[Path]:
    """Return the files, and every ``.csv`` below the folders in order of name, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        for file in sorted(path.rglob("*.csv")) if path.is_dir() else [path]:
            found.setdefault(file)
    return list(found)


def read_recording(path: Path) -> Recording:
    """Read a file; what is wrong in it is in ``faults``, and every sound row in ``rows``."""
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    rows: list[Row] = []
    faults: list[str] = []
    lines = csv.reader(raw.decode("utf-8-sig", errors="replace").splitlines(), delimiter=";")
    header = next(lines, [])
    try:
        columns = _columns(path, header, faults)
    except ValueError as fault:
        return Recording(path, digest, (), (str(fault),))
    for line, fields in enumerate(lines, start=2):
        if not fields:
            continue
        try:
            rows.append(_row(header, columns, fields, rows[-1].t_ms if rows else None))
        except ValueError as fault:
            faults.append(f"{path}:{line}: {fault}; this row is left out")
    return Recording(path, digest, rows, faults)


def _columns(path: Path, header: list[str], faults: list[str]) -> dict[int, Column]:
    known = {place: COLUMNS[name] for place, name in enumerate(header) if name in COLUMNS}
    if TIME not in header or not known:
        wanted = ", ".join((TIME, *COLUMNS))
        raise ValueError(
            f"{path}:1: no recording: the first line must name {TIME} and some of the columns"
            f" {wanted}, with ; between them"
        )
    faults.extend(
        f"{path}:1: the column {name!r} is not known and is not sent"
        for name in header
        if name not in COLUMNS and name not in LABELS and name != TIME
    )
    return known


def _row(
    header: list[str], columns: dict[int, Column], fields: list[str], above_ms: int | None
) -> Row:
    if len(fields) != len(header):
        raise ValueError(f"{len(fields)} fields where the first line has {len(header)}")
    text = fields[header.index(TIME)]
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    t_ms = round(at.timestamp() * 1000)
    if above_ms is not None and t_ms < above_ms:
        raise ValueError("its time is before that of the row above")
    values: dict[str, float] = {}
    for place, column in columns.items():
        try:
            value = float(fields[place])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"{fields[place]!r} in {header[place]!r} is no finite number")
        values[column.metric] = round(value * column.factor, DECIMALS)
    return Row(t_ms, values)
