"""The embedded store: right against a plain model, whole after a kill, readable meanwhile."""

import itertools
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.instants import to_micros
from telemetry.readings import Quality, Reading, Series
from telemetry.stores.embedded import EmbeddedStore
from telemetry.stores.port import StoreRejected, StoreUnavailable
from telemetry.stores.rollup import HOUR_US, MINUTE_US, Piece, pieces
from tests.telemetry.store_samples import START, PlainStore, at, reading, same_buckets

PRESSURE = Series("north-1", "pressure")
LEVEL = Series("north-1", "level")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readings.db"


@pytest.fixture
def store(path: Path) -> Iterator[EmbeddedStore]:
    made = EmbeddedStore(path)
    yield made
    made.close()


# Few instants and few stations, so that late, repeated and replaced readings are common.
# A value has the same quality each time: high pressures are out of range.
readings = st.builds(
    lambda second, station, pressure, level: Reading(
        station,
        "b1",
        1,
        to_micros(at(second)),
        {k: v / 1000 for k, v in (("pressure", pressure), ("level", level)) if v is not None},
        qualities={"pressure": Quality.OUT_OF_RANGE} if pressure > 2000 else None,
    ),
    st.integers(0, 400).map(lambda n: n * 25),
    st.sampled_from(["north-1", "south-1"]),
    st.integers(-100, 4000),
    st.none() | st.integers(-1000, 50_000),
)
batches = st.lists(readings, max_size=30)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(batches, st.integers(0, 10_000).map(float)), max_size=8),
    st.integers(0, 9000),
    st.integers(1, 9000),
)
def test_whatever_is_written_and_forgotten_it_answers_as_a_plain_list_would(
    tmp_path_factory: pytest.TempPathFactory,
    deeds: list[list[Reading] | float],
    start: int,
    length: int,
) -> None:
    store = EmbeddedStore(tmp_path_factory.mktemp("store") / "readings.db")
    plain = PlainStore()
    for deed in deeds:
        for one in (store, plain):
            if isinstance(deed, float):
                one.forget(at(deed))
            else:
                one.write(deed)
    asked = [Series(s, m) for s in ("north-1", "south-1") for m in ("pressure", "level")]
    assert store.last(asked) == plain.last(asked)
    for series in asked:
        for every_s in (1, 60, 75, 300, 3600, 7200):
            window = (at(start), at(start + length), timedelta(seconds=every_s))
            got, expected = store.range(series, *window), plain.range(series, *window)
            assert same_buckets(series.metric, got, expected)
    store.close()


@given(
    st.integers(0, 3 * HOUR_US),
    st.integers(1, 5 * HOUR_US),
    st.sampled_from([1_000_000, MINUTE_US, 90_000_000, HOUR_US, 24 * HOUR_US]),
)
def test_the_pieces_of_a_range_cover_it_once_and_only_whole_intervals_come_from_roll_ups(
    start: int, length: int, every: int
) -> None:
    cut = list(pieces(start, start + length, every))
    assert cut[0].start_us == start
    assert cut[-1].end_us == start + length
    assert all(a.end_us == b.start_us for a, b in itertools.pairwise(cut))
    for piece in cut:
        assert piece.start_us < piece.end_us
        if piece.width_us:
            assert every % piece.width_us == 0
            assert piece.start_us % piece.width_us == piece.end_us % piece.width_us == 0


def test_a_day_in_hours_is_read_from_the_hours() -> None:
    day = 24 * HOUR_US
    assert list(pieces(0, day, HOUR_US)) == [Piece(HOUR_US, 0, day)]


def test_metrics_that_come_in_turns_leave_the_newest_as_last(store: EmbeddedStore) -> None:
    store.write(
        [reading(1, pressure=0.1), reading(2, pressure=0.2, level=1.0), reading(3, pressure=0.3)]
    )
    (bucket,) = store.range(PRESSURE, at(0), at(60), MINUTE)
    assert (bucket.last, bucket.samples) == (0.3, 3)
    assert store.last([PRESSURE, LEVEL])[LEVEL].value == 1.0


def test_a_reading_that_it_can_never_keep_is_rejected_and_the_others_of_the_call_stay(
    store: EmbeddedStore,
) -> None:
    strange = [reading(1, pressure=1e101), reading(2, _colour=3.0)]
    with pytest.raises(StoreRejected) as caught:
        store.write([reading(0, pressure=0.3), *strange, reading(3, pressure=0.4)])
    assert list(caught.value.readings) == strange
    (bucket,) = store.range(PRESSURE, at(0), at(60), MINUTE)
    assert (bucket.samples, bucket.last) == (2, 0.4)


WRITER = """
import sys
from telemetry.stores.embedded import EmbeddedStore
from tests.telemetry.store_samples import reading
store = EmbeddedStore(sys.argv[1])
for number in range(int(sys.argv[2]), 1_000_000):
    store.write([reading(number * 7 + i, pressure=(number % 40) / 10) for i in range(7)])
    print(number, flush=True)
"""


def whole_in_every_table(store: EmbeddedStore) -> int:
    """Count the points of the pressure, which readings and roll-ups must agree on."""
    counts = {
        every: sum(
            b.samples
            for b in store.range(PRESSURE, START, at(10_000_000), timedelta(seconds=every))
        )
        for every in (1, 60, 3600)
    }
    assert len(set(counts.values())) == 1, counts
    return counts[60]


def test_what_write_returned_for_outlives_kill_9(path: Path) -> None:
    confirmed = -1
    for after in (3, 25, 11):
        arguments = [sys.executable, "-c", WRITER, str(path), str(confirmed + 1)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(after):
                confirmed = int(child.stdout.readline())
            child.kill()
            for line in child.stdout.read().splitlines(keepends=True):
                confirmed = int(line) if line.endswith("\n") else confirmed
        store = EmbeddedStore(path)
        kept = whole_in_every_table(store)
        # A batch that was under way when it died is there whole, or not at all.
        assert kept in (7 * (confirmed + 1), 7 * (confirmed + 2))
        confirmed = kept // 7 - 1
        assert store.last([PRESSURE])[PRESSURE].time_us == to_micros(at(kept - 1))
        store.close()


def test_another_process_reads_while_one_writes_and_sees_only_whole_batches(path: Path) -> None:
    arguments = [sys.executable, "-c", WRITER, str(path), "0"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        reader = EmbeddedStore(path, read_only=True)
        seen = []
        for _ in range(20):
            confirmed = int(child.stdout.readline())
            seen.append(sum(b.samples for b in reader.range(PRESSURE, START, at(100_000), MINUTE)))
            assert seen[-1] >= 7 * (confirmed + 1)
            assert seen[-1] % 7 == 0
        child.kill()
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]
    reader.close()


def test_two_writers_in_turn_count_nothing_twice(path: Path, store: EmbeddedStore) -> None:
    other = EmbeddedStore(path)
    same = [reading(i, pressure=i / 100) for i in range(100)]
    for part in range(0, 100, 10):
        store.write(same[part : part + 10])
        other.write(same[part : part + 20])
    assert whole_in_every_table(store) == 100
    other.close()


def test_a_reader_never_makes_the_file_and_finds_it_once_it_is_there(path: Path) -> None:
    reader = EmbeddedStore(path, read_only=True)
    with pytest.raises(StoreUnavailable, match="does it exist"):
        reader.ping()
    assert not path.exists()
    writer = EmbeddedStore(path)
    writer.write([reading(0)])
    reader.ping()
    assert PRESSURE in reader.last([PRESSURE])
    with pytest.raises(StoreUnavailable, match="reading only"):
        reader.write([reading(1)])
    with pytest.raises(StoreUnavailable, match="reading only"):
        reader.forget(at(0))
    reader.close()
    writer.close()


def test_a_damaged_file_is_said_to_be_damaged(path: Path) -> None:
    path.write_bytes(b"something else entirely\n" * 1000)
    store = EmbeddedStore(path)
    for ask in (store.ping, lambda: store.write([reading(0)]), lambda: store.last([PRESSURE])):
        with pytest.raises(StoreUnavailable, match="put it aside"):
            ask()
    store.close()


def test_a_folder_that_cannot_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = EmbeddedStore(tmp_path / "file" / "readings.db")
    with pytest.raises(StoreUnavailable, match="can't be opened"):
        store.write([reading(0)])


def test_a_full_disk_keeps_nothing_of_the_write_and_everything_of_those_before(
    store: EmbeddedStore,
) -> None:
    store.write([reading(i, pressure=0.3) for i in range(10)])
    with store._file.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
    many = [reading(i, pressure=0.4) for i in range(10, 20_000)]
    with pytest.raises(StoreUnavailable, match="no space"):
        store.write(many)
    assert whole_in_every_table(store) == 10
    with store._file.writing() as connection:
        connection.execute("PRAGMA max_page_count=1000000")
    store.write(many)
    assert whole_in_every_table(store) == 20_000


def test_a_locked_file_is_said_to_be_locked(
    path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telemetry.stores.sqlite_file.BUSY_TIMEOUT_S", 0.05)
    store.write([reading(0)])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        store.write([reading(1)])
    other.execute("ROLLBACK")
    other.close()
    store.write([reading(1)])
    assert whole_in_every_table(store) == 2
