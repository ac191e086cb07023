import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kit.clock import ManualClock
from kit.db import Database
from kit.instants import to_micros
from stations.assets.quantities import load_quantities
from stations.assets.station import Station
from stations.assets.station_store import remove_station, save_station
from telemetry.alarms.alarm_search import list_alarms, open_alarms
from telemetry.alarms.rule_store import remove_rule, save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.ingest.broker_port import Incoming
from telemetry.ingest.ingest_tables import QuarantineRow, SeqLedgerRow
from telemetry.ingest.liveness import StationStatus, station_statuses
from telemetry.ingest.profile_store import catalog_stamp, load_catalog
from telemetry.ingest.quarantine import KEPT_BYTES
from telemetry.ingest.quarantine_search import list_quarantine, quarantine_counts
from telemetry.ingest.recorder import MAX_BOOTS, Recorded, RecorderSettings, record_batch
from telemetry.ingest.sorter import Sorter
from tests.telemetry.conftest import a_station

TOPIC = "sanlai/v1/pump-01/data"


@pytest.fixture
def deliver(
    database: Database, add_station: Callable[..., None], clock: ManualClock
) -> Callable[..., Recorded]:
    """Give a function that takes messages, as (seq, changes) or raw bytes, through the records."""
    add_station()
    sorter = Sorter()

    def deliver(
        *messages: tuple[int, dict[str, Any]] | bytes,
        settings: RecorderSettings | None = None,
        topic: str = TOPIC,
    ) -> Recorded:
        now = clock.now()
        came = []
        for message in messages:
            if isinstance(message, bytes):
                payload = message
            else:
                seq, changes = message
                t = to_micros(now) // 1000
                body = {"boot": "b", "seq": seq, "t": t, "m": {"pressure": 0.3}} | changes
                payload = json.dumps(body).encode()
            came.append(Incoming(topic, payload, 1, 1))
        with database.read() as session:
            catalog = load_catalog(session, load_quantities())
        batch = sorter.sort_out(came, catalog, to_micros(now) // 1000)
        with database.write() as session:
            return record_batch(session, batch, catalog, now, settings or RecorderSettings())

    return deliver


def status(database: Database) -> StationStatus:
    with database.read() as session:
        return station_statuses(session)["pump-01"]


def test_gaps_and_duplicates_show_in_the_station_status(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    deliver((1, {}), (2, {}), (6, {}))
    deliver((2, {}), (7, {}))
    got = status(database)
    assert (got.messages, got.duplicates, got.missing, got.last_seq) == (4, 1, 3, 7)
    assert got.last_seen_at == clock.now()
    deliver((3, {}), (4, {}), (5, {}))
    assert status(database).missing == 0


def test_ledgers_of_old_boots_are_forgotten_with_their_gaps(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    deliver((1, {"boot": "old"}), (5, {"boot": "old"}))
    assert status(database).missing == 3
    for n in range(MAX_BOOTS):
        clock.advance(timedelta(seconds=1))
        deliver((1, {"boot": f"n{n}"}))
    assert status(database).missing == 0
    with database.read() as session:
        assert session.query(SeqLedgerRow).count() == MAX_BOOTS


def test_a_refused_message_is_kept_once_and_counted_each_time(
    database: Database, deliver: Callable[..., Recorded]
) -> None:
    junk = b"\x00\xffjunk" * 2000
    deliver(junk, (1, {}))
    deliver(junk)
    with database.read() as session:
        (row,) = list_quarantine(session).rows
        (count,) = quarantine_counts(session)
    assert (row.reason, row.times, row.size) == ("undecodable", 2, len(junk))
    assert row.payload == junk[:KEPT_BYTES]
    assert (count.station_id, count.reason, count.times) == ("pump-01", "undecodable", 2)
    assert status(database).quarantined == 2


def test_the_quarantine_drops_its_oldest_rows_and_counts_them(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    for n in range(5):
        clock.advance(timedelta(seconds=1))
        deliver(b"junk %d" % n, settings=RecorderSettings(quarantine_max_rows=3))
    with database.read() as session:
        assert [row.payload for row in list_quarantine(session).rows] == [
            b"junk 4",
            b"junk 3",
            b"junk 2",
        ]
        counts = {(c.station_id, c.reason): c.times for c in quarantine_counts(session)}
    assert counts == {("", "dropped"): 2, ("pump-01", "undecodable"): 5}


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(payload=st.binary(max_size=80), topic=st.text(max_size=20))
def test_whatever_comes_can_be_written_down(
    database: Database, deliver: Callable[..., Recorded], payload: bytes, topic: str
) -> None:
    with database.write() as session:
        session.execute(delete(QuarantineRow))
    deliver(payload, topic=topic)
    deliver(b'{"boot":"b","seq":1,"t":1,"m":{"\\ud800\\u0000":"x"}}')
    with database.read() as session:
        assert list_quarantine(session).total >= 1


def add_rule(database: Database, clock: ManualClock, **changes: Any) -> None:
    rule = AlarmRule(
        **{"id": "p-high", "station_id": "pump-01", "kind": AlarmKind.HIGH, "metric": "pressure"}
        | {"limit": 0.6, "deadband": 0.1, "needs_hands": True}
        | changes
    )
    with database.write() as session:
        save_rule(session, rule, clock.now())


def test_an_alarm_is_raised_once_however_often_its_reading_comes(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    add_rule(database, clock)
    t = to_micros(clock.now()) // 1000
    high = (1, {"m": {"pressure": 0.7}, "t": t})
    deliver(high)
    clock.advance(timedelta(seconds=5))
    deliver(high)
    deliver((2, {"m": {"pressure": 0.8}}))
    with database.read() as session:
        (alarm,) = list_alarms(session).rows
    assert (alarm.value, alarm.limit, alarm.unit) == (0.7, 0.6, "MPa")
    assert alarm.occurrences == 1


def test_late_data_raises_no_alarm(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    add_rule(database, clock)
    t = to_micros(clock.now()) // 1000
    deliver((1, {"m": {"pressure": 0.9}, "t": t - 901_000}))
    deliver((3, {}))
    deliver((2, {"m": {"pressure": 0.9}, "t": t - 1000}))
    with database.read() as session:
        assert list_alarms(session).total == 0
    assert status(database).late == 1


def test_a_latched_alarm_that_flaps_is_one_row(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    add_rule(database, clock)
    for seq, pressure in enumerate([0.7, 0.4, 0.7, 0.4, 0.7], start=1):
        clock.advance(timedelta(seconds=1))
        deliver((seq, {"m": {"pressure": pressure}}))
    with database.read() as session:
        (alarm,) = open_alarms(session)
    assert (alarm.occurrences, alarm.returned_at) == (3, None)


@pytest.mark.parametrize("word", ["hand_entered", "substituted"])
def test_a_value_that_was_not_measured_raises_no_alarm(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock, word: str
) -> None:
    add_rule(database, clock)
    deliver((1, {"m": {"pressure": 0.9}, "q": {"pressure": word}}))
    deliver((2, {"m": {"pressure": 0.9, "flow": 80}, "q": {"pressure": word, "flow": "good"}}))
    with database.read() as session:
        assert list_alarms(session).total == 0


def test_a_value_out_of_range_raises_no_alarm_and_ends_none(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    narrow = replace(a_station(), points=tuple(
        replace(point, highest=1.6, lowest=0.0) if point.key == "pressure" else point
        for point in a_station().points
    ))  # fmt: skip
    with database.write() as session:
        save_station(session, narrow, clock.now())
    add_rule(database, clock)

    def sent(seq: int, pressure: float) -> list[bool]:
        clock.advance(timedelta(seconds=1))
        deliver((seq, {"m": {"pressure": pressure}}))
        with database.read() as session:
            assert list_quarantine(session).total == 0
            return [alarm.returned_at is not None for alarm in open_alarms(session)]

    assert sent(1, 1.7) == []
    assert sent(2, 0.7) == [False]
    assert sent(3, -0.1) == [False]
    assert sent(4, 0.4) == [True]


def test_a_value_of_a_doubtful_clock_is_judged_at_its_receipt(
    database: Database, deliver: Callable[..., Recorded], clock: ManualClock
) -> None:
    add_rule(database, clock)
    doubtful = {"q": {"pressure": "clock_doubtful"}}
    deliver((1, {"m": {"pressure": 0.9}} | doubtful))
    clock.advance(timedelta(seconds=30))
    stands_still = {"t": to_micros(clock.now()) // 1000 - 30_000}
    deliver((2, {"m": {"pressure": 0.4}} | doubtful | stands_still))
    with database.read() as session:
        (alarm,) = list_alarms(session).rows
    assert alarm.returned_at == clock.now()


def test_the_catalog_is_read_anew_after_any_change_and_only_then(
    database: Database, add_station: Callable[..., None], clock: ManualClock
) -> None:
    def stamp() -> tuple[object, ...]:
        with database.read() as session:
            return catalog_stamp(session)

    seen = [stamp()]

    def changed() -> bool:
        seen.append(stamp())
        return seen[-1] != seen[-2]

    def save(station: Station, at: datetime) -> None:
        with database.write() as session:
            save_station(session, station, at)

    save(a_station("pump-01"), clock.now())
    assert changed()
    assert not changed()
    save(a_station("pump-02"), clock.now() + timedelta(seconds=9))
    assert changed()
    save(a_station("pump-01", ["level"]), clock.now() + timedelta(seconds=1))  # not the newest
    assert changed()
    add_rule(database, clock)
    assert changed()
    clock.advance(timedelta(seconds=-5))
    add_rule(database, clock, limit=0.5)
    assert changed()
    with database.write() as session:
        remove_rule(session, "p-high", clock.now())
    assert changed()
    with database.write() as session:
        remove_station(session, "pump-01")
    assert changed()
