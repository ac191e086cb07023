"""The ingest on a real broker, real stores and real databases: nothing is lost or doubled."""

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.db import Database
from telemetry.alarms.alarm_search import Alarm, open_alarms
from telemetry.alarms.rule_store import save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from telemetry.ingest.liveness import StationStatus, station_statuses
from telemetry.ingest.quarantine_search import list_quarantine, quarantine_counts
from telemetry.ingest.sorter import FUTURE_MS, OLDEST_MS
from telemetry.stores.embedded import EmbeddedStore
from tests.real_parts import wait_until
from tests.telemetry.ingest_checks import at, enter, samples, status
from tests.telemetry.peer import ingesting, peer


@pytest.fixture
def station(database: Database) -> str:
    """Id of a station of this test's own, entered, with pressure and flow."""
    made = f"pump-{secrets.token_hex(4)}"
    enter(database, made)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    opened = EmbeddedStore(tmp_path / "points.db")
    yield opened
    opened.close()


@pytest.mark.parametrize("protocol", ["5", "311"])
def test_readings_reach_the_store_and_are_receipted(
    database: Database,
    store: EmbeddedStore,
    tmp_path: Path,
    mosquitto: int,
    station: str,
    protocol: str,
) -> None:
    settings = at(mosquitto, protocol=protocol)
    with ingesting(database, store, tmp_path, settings), peer(mosquitto, station) as sender:
        for seq in range(1, 101):
            sender.reading(seq, pressure=seq / 100, flow=seq)
        sender.await_receipts(*range(1, 101))
        assert samples(store, station) == samples(store, station, "flow") == 100
    with database.read() as session:
        got = station_statuses(session)[station]
    assert (got.messages, got.missing, got.last_seq) == (100, 0, 100)


BAD = {
    "undecodable bytes": (b"\x00\xff\xfe{", "undecodable"),
    "wrong types": (b'{"boot":"x","seq":2,"t":NOW,"m":{"pressure":"high","flow":7}}', "wrong_type"),
    "NaN": (b'{"boot":"x","seq":2,"t":NOW,"m":{"pressure":NaN,"flow":7}}', "not_finite"),
    "infinity": (b'{"boot":"x","seq":2,"t":NOW,"m":{"pressure":-Infinity,"flow":7}}', "not_finite"),
    "a boolean": (b'{"boot":"x","seq":2,"t":NOW,"m":{"pressure":true,"flow":7}}', "wrong_type"),
    "far past": (b'{"boot":"x","seq":2,"t":PAST,"m":{"flow":7}}', "time_too_old"),
    "far future": (b'{"boot":"x","seq":2,"t":FUTURE,"m":{"flow":7}}', "time_in_future"),
    "wrong unit": (
        b'{"boot":"x","seq":2,"t":NOW,"m":{"pressure":3,"flow":7},"u":{"pressure":"bar"}}',
        "wrong_unit",
    ),
    "unknown metric": (b'{"boot":"x","seq":2,"t":NOW,"m":{"joy":3,"flow":7}}', "unknown_metric"),
    "out of range": (b'{"boot":"x","seq":2,"t":NOW,"m":{"pressure":400,"flow":7}}', "out_of_range"),
    "no seq": (b'{"boot":"x","t":NOW,"m":{"flow":7}}', "invalid_seq"),
    "a megabyte": (b'{"boot":"x","seq":2,"t":NOW,"m":{' + b" " * 1_000_000 + b"}}", "too_large"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_quarantined_beside_good_neighbours(
    database: Database,
    store: EmbeddedStore,
    tmp_path: Path,
    mosquitto: int,
    station: str,
    kind: str,
) -> None:
    template, reason = BAD[kind]
    now = int(time.time() * 1000)
    payload = template
    for word, value in (
        ("NOW", now),
        ("PAST", now - 2 * OLDEST_MS),
        ("FUTURE", now + FUTURE_MS * 2),
    ):
        payload = payload.replace(word.encode(), str(value).encode())
    with ingesting(database, store, tmp_path, at(mosquitto)), peer(mosquitto, station) as sender:
        sender.reading(1)
        sender.send(payload)
        sender.reading(3)
        sender.await_receipts(1, 3)
        if b'"seq":2' in payload:
            sender.await_receipts(2, boot="x")
            assert sender.rejected["x", 2] == {reason}
    assert samples(store, station) == 2
    assert samples(store, station, "flow") == (
        1
        if b'"flow":7' in payload
        and reason not in {"time_too_old", "time_in_future", "invalid_seq"}
        else 0
    )
    with database.read() as session:
        (row,) = list_quarantine(session, station_id=station).rows
        (count,) = quarantine_counts(session, station)
    assert (row.reason, row.size, row.payload) == (reason, len(payload), payload[:4096])
    assert (count.reason, count.times) == (reason, 1)


def test_an_unknown_station_is_quarantined_and_taken_once_it_is_entered(
    database: Database, store: EmbeddedStore, tmp_path: Path, mosquitto: int
) -> None:
    stranger = f"pump-{secrets.token_hex(4)}"
    with ingesting(database, store, tmp_path, at(mosquitto)), peer(mosquitto, stranger) as sender:
        wait_until(lambda: (found := status(database)) and found.listening_since, "listening")
        payload = sender.reading(1)

        def refused() -> list[str]:
            with database.read() as session:
                return [
                    row.reason for row in list_quarantine(session).rows if stranger in row.topic
                ]

        wait_until(refused, "the refusal")
        assert refused() == ["unknown_station"]
        assert sender.receipted == {}
        enter(database, stranger)

        def taken() -> object:
            sender.send(payload)
            return sender.receipted

        wait_until(taken, "the receipt of a station just entered")
    assert samples(store, stranger) == 1


def test_a_duplicate_changes_nothing_and_a_gap_shows_until_it_is_filled(
    database: Database, store: EmbeddedStore, tmp_path: Path, mosquitto: int, station: str
) -> None:
    def link() -> StationStatus:
        with database.read() as session:
            return station_statuses(session)[station]

    with ingesting(database, store, tmp_path, at(mosquitto)), peer(mosquitto, station) as sender:
        payload = sender.reading(1)
        sender.reading(4)
        sender.await_receipts(1, 4)
        assert link().missing == 2
        sender.send(payload)
        sender.reading(2)
        sender.reading(3)
        sender.await_receipts(2, 3)
        wait_until(lambda: sender.receipted["b", 1] == 2, "the receipt of the duplicate")
        assert (link().missing, link().duplicates, link().messages) == (0, 1, 4)
    assert samples(store, station) == 4


def test_what_came_while_the_ingest_was_away_is_taken_when_it_is_back(
    database: Database, store: EmbeddedStore, tmp_path: Path, mosquitto: int, station: str
) -> None:
    settings = at(mosquitto)
    with peer(mosquitto, station) as sender:
        with ingesting(database, store, tmp_path, settings):
            sender.reading(1)
            sender.await_receipts(1)
        for seq in range(2, 52):
            sender.reading(seq)
        with ingesting(database, store, tmp_path, settings):
            sender.await_receipts(*range(2, 52))
    assert samples(store, station) == 51


def test_a_limit_set_while_it_runs_raises_an_alarm_within_seconds(
    database: Database, store: EmbeddedStore, tmp_path: Path, mosquitto: int, station: str
) -> None:
    with ingesting(database, store, tmp_path, at(mosquitto)), peer(mosquitto, station) as sender:
        sender.reading(1, pressure=0.9)
        sender.await_receipts(1)
        rule = AlarmRule(f"{station}-high", station, AlarmKind.HIGH, "pressure", limit=0.6)
        with database.write() as session:
            save_rule(session, rule, datetime.now(UTC))
        seqs = iter(range(2, 10_000))

        def raised() -> list[Alarm]:
            sender.reading(next(seqs), pressure=0.9)
            with database.read() as session:
                return open_alarms(session, station)

        wait_until(raised, "the alarm")
        assert len(raised()) == 1
