"""Points in InfluxDB 2: one point per reading, written synchronously, read by Flux.

Measurement ``reading``, tag ``station``, one float field for each point by its key, microseconds.
Values that are not good have an integer field of the same name in the measurement ``quality``, at
the same instant: good ones have none. Values out of range are in the measurement ``out_of_range``
instead, so that no query over ``reading`` counts them. If a value is written again with another
quality, what was written before stays (nothing is read before a write).

A write is durable because InfluxDB answers 204 only after its write-ahead log is on disk (its
setting ``storage-wal-fsync-delay`` must stay 0). The batching write API of influxdb-client is
never used: it drops data by design after its retries.
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

from kit.instants import to_micros
from telemetry.readings import Bucket, Point, Quality, Reading, Series, is_key
from telemetry.stores import influx_text as text
from telemetry.stores.influx_text import MEASUREMENT, OUT_OF_RANGE, QUALITY
from telemetry.stores.port import StoreRejected, StoreUnavailable, require_sound, require_window

Line = tuple[Reading, bytes]
"""A reading and its lines."""

MOST_TEMPLATES = 10_000
"""Lines that are remembered: a station may send any of its points in any message."""

LINES_PER_CALL = 5000
"""InfluxDB's own advice for one write; more gains nothing, and makes a repeat cost more."""

NAMES_PER_FILTER = 50
"""Up to this many stations or points are named in a query; beyond, reading all is quicker."""

_REFUSED = {400, 413, 422}
_EARLIEST, _LATEST = "1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z"
_ALL = (MEASUREMENT, OUT_OF_RANGE, QUALITY)
_STATISTICS = ("min", "mean", "max", "last", "count")


class InfluxStore:
    """The store of production. Opens no connection before first use; thread-safe."""

    def __init__(
        self, url: str, token: str, org: str, bucket: str, *, timeout_s: float = 10.0
    ) -> None:
        self._where = f"{url} (organisation {org}, bucket {bucket})"
        self._bucket = bucket
        self._org = org
        # No retries by the client: the caller decides what happens to a write that failed.
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
            lines: list[Line] = []
            for reading in readings[at : at + LINES_PER_CALL]:
                line = self._line(reading)
                if line:
                    lines.append((reading, line))
                elif reading.values:
                    rejected.append((reading, "a name in it can't be kept"))
            rejected += self._write_some(lines)
        if rejected:
            raise StoreRejected(
                f"InfluxDB refused {len(rejected)} readings, the first because: {rejected[0][1]}",
                [reading for reading, _ in rejected],
            )

    def _write_some(self, lines: Sequence[Line]) -> list[tuple[Reading, str]]:
        """Write one call's lines; return the readings that InfluxDB refuses for good.

        InfluxDB does not say which lines it refused, and which it kept, so a refused call is
        halved until the refused lines stand alone. Writing a kept line again changes nothing.
        """
        if not lines:
            return []
        try:
            self._write_api.write(
                self._bucket,
                self._org,
                b"\n".join([line for _, line in lines]),
                # The library takes the text, and declares a class that is only a list of them.
                write_precision="us",  # type: ignore[arg-type]
            )
        except ApiException as error:
            if error.status not in _REFUSED:
                self._raise_unavailable(error)
            if len(lines) == 1:
                return [(lines[0][0], _reason(error))]
            middle = len(lines) // 2
            return self._write_some(lines[:middle]) + self._write_some(lines[middle:])
        except (HTTPError, OSError) as error:
            self._raise_unavailable(error)
        return []

    def _line(self, reading: Reading) -> bytes:
        """Return the reading in line protocol; nothing when a key of it can't be kept."""
        values = reading.values
        key = (reading.station, *values)
        template = self._templates.get(key)
        if template is None:
            if len(self._templates) >= MOST_TEMPLATES:
                self._templates.clear()
            named = "\n" not in reading.station and not reading.station.endswith("\\")
            sound = values and named and all(map(is_key, values))
            template = text.template(reading.station, tuple(values)) if sound else ""
            self._templates[key] = template
        if not template:
            return b""
        if not reading.quality and not reading.qualities:
            return (template % (*values.values(), reading.time_us)).encode()
        return (text.lines_apart(reading) + text.quality_line(reading)).encode()

    def last(self, series: Sequence[Series]) -> Mapping[Series, Point]:
        """Return the newest point of each series that has one, in range or not, by one query."""
        if not series:
            return {}
        wanted = set(series)
        stations = sorted({one.station for one in wanted})
        metrics = sorted({one.metric for one in wanted})
        flux = ""
        for measurement in _ALL:
            flux += self._source(_EARLIEST, _LATEST, measurement)
            for column, names in (("_field", metrics), ("station", stations)):
                if len(names) <= NAMES_PER_FILTER:
                    flux += text.any_of(column, names)
            flux += '|> last() |> keep(columns: ["_time", "_value", "_field", "station"])'
            flux += f' |> yield(name: "{measurement}")\n'
        found: dict[Series, Point] = {}
        qualities: dict[tuple[Series, int], Quality] = {}
        for row in self._query(flux):
            one, time_us = Series(row["station"], row["_field"]), _micros(row["_time"])
            if row["result"] == QUALITY:
                qualities[one, time_us] = Quality(int(row["_value"]))
            elif one in wanted and (one not in found or found[one].time_us < time_us):
                found[one] = Point(time_us, float(row["_value"]))
        return {
            one: point._replace(quality=qualities.get((one, point.time_us), Quality.GOOD))
            for one, point in found.items()
        }

    def range(
        self, series: Series, start: datetime, end: datetime, every: timedelta
    ) -> list[Bucket]:
        """Return the buckets of ``[start, end)``; InfluxDB aggregates, one row per bucket comes."""
        require_window(start, end, every)
        start_us, end_us = max(to_micros(start), 0), to_micros(end)
        if end_us <= start_us:
            return []
        width = every // timedelta(microseconds=1)
        span, flux = (text.rfc3339(start_us), text.rfc3339(end_us)), ""
        for name, measurement in (("points", MEASUREMENT), ("qualities", QUALITY)):
            flux += f"{name} = " + self._source(*span, measurement)
            flux += text.any_of("station", [series.station]) + text.any_of(
                "_field", [series.metric]
            )
        # Each stands alone so that the storage engine computes it without reading points out.
        flux += "".join(text.windows("points", width, name, name) for name in _STATISTICS)
        flux += text.windows("qualities", width, "max", QUALITY)
        found: dict[int, dict[str, float]] = {}
        for row in self._query(flux):
            # The first window is cut at ``start``; its name is still its aligned beginning.
            time_us = _micros(row["_time"])
            bucket = found.setdefault(time_us - time_us % width, {})
            bucket[row["result"]] = float(row["_value"])
        return [_bucket(at, of) for at, of in sorted(found.items()) if "count" in of]

    def forget(self, before: datetime) -> None:
        """Delete every point older than ``before``."""
        last_us = to_micros(before) - 1  # InfluxDB deletes up to and including its ``stop``
        if last_us < 0:
            return
        try:
            for measurement in _ALL:
                self._client.delete_api().delete(
                    _EARLIEST, text.rfc3339(last_us), f'_measurement="{measurement}"',
                    bucket=self._bucket, org=self._org,
                )  # fmt: skip
        except (ApiException, HTTPError, OSError) as error:
            self._raise_unavailable(error)

    def ping(self) -> None:
        """Return if InfluxDB answers, knows the bucket and takes the token."""
        for _ in self._query(self._source("-1m", "now()", MEASUREMENT) + "|> limit(n: 1)"):
            return

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()  # type: ignore[no-untyped-call]  # the library's

    def _source(self, start: str, stop: str, measurement: str) -> str:
        return (
            f"from(bucket: {text.quoted(self._bucket)}) |> range(start: {start}, stop: {stop})"
            f' |> filter(fn: (r) => r._measurement == "{measurement}")\n'
        )

    def _query(self, flux: str) -> Iterator[dict[str, str]]:
        """Run Flux; give each row by column name (``result`` is the name of its yield)."""
        try:
            response = self._query_api.query_raw(flux, dialect=self._plain_csv)
            answer = response.data.decode()
            response.release_conn()
        except (ApiException, HTTPError, OSError) as error:
            self._raise_unavailable(error)
        header: list[str] = []
        for row in csv.reader(io.StringIO(answer)):
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


def _bucket(time_us: int, of: Mapping[str, float]) -> Bucket:
    quality = Quality(int(of.get(QUALITY, 0)))
    figures = of["min"], of["mean"], of["max"], of["last"]
    return Bucket(time_us, *figures, int(of["count"]), quality)


def _micros(text: str) -> int:
    return to_micros(datetime.fromisoformat(text))
