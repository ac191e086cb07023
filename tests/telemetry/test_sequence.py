from hypothesis import given
from hypothesis import strategies as st

from telemetry.ingest.ledger import MAX_INTERVALS, SeqLedger

runs = st.lists(st.lists(st.integers(1, 80), max_size=20), max_size=8)


@given(runs)
def test_the_ledger_agrees_with_a_plain_set(batches: list[list[int]]) -> None:
    ledger = SeqLedger()
    known: set[int] = set()
    for batch in batches:
        new = set(batch) - known
        highest = max(known, default=0)
        added = ledger.add(batch)
        assert added.new == len(new)
        assert added.duplicates == len(batch) - len(new)
        assert added.filled == sum(seq < highest for seq in new)
        known |= new
        assert {n for a, b in ledger.intervals for n in range(a, b + 1)} == known
        assert ledger.highest == max(known, default=0)
        span = max(known) - min(known) + 1 if known else 0
        assert ledger.missing == span - len(known)


@given(runs)
def test_a_ledger_written_and_read_back_is_the_same(batches: list[list[int]]) -> None:
    ledger = SeqLedger()
    for batch in batches:
        ledger.add(batch)
    assert SeqLedger(ledger.intervals).intervals == ledger.intervals


def test_a_replay_changes_nothing() -> None:
    ledger = SeqLedger()
    ledger.add(range(1, 2001))
    again = ledger.add(range(500, 1500))
    assert (again.new, again.duplicates, ledger.intervals) == (0, 1000, [[1, 2000]])


def test_a_gap_is_counted_until_it_is_filled_late() -> None:
    ledger = SeqLedger([[1, 10]])
    ledger.add([14, 15])
    assert ledger.missing == 3
    assert ledger.add([11, 12, 13]).filled == 3
    assert (ledger.missing, ledger.intervals) == (0, [[1, 15]])


def test_the_ledger_stays_bounded_and_gives_up_the_oldest_gaps() -> None:
    ledger = SeqLedger()
    ledger.add(range(1, 2 * MAX_INTERVALS + 100, 2))
    assert len(ledger.intervals) == MAX_INTERVALS
    assert 2 in ledger
    assert 2 * MAX_INTERVALS + 98 not in ledger
