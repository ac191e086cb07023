"""The spool keeps what it took, in order, through kills and damage."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from telemetry.ingest.spool import Spool, SpoolFull, SpoolUnavailable
from telemetry.readings import Quality, Reading
from tests.telemetry.store_samples import having, reading

AMPLE = 100_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    made = Spool(path, AMPLE)
    yield made
    made.close()


def batch(number: int, size: int = 10) -> list[Reading]:
    """Return a batch that can be told from every other."""
    return [reading(number * size + i, seq=number * size + i, pressure=i / 10) for i in range(size)]


def drained(spool: Spool) -> list[list[Reading]]:
    """Take everything out of a spool, in its order."""
    found = []
    while (head := spool.peek()) is not None:
        found.append(head[1])
        spool.drop(head[0])
    return found


def test_an_empty_spool_gives_nothing(spool: Spool) -> None:
    assert spool.peek() is None
    assert spool.depth() == (0, 0, 0)


def test_batches_come_out_whole_and_in_the_order_they_went_in(spool: Spool) -> None:
    batches = [batch(n) for n in range(5)]
    for one in batches:
        spool.append(one)
    assert spool.depth()[:2] == (5, 50)
    assert drained(spool) == batches
    assert spool.depth() == (0, 0, 0)


def test_a_batch_stays_at_the_head_until_it_is_dropped(spool: Spool) -> None:
    spool.append(batch(0))
    spool.append(batch(1))
    assert spool.peek() == spool.peek()
    assert spool.depth().batches == 2


def test_dropping_twice_is_dropping_once(spool: Spool) -> None:
    spool.append(batch(0))
    spool.append(batch(1))
    head = spool.peek()
    assert head is not None
    spool.drop(head[0])
    spool.drop(head[0])
    assert spool.depth().batches == 1
    assert drained(spool) == [batch(1)]


def test_a_spool_opened_again_has_what_it_had(path: Path, spool: Spool) -> None:
    for number in range(3):
        spool.append(batch(number))
    head = spool.peek()
    assert head is not None
    spool.drop(head[0])
    before = spool.depth()
    spool.close()
    again = Spool(path, AMPLE)
    assert again.depth() == before
    assert drained(again) == [batch(1), batch(2)]
    again.close()


def test_a_full_spool_says_so_keeps_what_it_has_and_takes_again_when_there_is_room(
    path: Path,
) -> None:
    spool = Spool(path, 3000)
    taken = 0
    size = len(msgspec.msgpack.encode(batch(0)))
    while spool.depth().bytes + size <= 3000:
        spool.append(batch(taken))
        taken += 1
    with pytest.raises(SpoolFull, match="bound is 3000"):
        spool.append(batch(taken, 20))
    assert taken > 0
    assert spool.depth().batches == taken
    assert spool.depth().bytes <= 3000
    head = spool.peek()
    assert head is not None
    spool.drop(head[0])
    spool.append(batch(taken))
    assert drained(spool) == [batch(n) for n in range(1, taken + 1)]
    spool.close()


WRITER = """
import sys
from telemetry.ingest.spool import Spool
from tests.telemetry.test_spool import AMPLE, batch
spool = Spool(sys.argv[1], AMPLE)
for number in range(int(sys.argv[2]), 1_000_000):
    spool.append(batch(number))
    print(number, flush=True)
"""


def test_what_append_returned_for_outlives_kill_9(path: Path) -> None:
    chance = random.Random(7)
    confirmed = -1
    for _ in range(4):
        arguments = [sys.executable, "-c", WRITER, str(path), str(confirmed + 1)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(chance.randint(3, 40)):
                confirmed = int(child.stdout.readline())
            child.kill()
            # It may have confirmed more than was read before it died.
            for line in child.stdout.read().splitlines(keepends=True):
                confirmed = int(line) if line.endswith("\n") else confirmed
        spool = Spool(path, AMPLE)
        depth = spool.depth().batches
        # The one that was under way when it died is there whole, or not at all.
        assert depth in (confirmed + 1, confirmed + 2)
        confirmed = depth - 1
        spool.close()
    spool = Spool(path, AMPLE)
    assert drained(spool) == [batch(n) for n in range(confirmed + 1)]
    spool.close()


def test_a_damaged_batch_is_set_aside_and_the_others_go_on(
    path: Path, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        spool.append(batch(number))
    spool.close()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE batch SET payload = substr(payload, 1, 100) WHERE id ="
            " (SELECT id FROM batch ORDER BY id LIMIT 1 OFFSET 1)"
        )
    connection.close()
    again = Spool(path, AMPLE)
    assert drained(again) == [batch(0), batch(2)]
    assert again.depth() == (0, 0, 0)
    assert "set aside" in caplog.text
    again.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM damaged").fetchone() == (1,)
    connection.close()


def test_a_file_cut_short_is_moved_aside_and_what_it_still_gives_is_kept(
    path: Path, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    batches = [batch(n, 200) for n in range(20)]
    for one in batches:
        spool.append(one)
    spool.close()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // 4096 * 4096)
    again = Spool(path, AMPLE)
    assert "moved to" in caplog.text
    kept = drained(again)
    assert kept == batches[: len(kept)]
    assert 0 < len(kept) < len(batches)
    again.append(batch(99))
    assert drained(again) == [batch(99)]
    assert path.with_name("spool.db.damaged-1").exists()
    again.close()


def test_a_file_that_is_no_spool_is_moved_aside(path: Path) -> None:
    path.write_bytes(b"this is not a spool\n" * 500)
    spool = Spool(path, AMPLE)
    spool.append(batch(0))
    assert drained(spool) == [batch(0)]
    assert path.with_name("spool.db.damaged-1").read_bytes().startswith(b"this is not")
    spool.close()


def test_a_full_disk_is_an_error_that_loses_nothing(spool: Spool) -> None:
    spool.append(batch(0))
    with spool._file.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(SpoolUnavailable, match="no space"):
        spool.append(batch(1, 1000))
    assert spool.depth().batches == 1
    assert drained(spool) == [batch(0)]


def test_it_keeps_the_quality_of_what_waits(path: Path) -> None:
    """And good readings take no byte more than in version 0.1, whose spool is read on."""
    spool = Spool(path, AMPLE)
    waiting = [reading(0), having(reading(1), Quality.LATE, pressure=Quality.SUBSTITUTED)]
    spool.append(waiting)
    head = spool.peek()
    assert head is not None
    assert head[1] == waiting
    spool.close()
    good = waiting[0]
    of_version_0_1 = {
        name: getattr(good, name) for name in ("station", "boot", "seq", "time_us", "values")
    }
    assert msgspec.msgpack.encode([good]) == msgspec.msgpack.encode([of_version_0_1])
