"""A store file of version 0.1 of the program is read on, and a reader waits for it patiently."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kit.instants import to_micros
from telemetry.readings import Quality, Reading, Series
from telemetry.stores import embedded_sql
from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.port import StoreUnavailable
from telemetry.stores.wide_readings import is_wide, take_over
from tests.telemetry.store_samples import START, PlainStore, at, having, reading, same_buckets

OLD = Path(__file__).resolve().parents[1] / "fixtures" / "store_0_1.sql"
"""What the store of version 0.1 kept of ``what_it_was_given``, as SQLite dumps it."""

PRESSURE = Series("north-1", "pressure")
ALL = [
    PRESSURE,
    Series("north-1", "level"),
    *(Series("south-1", m) for m in ("voltage", "vibration")),
]


def what_it_was_given() -> list[Reading]:
    def one(i: int, station: str, **values: float) -> Reading:
        return Reading(station, "b1", i + 1, to_micros(START) + i * 60_000_000 + i + 1, values)

    north = [one(i, "north-1", pressure=0.3 + i / 1000, level=2 + i / 100) for i in range(90)]
    return north + [one(i, "south-1", voltage=380.1 + i, vibration=0.0123) for i in range(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "readings.db"
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(OLD.read_text(encoding="utf-8"))
    return made


@pytest.fixture
def store(path: Path) -> Iterator[EmbeddedStore]:
    made = EmbeddedStore(path)
    yield made
    made.close()


@pytest.fixture
def plain() -> PlainStore:
    made = PlainStore()
    made.write(what_it_was_given())
    return made


def assert_same(store: EmbeddedStore, plain: PlainStore) -> None:
    for series in ALL:
        for every_s in (1, 60, 90, 3600):
            for start in (0, 45.5):
                window = (at(start), at(20_000), timedelta(seconds=every_s))
                got = store.range(series, *window)
                assert same_buckets(series.metric, got, plain.range(series, *window)), every_s


def test_everything_in_it_is_read_on(store: EmbeddedStore, plain: PlainStore) -> None:
    newest = store.last(ALL)
    assert {s: round(p.value, 4) for s, p in newest.items()} == {
        s: round(p.value, 4) for s, p in plain.last(ALL).items()
    }
    assert_same(store, plain)


def test_new_late_and_repeated_readings_join_what_is_in_it(
    store: EmbeddedStore, plain: PlainStore
) -> None:
    given = what_it_was_given()
    for batch in (
        [reading(90 * 60, pressure=0.5, level=3.0), reading(30, "south-1", voltage=1.0)],
        [reading(65.5, pressure=0.9), reading(66, level=9.0)],  # late, into a minute of old points
        [given[3], given[4], given[91]],  # again
        [Reading("north-1", "b1", 6, given[5].time_us, {"pressure": 0.77})],  # in its place
        [reading(3 * 3600, pressure=0.1)],
    ):
        for one in (store, plain):
            one.write(batch)
        assert_same(store, plain)


def test_forgetting_works_on_in_it_and_the_old_table_goes_with_its_last_reading(
    path: Path, store: EmbeddedStore, plain: PlainStore
) -> None:
    for one in (store, plain):
        one.write([reading(9000, pressure=0.4)])
        one.forget(at(1830))
    assert_same(store, plain)
    for one in (store, plain):
        one.forget(at(8000))
    assert_same(store, plain)
    with closing(sqlite3.connect(path)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "sample" in names
    assert not {name for name in names if "wide" in name}


def test_a_reader_says_what_it_waits_for_and_reads_on_as_soon_as_it_can(path: Path) -> None:
    reader = EmbeddedStore(path, read_only=True)
    with pytest.raises(StoreUnavailable, match="earlier version.*sanlai worker"):
        reader.ping()
    # While the worker is at it, its work is not seen.
    with closing(sqlite3.connect(path, isolation_level=None)) as worker:
        worker.execute("BEGIN IMMEDIATE")
        take_over(worker, embedded_sql.TABLES)
        with pytest.raises(StoreUnavailable, match="earlier version"):
            reader.last([PRESSURE])
        worker.execute("ROLLBACK")  # it died: nothing has changed
        assert is_wide(worker)
    writer = EmbeddedStore(path)
    writer.ping()
    assert reader.last([PRESSURE])[PRESSURE].quality is Quality.GOOD
    writer.close()
    reader.close()


def test_a_file_of_a_newer_program_is_left_alone(path: Path, store: EmbeddedStore) -> None:
    store.ping()
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for one in (EmbeddedStore(path), EmbeddedStore(path, read_only=True)):
        with pytest.raises(StoreUnavailable, match="newer"):
            one.ping()
        one.close()


def test_a_value_received_in_time_is_not_called_late_when_it_comes_again(
    store: EmbeddedStore,
) -> None:
    first = reading(20_000, pressure=0.4)
    store.write([first])
    store.write([having(first, Quality.LATE)])
    assert store.last([PRESSURE])[PRESSURE].quality is Quality.GOOD
    store.write([having(reading(20_000, pressure=0.5), Quality.SUBSTITUTED)])
    assert store.last([PRESSURE])[PRESSURE].quality is Quality.SUBSTITUTED
