"""When a station's clock is doubted, and when it is not."""

from collections.abc import Iterable, Iterator

import pytest

from telemetry.ingest.station_clocks import AHEAD_MS, StationClocks

NOW = 1_795_430_400_000
LATE = 900_000


class Sender:
    """A station whose messages, one a second, are given to the judge with what its clock says."""

    def __init__(self) -> None:
        self.clocks = StationClocks()
        self.now, self.seq = NOW, 0

    def say(self, t: int, *, seq: int | None = None, boot: str = "b") -> bool:
        """Give the judge one message, and return whether its clock is doubted."""
        if seq is None:
            self.seq = seq = self.seq + 1
        return self.clocks.doubtful("pump-01", boot, seq, t, self.now, self.now - LATE)

    def seconds(self, count: int, lag_ms: int = 0) -> Iterator[bool]:
        """Let seconds pass, with a message in each of a clock that is off by so much."""
        for _ in range(count):
            self.now += 1000
            yield self.say(self.now - lag_ms)


def answers(found: Iterable[bool]) -> set[bool]:
    return set(found)


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.mark.parametrize("lag_ms", [0, 500, -30_000, 600_000])
def test_a_clock_that_goes_is_believed(sender: Sender, lag_ms: int) -> None:
    assert answers(sender.seconds(400, lag_ms)) == {False}


def test_a_clock_ahead_of_the_receipt_is_doubted_beyond_its_bound(sender: Sender) -> None:
    assert sender.say(sender.now + AHEAD_MS) is False
    assert sender.say(sender.now + AHEAD_MS + 1) is True


def test_a_clock_that_stands_still_is_doubted_after_a_minute_until_it_goes(sender: Sender) -> None:
    stood = sender.now
    found = []
    for _ in range(90):
        found.append(sender.say(stood))
        sender.now += 1000
    assert found == [False] * 60 + [True] * 30
    assert answers(sender.seconds(10)) == {False}


def test_two_messages_of_one_millisecond_are_no_clock_that_stands_still(sender: Sender) -> None:
    assert [sender.say(sender.now) for _ in range(50)] == [False] * 50


def test_a_clock_that_jumped_back_is_doubted_until_it_is_past_where_it_was(sender: Sender) -> None:
    assert answers(sender.seconds(10)) == {False}
    found = list(sender.seconds(60, lag_ms=30_000))
    assert found == [True] * 27 + [False] * 33


def test_a_clock_hours_behind_is_doubted_for_good(sender: Sender) -> None:
    hours = 2 * 3_600_000
    found = list(sender.seconds(3 * 3600, lag_ms=hours))
    assert found.index(True) == 120
    assert answers(found[120:]) == {True}
    assert answers(sender.seconds(5)) == {False}


def test_a_backlog_is_late_and_no_fault_of_the_clock(sender: Sender) -> None:
    """A day of one message a second, sent in order, twenty in a second, while time goes on."""
    said = sender.now - 86_400_000
    found = set()
    while said < sender.now:
        sender.now += 1000
        for _ in range(20):
            said += 1000
            found.add(sender.say(min(said, sender.now)))
    assert found == {False}


def test_a_backlog_behind_live_messages_says_nothing_of_the_clock(sender: Sender) -> None:
    sender.seq = 1000
    for n in range(1, 300):
        assert answers(sender.seconds(1)) == {False}
        assert sender.say(sender.now - 3_600_000, seq=n) is False


def test_a_new_boot_begins_anew(sender: Sender) -> None:
    assert answers(sender.seconds(5)) == {False}
    assert sender.say(sender.now - 20_000, seq=1, boot="c") is False
    sender.seq = 1
    assert sender.say(sender.now, boot="c") is False
