"""One batch, one transaction: sequence ledger, quarantine, alarms, status of the stations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, select, tuple_
from sqlalchemy.orm import Session

from kit.db import upsert
from kit.instants import from_micros, to_micros
from telemetry.alarms.evaluate import NORMAL, evaluate_series, points_for_alarms
from telemetry.alarms.state_store import lock_states, record, save_states
from telemetry.ingest import quarantine
from telemetry.ingest.ingest_tables import SeqLedgerRow, StationStatusRow
from telemetry.ingest.ledger import Added, SeqLedger
from telemetry.ingest.profiles import Catalog
from telemetry.ingest.sorted_batch import SortedBatch
from telemetry.readings import Quality, Reading

MAX_BOOTS = 64
"""Boots of one station whose ledger is kept; the ones longest silent are forgotten."""

CHUNK = 200

_LEDGER = cast("Table", SeqLedgerRow.__table__)
_STATUS = cast("Table", StationStatusRow.__table__)


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """Bounds of what the records keep: rows in quarantine."""

    quarantine_max_rows: int = quarantine.MAX_ROWS


@dataclass(slots=True)
class Recorded:
    """What the transaction did, for the counters of the process."""

    duplicates: int = 0
    transitions: int = 0


@dataclass(slots=True)
class _Change:
    """What a batch changes in the status of one station."""

    messages: int = 0
    duplicates: int = 0
    missing: int = 0
    late: int = 0
    quarantined: int = 0
    boot: str = ""
    seq: int = 0
    heard: bool = False
    last_reading_us: int = 0
    online: bool | None = None
    readings: list[Reading] = field(default_factory=list)


def record_batch(
    session: Session,
    batch: SortedBatch,
    catalog: Catalog,
    now: datetime,
    settings: RecorderSettings,
) -> Recorded:
    """Write everything the records keep of a batch; durable when the session commits.

    The same batch again changes nothing but counters.
    """
    recorded = Recorded()
    changes: dict[str, _Change] = defaultdict(_Change)
    for station, online in batch.online.items():
        changes[station].online = online
    _record_sequences(session, batch, changes, now, recorded)
    for refusal in batch.refusals:
        if refusal.station:
            changes[refusal.station].quarantined += 1
    quarantine.keep(session, batch.refusals, now, settings.quarantine_max_rows)
    _collect_readings(batch, changes)
    _evaluate(session, changes, catalog, now, recorded)
    _record_status(session, changes, now)
    return recorded


def _record_sequences(
    session: Session,
    batch: SortedBatch,
    changes: dict[str, _Change],
    now: datetime,
    recorded: Recorded,
) -> None:
    standing = _locked(session, _LEDGER, ("station_id", "boot"), batch.groups)
    rows = []
    new_boots = set()
    for (station, boot), group in sorted(batch.groups.items()):
        row = standing.get((station, boot))
        if row is None:
            new_boots.add(station)
        ledger = SeqLedger(row["intervals"] if row else ())
        missing = ledger.missing
        added: Added = ledger.add(group.seqs)
        rows.append(
            {"station_id": station, "boot": boot, "intervals": ledger.intervals, "last_at": now}
        )
        change = changes[station]
        change.heard = True
        change.messages += added.new
        change.duplicates += added.duplicates
        change.missing += ledger.missing - missing
        recorded.duplicates += added.duplicates
        change.boot, change.seq = boot, ledger.highest
    upsert(session, SeqLedgerRow, rows)
    for station in sorted(new_boots):
        changes[station].missing -= _forget_boots(session, station)


def _forget_boots(session: Session, station: str) -> int:
    """Delete the ledgers beyond the bound; return how many missing numbers went with them."""
    old = session.execute(
        select(_LEDGER.c.boot, _LEDGER.c.intervals)
        .where(_LEDGER.c.station_id == station)
        .order_by(_LEDGER.c.last_at.desc(), _LEDGER.c.boot.desc())
        .offset(MAX_BOOTS)
    ).all()
    if old:
        session.execute(
            delete(_LEDGER).where(
                _LEDGER.c.station_id == station, _LEDGER.c.boot.in_([boot for boot, _ in old])
            )
        )
    return sum(SeqLedger(intervals).missing for _, intervals in old)


def _collect_readings(batch: SortedBatch, changes: dict[str, _Change]) -> None:
    station, change = "", _Change()
    for reading in batch.readings:
        if reading.station != station:
            station, change = reading.station, changes[reading.station]
        change.last_reading_us = max(change.last_reading_us, reading.time_us)
        if reading.quality is Quality.LATE:
            change.late += 1
        change.readings.append(reading)


def _evaluate(
    session: Session,
    changes: dict[str, _Change],
    catalog: Catalog,
    now: datetime,
    recorded: Recorded,
) -> None:
    received_us = to_micros(now)
    work = []
    for station, change in changes.items():
        profile = catalog.profiles.get(station)
        for rule in profile.rules if profile and change.readings else ():
            points = points_for_alarms(change.readings, rule.metric, received_us)
            if points:
                work.append((rule, profile.units.get(rule.metric, "") if profile else "", points))
    if not work:
        return
    states = lock_states(session, [rule.id for rule, _, _ in work])
    after = {}
    for rule, unit, points in work:
        before = states.get(rule.id, NORMAL)
        state, transitions = evaluate_series(before, rule, points)
        if state != before:
            after[rule.id] = state
        for transition in transitions:
            record(session, rule, transition, unit)
            recorded.transitions += 1
    save_states(session, after)


def _record_status(session: Session, changes: dict[str, _Change], now: datetime) -> None:
    if not changes:
        return
    standing = _locked(session, _STATUS, ("station_id",), [(station,) for station in changes])
    rows = []
    for station, change in sorted(changes.items()):
        row = standing.get((station,)) or _new_status(station)
        for name in ("messages", "duplicates", "missing", "late", "quarantined"):
            row[name] += getattr(change, name)
        if change.heard:
            row["last_seen_at"] = now
            row["boot"], row["last_seq"] = change.boot, change.seq
        if change.last_reading_us:
            last = from_micros(change.last_reading_us)
            row["last_reading_at"] = max(last, row["last_reading_at"] or last)
        if change.online is not None:
            row["online"], row["online_at"] = change.online, now
        rows.append(row)
    upsert(session, StationStatusRow, rows)


def _new_status(station: str) -> dict[str, Any]:
    row: dict[str, Any] = {column.name: None for column in _STATUS.columns}
    row.update(station_id=station, boot="", last_seq=0, messages=0, duplicates=0)
    row.update(missing=0, late=0, quarantined=0)
    return row


def _locked(
    session: Session, table: Table, names: tuple[str, ...], keys: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the existing rows of these keys, by key, locked in always the same order."""
    columns = [table.c[name] for name in names]
    wanted = sorted(keys)
    chosen: Callable[[list[tuple[str, ...]]], Any] = tuple_(*columns).in_
    found = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(table).where(chosen(wanted[start : start + CHUNK])).order_by(*columns)
        for row in session.execute(query.with_for_update()).mappings():
            found[tuple(row[name] for name in names)] = dict(row)
    return found
