"""Texts for InfluxDB: lines of its line protocol, and pieces of Flux. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kit.instants import from_micros
from telemetry.readings import Reading

MEASUREMENT = "reading"
QUALITY = "quality"
"""The measurement that holds the numbers of ``Quality`` of what is not good."""
OUT_OF_RANGE = "out_of_range"
"""The measurement that holds the values which count nowhere, apart from those that do."""


def template(station: str, metrics: tuple[str, ...], measurement: str = MEASUREMENT) -> str:
    """Return the line of such a reading, with places for its values and its time."""
    head = f"{measurement},station={escaped(station)} ".replace("%", "%%")
    fields = ",".join(escaped(metric).replace("%", "%%") + "=%r" for metric in metrics)
    return f"{head}{fields} %d"


def lines_apart(reading: Reading) -> str:
    """Return the lines of a reading's values: those that count, and those out of range."""
    by_measurement: dict[str, dict[str, float]] = {MEASUREMENT: {}, OUT_OF_RANGE: {}}
    for key, value in reading.values.items():
        counted = reading.quality_of(key).counted
        by_measurement[MEASUREMENT if counted else OUT_OF_RANGE][key] = value
    return "\n".join(
        template(reading.station, tuple(values), name) % (*values.values(), reading.time_us)
        for name, values in by_measurement.items()
        if values
    )


def quality_line(reading: Reading) -> str:
    """Return a further line with the qualities that are not good, or nothing."""
    each = {key: int(reading.quality_of(key)) for key in reading.values}
    fields = ",".join(f"{escaped(key)}={number}i" for key, number in each.items() if number)
    line = f"\n{QUALITY},station={escaped(reading.station)} {fields} {reading.time_us}"
    return line if fields else ""


def windows(name: str, width_us: int, function: str, result: str) -> str:
    """Return the statement that sums up a stream of points in windows, and names the result."""
    return (
        f"{name} |> aggregateWindow(every: {width_us}us, fn: {function}, createEmpty: false,"
        f' timeSrc: "_start") |> keep(columns: ["_time", "_value"])'
        f' |> yield(name: "{result}")\n'
    )


def escaped(name: str) -> str:
    """Escape a tag value or a field key for line protocol; it has passed ``is_key``."""
    return name.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


def quoted(text: str) -> str:
    """Return a Flux string literal; ``${`` would start an interpolation."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n") + '"'


def any_of(column: str, values: Sequence[str]) -> str:
    """Filter by comparisons, which the storage engine does itself (``contains`` it does not)."""
    tests = " or ".join(f"r.{column} == {quoted(value)}" for value in values)
    return f"|> filter(fn: (r) => {tests})\n"


def rfc3339(time_us: int) -> str:
    """Return an instant as Flux writes it."""
    return from_micros(time_us).isoformat().replace("+00:00", "Z")
