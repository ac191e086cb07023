"""Quarantine: what was refused is kept with its reason, counted, and bounded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from kit.db import upsert
from telemetry.ingest.ingest_tables import QuarantineCountRow, QuarantineRow
from telemetry.ingest.sorted_batch import QuarantinedPart

KEPT_BYTES = 4096
"""How much of a refused payload is kept, in bytes."""

MAX_ROWS = 100_000
"""Rows kept unless the setting says otherwise."""

DROPPED = "dropped"
"""The counter of rows deleted to keep the table within its bound."""

CHUNK = 200

_ROWS = cast("Table", QuarantineRow.__table__)
_COUNTS = cast("Table", QuarantineCountRow.__table__)


def keep(
    session: Session, refusals: Sequence[QuarantinedPart], now: datetime, max_rows: int = MAX_ROWS
) -> None:
    """Write the refusals and their counters; durable when the session commits.

    The same message refused again for the same reason raises the row's ``times`` and no more.
    """
    if not refusals:
        return
    rows: dict[str, dict[str, Any]] = {}
    for refusal in refusals:
        row = _row(refusal, now)
        if row["id"] in rows:
            rows[row["id"]]["times"] += 1
        else:
            rows[row["id"]] = row
    _merge_standing(session, rows)
    ordered = [rows[key] for key in sorted(rows)]
    upsert(session, QuarantineRow, ordered)
    count(session, ((refusal.station, refusal.reason) for refusal in refusals), now)
    _drop_oldest(session, max_rows, now)


def count(session: Session, met: Iterable[tuple[str, str]], now: datetime) -> None:
    """Raise the counters of these (station, reason); durable when the session commits."""
    added = Counter((station, str(reason)) for station, reason in met)
    for (station, reason), times in sorted(added.items()):
        standing = session.scalar(
            select(_COUNTS.c.times)
            .where(_COUNTS.c.station_id == station, _COUNTS.c.reason == reason)
            .with_for_update()
        )
        row = {
            "station_id": station,
            "reason": reason,
            "times": times + (standing or 0),
            "last_at": now,
        }
        upsert(session, QuarantineCountRow, [row])


def _merge_standing(session: Session, rows: dict[str, dict[str, Any]]) -> None:
    ids = sorted(rows)
    for start in range(0, len(ids), CHUNK):
        query = (
            select(_ROWS.c.id, _ROWS.c.times, _ROWS.c.first_at)
            .where(_ROWS.c.id.in_(ids[start : start + CHUNK]))
            .order_by(_ROWS.c.id)
            .with_for_update()
        )
        for key, times, first_at in session.execute(query):
            rows[key]["times"] += times
            rows[key]["first_at"] = first_at


def _row(refusal: QuarantinedPart, now: datetime) -> dict[str, Any]:
    topic = _clean(refusal.topic)
    identity = hashlib.sha256(f"{refusal.reason}\n{topic}\n".encode())
    identity.update(refusal.payload)
    return {
        "id": identity.hexdigest(),
        "reason": refusal.reason,
        "station_id": refusal.station,
        "topic": topic[:256],
        "detail": _clean(refusal.detail)[:256],
        "boot": refusal.boot,
        "seq": refusal.seq,
        "size": len(refusal.payload),
        "sha256": hashlib.sha256(refusal.payload).hexdigest(),
        "payload": refusal.payload[:KEPT_BYTES],
        "times": 1,
        "first_at": now,
        "last_at": now,
    }


def _clean(text: str) -> str:
    """Return text that every database takes: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _drop_oldest(session: Session, max_rows: int, now: datetime) -> None:
    surplus = (session.scalar(select(func.count()).select_from(_ROWS)) or 0) - max_rows
    if surplus <= 0:
        return
    oldest = select(_ROWS.c.id).order_by(_ROWS.c.last_at, _ROWS.c.id).limit(surplus)
    session.execute(delete(_ROWS).where(_ROWS.c.id.in_(oldest.scalar_subquery())))
    count(session, [("", DROPPED)] * surplus, now)
