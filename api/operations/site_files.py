"""TOML files of stations (with their alarm rules) and of places, read with every fault at once."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from kit.errors import FieldError, Invalid
from kit.geo import Position
from stations.assets.area_store import save_area
from stations.assets.areas import ResidentialArea
from stations.assets.bare_keys import BARE_KEYS, bare_points
from stations.assets.station import QUANTITIES, STATION_ID, Station, Zone
from stations.assets.station_store import save_station
from telemetry.alarms.rule_store import remove_rule, rules_of, save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule, Severity

T = TypeVar("T")

_PLACE_KEYS = frozenset({"id", "name", "name_en", "pinyin", "zone", "lat", "lon", "road_km"})
_STATION_KEYS = _PLACE_KEYS - {"pinyin"} | {"address", "sensors", "alarm"}
_ALARM_KEYS = frozenset(
    {"id", "metric", "kind", "severity", "limit", "unit", "deadband", "after_s"}
) | {"on_delay_s", "off_delay_s", "needs_hands", "latch"}


@dataclass(frozen=True, slots=True)
class StationEntry:
    """One station of a file, with its alarm rules."""

    station: Station
    rules: tuple[AlarmRule, ...]


@dataclass(slots=True)
class _Reader:
    """Takes values out of one table, and notes what is wrong with them."""

    where: str
    table: dict[str, Any]
    faults: list[FieldError] = field(default_factory=list)

    def fault(self, key: str, message: str) -> None:
        self.faults.append(FieldError(f"{self.where}.{key}", "site_file", message))

    def known(self, keys: frozenset[str]) -> None:
        for key in sorted(self.table.keys() - keys):
            self.fault(key, "is not known")

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or not (value.strip() or default == ""):
            self.fault(key, "is missing or not a text")
            return ""
        if len(value) > longest:
            self.fault(key, f"is longer than {longest} characters")
        return value.strip()

    def number(self, key: str, default: float | None = None) -> float:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self.fault(key, "is missing or not a number")
            return 0.0
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, "is neither true nor false")
        return bool(value)

    def one_of(self, key: str, kind: Callable[[Any], T], default: str | None = None) -> T | None:
        try:
            return kind(self.table.get(key, default))
        except ValueError as error:
            self.fault(key, str(error))
            return None

    def position(self) -> Position | None:
        try:
            return Position(self.number("lat"), self.number("lon"))
        except ValueError as error:
            self.fault("lat", str(error))
            return None


def parse_stations(text: str, name: str) -> list[StationEntry]:
    """Return the stations of a file; raise ``Invalid`` with every fault in it."""
    faults: list[FieldError] = []
    entries: list[StationEntry] = []
    for reader in _tables(text, name, "station"):
        reader.known(_STATION_KEYS)
        station = _station(reader)
        rules = _rules(reader, station.id if station else "")
        faults += reader.faults
        if station is not None:
            entries.append(StationEntry(station, rules))
    _refuse(faults, [entry.station.id for entry in entries], name)
    return entries


def parse_places(text: str, name: str) -> list[ResidentialArea]:
    """Return the places of a file; raise ``Invalid`` with every fault in it."""
    faults: list[FieldError] = []
    places: list[ResidentialArea] = []
    for reader in _tables(text, name, "place"):
        reader.known(_PLACE_KEYS)
        position, zone = reader.position(), reader.one_of("zone", Zone)
        road_km = reader.number("road_km") if "road_km" in reader.table else None
        if road_km is not None and road_km <= 0:
            reader.fault("road_km", "is not above 0")
        words = (
            reader.text("id", 64),
            reader.text("name", 80),
            reader.text("name_en", 80, ""),
            reader.text("pinyin", 80, ""),
        )
        faults += reader.faults
        if not reader.faults and position and zone:
            ident, title, title_en, pinyin = words
            places.append(ResidentialArea(ident, title, title_en, pinyin, zone, position, road_km))
    _refuse(faults, [place.id for place in places], name)
    return places


def save_stations(session: Session, entries: list[StationEntry], now: datetime) -> None:
    """Insert or overwrite stations and their rules; durable when the session commits.

    The file says all of a station: a rule that it no longer has is removed, and its alarm ends.
    """
    for entry in entries:
        save_station(session, entry.station, now)
        kept = {rule.id for rule in entry.rules}
        for rule in rules_of(session, entry.station.id):
            if rule.id not in kept:
                remove_rule(session, rule.id, now)
        for rule in entry.rules:
            save_rule(session, rule, now)


def save_places(session: Session, places: list[ResidentialArea]) -> None:
    """Insert or overwrite places; durable when the session commits."""
    for place in places:
        save_area(session, place)


def _tables(text: str, name: str, kind: str) -> Iterator[_Reader]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid([FieldError(name, "site_file", str(error))]) from error
    tables = content.get(kind)
    if content.keys() != {kind} or not isinstance(tables, list):
        raise Invalid([FieldError(name, "site_file", f"only [[{kind}]] tables are expected")])
    for place, table in enumerate(tables, start=1):
        label = table.get("id", place) if isinstance(table, dict) else place
        yield _Reader(f"{name}: {kind} {label}", table if isinstance(table, dict) else {})


def _refuse(faults: list[FieldError], ids: list[str], name: str) -> None:
    twice = sorted({ident for ident in ids if ids.count(ident) > 1})
    faults += [FieldError(name, "site_file", f"{ident} is there twice") for ident in twice]
    if faults:
        raise Invalid(faults)


def _station(reader: _Reader) -> Station | None:
    before = len(reader.faults)
    ident = reader.text("id", 32)
    if ident and not STATION_ID.fullmatch(ident):
        reader.fault("id", "takes 2 to 32 of a-z, 0-9 and -")
    position, zone = reader.position(), reader.one_of("zone", Zone)
    road_km = reader.number("road_km")
    if road_km <= 0:
        reader.fault("road_km", "is not above 0")
    sensors = _sensors(reader)
    words = reader.text("name", 80), reader.text("name_en", 80), reader.text("address", 200)
    if len(reader.faults) > before or position is None or zone is None:
        return None
    return Station(ident, *words, zone, position, road_km, *bare_points(*sensors))


def _sensors(reader: _Reader) -> tuple[str, ...]:
    metrics = reader.table.get("sensors")
    if not isinstance(metrics, list) or not metrics or len(set(map(str, metrics))) < len(metrics):
        reader.fault("sensors", "is not a list of different metrics")
        return ()
    for metric in metrics:
        if metric not in BARE_KEYS:
            reader.fault("sensors", f"{metric!r} is none of {', '.join(BARE_KEYS)}")
    return tuple(metric for metric in metrics if metric in BARE_KEYS)


def _rules(station: _Reader, station_id: str) -> tuple[AlarmRule, ...]:
    tables = station.table.get("alarm", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        station.fault("alarm", "is not a list of tables")
        return ()
    rules = []
    for place, table in enumerate(tables, start=1):
        reader = _Reader(f"{station.where}.alarm {place}", table)
        rule = _rule(reader, station_id, station.table.get("sensors", []))
        station.faults += reader.faults
        if rule is not None:
            rules.append(rule)
    ids = [rule.id for rule in rules]
    if len(set(ids)) < len(ids):
        station.fault("alarm", "two rules of one kind on one metric each need an id")
    return tuple(rules)


def _rule(reader: _Reader, station_id: str, sensors: object) -> AlarmRule | None:
    reader.known(_ALARM_KEYS)
    kind, severity = (
        reader.one_of("kind", AlarmKind),
        reader.one_of("severity", Severity, "warning"),
    )
    silent = kind is AlarmKind.SILENT
    metric = "" if silent else reader.text("metric", 32)
    if metric and (not isinstance(sensors, list) or metric not in sensors):
        reader.fault("metric", f"the station has no sensor {metric!r}")
    unit = reader.table.get("unit")
    if unit is not None and metric in QUANTITIES and unit != QUANTITIES[metric].unit:
        reader.fault("unit", f"{metric} is in {QUANTITIES[metric].unit}, not {unit}")
    limit = 0.0 if silent else reader.number("limit")
    deadband = reader.number("deadband", 0.0)
    on_delay_s, off_delay_s = reader.number("on_delay_s", 0.0), reader.number("off_delay_s", 0.0)
    after_s = reader.number("after_s") if silent else 0.0
    ident = reader.text("id", 64, f"{station_id}:{metric or 'station'}:{kind or ''}")
    needs_hands, latch = reader.flag("needs_hands", False), reader.flag("latch", True)
    if reader.faults or kind is None or severity is None or not station_id:
        return None
    try:
        return AlarmRule(
            ident, station_id, kind, metric, limit, deadband, on_delay_s, off_delay_s, severity,
            needs_hands, latch, after_s,
        )  # fmt: skip
    except Invalid as error:
        for fault in error.errors:
            reader.fault(fault.field, fault.message)
        return None
