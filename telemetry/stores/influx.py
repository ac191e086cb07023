"""Points in InfluxDB 2: one point per reading, written synchronously, read by Flux.

Measurement ``reading``, tag ``station``, one float field for each metric, microseconds. A write
is durable because InfluxDB answers 204 only after its write-ahead log is on disk (its setting
``storage-wal-fsync-delay`` must stay 0). The batching write API of influxdb-client is never used:
it drops data by design after its retries.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.dialect import Dialect
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from kit.instants import from_micros, to_micros
from telemetry.readings import Bucket, Point, Reading, Series
from telemetry.stores.port import StoreRejected, StoreUnavailable, require_sound, require_window

MEASUREMENT = "reading"
LINES_PER_CALL = 5000
"""InfluxDB's own advice for one write; more gains nothing and makes a repeat dearer."""

STATIONS_PER_FILTER = 50
"""Up to this many stations are named in a query; beyond, reading all of them is quicker."""

_REFUSED = {400, 413, 422}
_LATEST = "2200-01-01T00:00:00Z"
_STATISTICS = ("min", "mean", "max", "last", "count")


class InfluxStore:
    """The store of production. Opens no connection until it is asked something; thread-safe."""

    def __init__(
        self, url: str, token: str, org: str, bucket: str, *, timeout_s: float = 10.0
    ) -> None:
        self._where = f"{url} (organisation {org}, bucket {bucket})"
        self._bucket = bucket
        self._org = org
        # No retries below us: the caller decides what happens to a write that failed.
        self._client = InfluxDBClient(
            url=url, token=token, org=org, timeout=round(timeout_s * 1000), retries=False
        )
        self._write_api = self._client.write_api(write_options=SYNCHRONOUS)
        self._query_api = self._client.query_api()
        self._plain_csv = Dialect(header=True, annotations=[])  # type: ignore[no-untyped-call]  # the library's
        self._templates: dict[tuple[str, ...], str] = {}

    def write(self, readings: Sequence[Reading]) -> None:
        """Keep the values; each call of up to 5000 lines is durable when InfluxDB answered."""
        require_sound(readings)
        rejected: list[tuple[Reading, str]] = []
        for at in range(0, len(readings), LINES_PER_CALL):
            rejected += self._write_some(readings[at : at + LINES_PER_CALL])
        if rejected:
            raise StoreRejected(
                f"InfluxDB refused {len(rejected)} readings, the first because: {rejected[0][1]}",
                [reading for reading, _ in rejected],
            )

    def _write_some(self, readings: Sequence[Reading]) -> list[tuple[Reading, str]]:
        """Write one call's lines; return the readings that InfluxDB refuses for good.

        InfluxDB does not say which lines it refused, and which it kept, so a refused call is
        halved until the refused lines stand alone. Writing a kept line again changes nothing.
        """
        body = b"\n".join(line for reading in readings if (line := self._line(reading)))
        if not body:
            return []
        try:
            self._write_api.write(
                self._bucket,
                self._org,
                body,
                # The library takes the text, and declares a class that is only a list of them.
                write_precision="us",  # type: ignore[arg-type]
            )
        except ApiException as error:
            if error.status not in _REFUSED:
                self._raise_unavailable(error)
            if len(readings) == 1:
                return [(readings[0], _reason(error))]
            middle = len(readings) // 2
            return self._write_some(readings[:middle]) + self._write_some(readings[middle:])
        except (HTTPError, OSError) as error:
            self._raise_unavailable(error)
        return []

    def _line(self, reading: Reading) -> bytes:
        values = reading.values
        key = (reading.station, *values)
        template = self._templates.get(key)
        if template is None:
            template = self._templates[key] = _template(reading.station, tuple(values))
        return (template % (*values.values(), reading.time_us)).encode() if values else b""

    def last(self, series: Sequence[Series]) -> Mapping[Series, Point]:
        """Return the newest point of each series that has one, by one query."""
        if not series:
            return {}
        wanted = set(series)
        stations = sorted({one.station for one in wanted})
        metrics = sorted({one.metric for one in wanted})
        flux = self._source("1970-01-01T00:00:00Z", _LATEST) + _any_of("_field", metrics)
        if len(stations) <= STATIONS_PER_FILTER:
            flux += _any_of("station", stations)
        flux += '|> last() |> keep(columns: ["_time", "_value", "_field", "station"])\n'
        found: dict[Series, Point] = {}
        for row in self._query(flux):
            one = Series(row["station"], row["_field"])
            if one in wanted:
                found[one] = Point(_micros(row["_time"]), float(row["_value"]))
        return found

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        """Return the buckets of ``[start, end)``; InfluxDB aggregates, one row per bucket comes."""
        require_window(start, end, every)
        start_us, end_us = max(to_micros(start), 0), to_micros(end)
        if end_us <= start_us:
            return []
        width = every // timedelta(microseconds=1)
        flux = "points = " + self._source(_rfc3339(start_us), _rfc3339(end_us))
        flux += _any_of("station", [series.station]) + _any_of("_field", [series.metric])
        for name in _STATISTICS:
            # Each stands alone so that the storage engine computes it without reading points out.
            flux += (
                f"points |> aggregateWindow(every: {width}us, fn: {name}, createEmpty: false,"
                f' timeSrc: "_start") |> keep(columns: ["_time", "_value"])'
                f' |> yield(name: "{name}")\n'
            )
        found: dict[int, dict[str, float]] = {}
        for row in self._query(flux):
            # The first window is cut at ``start``; its name is still its aligned beginning.
            time_us = _micros(row["_time"])
            bucket = found.setdefault(time_us - time_us % width, {})
            bucket[row["result"]] = float(row["_value"])
        return [
            Bucket(at, b["min"], b["mean"], b["max"], b["last"], int(b["count"]))
            for at, b in sorted(found.items())
        ]

    def forget(self, before: datetime) -> None:
        """Delete every point older than ``before``."""
        last_us = to_micros(before) - 1  # InfluxDB deletes up to and including its ``stop``
        if last_us < 0:
            return
        try:
            self._client.delete_api().delete(
                _rfc3339(0), _rfc3339(last_us), f'_measurement="{MEASUREMENT}"',
                bucket=self._bucket, org=self._org,
            )  # fmt: skip
        except (ApiException, HTTPError, OSError) as error:
            self._raise_unavailable(error)

    def ping(self) -> None:
        """Return if InfluxDB answers, knows the bucket and takes the token."""
        for _ in self._query(self._source("-1m", "now()") + "|> limit(n: 1)"):
            return

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()  # type: ignore[no-untyped-call]  # the library's

    def _source(self, start: str, stop: str) -> str:
        return (
            f"from(bucket: {_quoted(self._bucket)}) |> range(start: {start}, stop: {stop})"
            f' |> filter(fn: (r) => r._measurement == "{MEASUREMENT}")\n'
        )

    def _query(self, flux: str) -> Iterator[dict[str, str]]:
        """Run Flux; give each row by column name (``result`` is the name of its yield)."""
        try:
            response = self._query_api.query_raw(flux, dialect=self._plain_csv)
            text = response.data.decode()
            response.release_conn()
        except (ApiException, HTTPError, OSError) as error:
            self._raise_unavailable(error)
        header: list[str] = []
        for row in csv.reader(io.StringIO(text)):
            if not row:
                header = []  # an empty line ends a table; the next row names the columns
            elif not header:
                header = row
            elif "error" in header:
                raise StoreUnavailable(f"InfluxDB at {self._where} ended a query: {row}")
            else:
                yield dict(zip(header, row, strict=False))

    def _raise_unavailable(self, error: Exception) -> NoReturn:
        raise StoreUnavailable(f"InfluxDB at {self._where}: {_advice(error)}") from error


def _advice(error: Exception) -> str:
    """Say what happened, and for a fault of configuration what to do about it."""
    if not isinstance(error, ApiException):
        return f"not reached ({error})"
    reason = _reason(error)
    if error.status == 401:
        return "it does not take the token (401); set SANLAI_INFLUX_TOKEN to a valid one"
    if error.status == 403:
        return "the token may not use this bucket (403); give it read and write permission"
    if error.status == 404 or "not found" in reason:  # a query's wrong organisation is a 400
        return (
            f"no such organisation or bucket ({error.status}); create it, or set"
            f" SANLAI_INFLUX_ORG and SANLAI_INFLUX_BUCKET: {reason}"
        )
    return f"answered {error.status}: {reason}"


def _reason(error: ApiException) -> str:
    body = error.body.decode(errors="replace") if isinstance(error.body, bytes) else error.body
    return str(getattr(error, "message", None) or body or error.reason)[:500]


def _template(station: str, metrics: tuple[str, ...]) -> str:
    """Return the line of such a reading, with places for its values and its time."""
    head = f"{MEASUREMENT},station={_escaped(station)} ".replace("%", "%%")
    fields = ",".join(_escaped(metric).replace("%", "%%") + "=%r" for metric in metrics)
    return f"{head}{fields} %d"


def _escaped(name: str) -> str:
    """Escape a tag value or a field key for line protocol."""
    if "\n" in name or name.endswith("\\"):
        raise ValueError(f"{name!r} can't be a name in line protocol")
    return name.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")


def _quoted(text: str) -> str:
    """Return a Flux string literal; ``${`` would start an interpolation."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n") + '"'


def _any_of(column: str, values: Sequence[str]) -> str:
    """Filter by comparisons, which the storage engine does itself (``contains`` it does not)."""
    tests = " or ".join(f"r.{column} == {_quoted(value)}" for value in values)
    return f"|> filter(fn: (r) => {tests})\n"


def _rfc3339(time_us: int) -> str:
    return from_micros(time_us).isoformat().replace("+00:00", "Z")


def _micros(text: str) -> int:
    return to_micros(datetime.fromisoformat(text))
