"""``sanlai demo``: every process of the program and its simulated world, on one machine."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from api.compose.bootstrap import built
from api.demo import folder
from api.demo.broker import DemoBroker, prepare_broker
from api.demo.demo_logins import logins
from api.demo.make_watch import MakeWatch
from api.demo.seed import seed
from api.demo.supervisor import ChildSpec, Stopped, Supervisor
from api.operations.health import check
from api.operations.migrate import upgrade
from api.parts.openers import prepare_data_dir
from api.parts.parts import Parts
from api.parts.settings import FILE_SUFFIX, PREFIX, Settings, is_secret, variable
from api.web.i18n import read_catalogue

STATIONS = "pump-01:booster,pump-02:booster,pump-03:direct,pump-04:direct"
"""The simulated stations of the first demo, beside those of the town; their limits stand in
``data/stations.toml``, those of the town in ``data/town.toml``."""


def run_demo(settings: Settings, say: Callable[[str], None]) -> None:
    """Run the demo until SIGINT, SIGTERM or SIGHUP; raise ``SettingsError``, ``ChildFailed``."""
    started = time.monotonic()
    prepare_data_dir(settings.data_dir)
    with folder.holding(settings.data_dir):
        given = folder.demo_settings(settings)
        broker = prepare_broker(given.demo_broker, given.data_dir / "broker", settings.mqtt_port)
        given = folder.demo_settings(given, mqtt_port=broker.port, mqtt_protocol=broker.protocol)
        _refuse_ignored(say)
        with (
            Supervisor(say, MakeWatch().told_to_end).minding() as supervisor,
            built(given) as parts,
        ):
            upgrade(parts.db, given.migration_limits)
            seed(parts)
            try:
                _start_all(supervisor, parts, broker, say)
                _welcome(given, broker, time.monotonic() - started)
                supervisor.run()
            except Stopped:
                pass
            finally:
                folder.forget_runtime(given.data_dir)
                say("ending ...")
    say("ended; the data is kept. `make demo` continues with it, `make demo-reset` deletes it.")


def _refuse_ignored(say: Callable[[str], None]) -> None:
    ignored = [
        variable(name)
        for name in ("database_url", "store", "influx_url", "mqtt_host", "mqtt_username")
        if variable(name) in os.environ
    ]
    if ignored:
        say(f"the demo uses its own parts and ignores {', '.join(ignored)}")


def _start_all(
    supervisor: Supervisor, parts: Parts, broker: DemoBroker, say: Callable[[str], None]
) -> None:
    settings = parts.settings
    address = http_url(settings)
    runtime = folder.Runtime(os.getpid(), address, settings.mqtt_host, broker.port, broker.protocol)
    make = _Children(settings)
    say(f"starting: broker ({broker.kind}) ...")
    supervisor.start(make.child("broker", broker.command, lambda: _accepts(broker.port)))
    say("starting: ingest, scheduler, pages, stations ...")
    supervisor.start(
        make.sanlai("worker", ready=lambda: check(parts).ready),
        make.sanlai("web", ready=lambda: _answers(f"{address}/health/live")),
        make.module(
            "stations",
            "simulators.fleet",
            *("--stations", STATIONS, "--town", "--interval", str(settings.demo_interval_s)),
            *("--mqtt-host", settings.mqtt_host),
            *("--mqtt-port", str(broker.port), "--protocol", broker.protocol),
            *("--state-dir", str(settings.data_dir / "stations")),
        ),
    )
    folder.write_runtime(settings.data_dir, runtime)
    supervisor.start(
        make.module(
            "people",
            "simulators.people",
            *("--url", address, "--logins", str(settings.data_dir / folder.LOGINS_FILE)),
            ends_by_itself=True,
        )
    )


class _Children:
    """Makes the children's commands: all with the settings of this demo, by their variables."""

    def __init__(self, settings: Settings) -> None:
        self._environ = environment(settings)
        self._logs = settings.data_dir / "log"

    def child(
        self,
        name: str,
        command: list[str],
        ready: Callable[[], bool] = lambda: True,
        *,
        ends_by_itself: bool = False,
    ) -> ChildSpec:
        log = self._logs / f"{name}.log"
        return ChildSpec(name, command, log, self._environ, ready, ends_by_itself)

    def module(
        self,
        name: str,
        module: str,
        *arguments: str,
        ready: Callable[[], bool] = lambda: True,
        ends_by_itself: bool = False,
    ) -> ChildSpec:
        command = [sys.executable, "-m", module, *arguments]
        return self.child(name, command, ready, ends_by_itself=ends_by_itself)

    def sanlai(self, name: str, ready: Callable[[], bool] = lambda: True) -> ChildSpec:
        return self.module(name, "api.cli", name, ready=ready)


def environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment, with every setting as the variable of its child."""
    environ = {k: v for k, v in os.environ.items() if not _is_setting(k)}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value is not None:
            shown = value.get_secret_value() if is_secret(field) else value
            environ[variable(name)] = str(shown)
    environ["PYTHONUNBUFFERED"] = "1"
    return environ


def _is_setting(name: str) -> bool:
    field = name.removeprefix(PREFIX).removesuffix(FILE_SUFFIX).lower()
    return name.startswith(PREFIX) and field in Settings.model_fields


def http_url(settings: Settings) -> str:
    """Return the address of the pages, as a browser on this machine opens it."""
    host = settings.http_host
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.http_port}"


def _accepts(port: int) -> bool:
    import socket

    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _welcome(settings: Settings, broker: DemoBroker, seconds: float) -> None:
    console = Console() if sys.stdout.isatty() else Console(width=100)
    table = Table(title="登录 Log in", title_justify="left")
    for column in ("岗位 post", "姓名 name", "登录名 user name", "密码 password"):
        table.add_column(column)
    words = read_catalogue("zh")
    for one in logins(settings.data_dir):
        posts = ", ".join(f"{words.label('post', post)} {post}" for post in one.posts)
        table.add_row(posts, one.name, one.login, one.password)
    console.print()
    console.print(
        f"Sanlai 三来 is ready 已就绪: [bold]{http_url(settings)}[/bold]", highlight=False
    )
    console.print(table)
    console.print(
        f"broker {broker.kind} on port {broker.port}; data and logs in {_near(settings.data_dir)}; "
        f"ready after {seconds:.1f} s. Ctrl-C ends it.",
        highlight=False,
        soft_wrap=True,
    )


def _near(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
