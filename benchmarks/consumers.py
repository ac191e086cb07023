"""The processes that the bench compares: this program's ingest with either store, and Telegraf."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from kit.instants import from_micros
from telemetry.readings import Series
from telemetry.stores.port import Store, StoreUnavailable
from tests.influx_server import InfluxAddress
from tests.real_parts import DEADLINE_S, die_with_parent

METRICS = ("pressure", "current", "voltage", "flow", "level", "power")
"""The six fields of each message."""

SANLAI = (sys.executable, "-m", "api.cli")

TELEGRAF = """
[agent]
  flush_interval = "100ms"
  flush_jitter = "0s"
  metric_batch_size = 5000
  metric_buffer_limit = 200000
  omit_hostname = true
  logfile = "{log}"
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:{port}"]
  topics = ["sanlai/v1/+/data"]
  qos = 1
  persistent_session = true
  client_id = "bench-telegraf"
  max_undelivered_messages = 20000
  name_override = "reading"
  data_format = "json"
  json_time_key = "t"
  json_time_format = "unix_ms"
  fieldinclude = ["m_*"]
[[outputs.influxdb_v2]]
  urls = ["{url}"]
  token = "{token}"
  organization = "{org}"
  bucket = "{bucket}"
"""


class Target(Protocol):
    """Where a consumer writes to, as the bench sees it."""

    def has(self, station: str, time_us: int) -> bool:
        """Whether the newest point of a station is the one of this instant."""
        ...

    def fields(self) -> int:
        """Count every value that is stored."""
        ...


@dataclass
class EmbeddedTarget:
    """The embedded store, read by the bench while the ingest writes it."""

    store: Store
    stations: Sequence[str]

    def has(self, station: str, time_us: int) -> bool:
        """Whether the newest point of a station is the one of this instant."""
        series = Series(station, METRICS[-1])
        try:
            point = self.store.last([series]).get(series)
        except StoreUnavailable:  # the ingest has not made the file yet
            return False
        return point is not None and point.time_us // 1000 == time_us // 1000

    def fields(self) -> int:
        """Count the rows by ranges a second wide, which are read from the rows themselves."""
        from datetime import timedelta

        start, end = from_micros(0), from_micros(4_000_000_000_000_000)
        return sum(
            bucket.samples
            for station in self.stations
            for metric in METRICS
            for bucket in self.store.range(
                Series(station, metric), start, end, timedelta(seconds=1)
            )
        )


@dataclass
class InfluxTarget:
    """A bucket; Telegraf marks stations by topic, this program by a tag of their name."""

    at: InfluxAddress
    by_topic: bool

    def has(self, station: str, time_us: int) -> bool:
        """Whether the newest point of a station is the one of this instant."""
        tag, value = (
            ("topic", f"sanlai/v1/{station}/data") if self.by_topic else ("station", station)
        )
        name = f"m_{METRICS[-1]}" if self.by_topic else METRICS[-1]
        instant = from_micros(time_us).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        answer = self._query(
            f"range(start: {instant}Z, stop: {instant}999Z)"
            f' |> filter(fn: (r) => r.{tag} == "{value}" and r._field == "{name}") |> last()'
        )
        return len(answer) > 1

    def fields(self) -> int:
        """Count every value of the bucket."""
        answer = self._query(
            "range(start: 0, stop: 2200-01-01T00:00:00Z) |> count() |> group() |> sum()"
        )
        header, row = answer[0].split(","), answer[1].split(",")
        return int(row[header.index("_value")])

    def _query(self, flux: str) -> list[str]:
        answer = httpx.post(
            f"{self.at.url}/api/v2/query",
            params={"org": self.at.org},
            headers={"Authorization": f"Token {self.at.token}", "Accept": "application/csv"},
            json={"query": f'from(bucket: "{self.at.bucket}") |> {flux}',
                  "dialect": {"annotations": []}},
            timeout=DEADLINE_S,
        )  # fmt: skip
        answer.raise_for_status()
        return [line for line in answer.text.splitlines() if line]


@dataclass
class Consumer:
    """One process under measurement, as the kernel sees it."""

    name: str
    command: Sequence[str]
    target: Target
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; it ends with the bench whatever happens."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command lines
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,
            )

    def check(self) -> None:
        """Raise ``RuntimeError`` with its log if it has ended by itself."""
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(
                f"{self.name} ended:\n{self.log.read_text(errors='replace')[-3000:]}"
            )

    def cpu_s(self) -> float:
        """Return the CPU seconds, of user and system, that it has used since its start."""
        fields = self._proc("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self) -> float:
        """Return its peak resident memory, in MB."""
        lines = self._proc("status").splitlines()
        return int(next(n for n in lines if n.startswith("VmHWM")).split()[1]) / 1024

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _proc(self, name: str) -> str:
        self.check()
        assert self._process is not None  # noqa: S101 - checked above, for the type
        return Path(f"/proc/{self._process.pid}/{name}").read_text()
