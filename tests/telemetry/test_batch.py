import json
from datetime import UTC, datetime

import pytest

from telemetry.codecs.uplink import QuarantineReason
from telemetry.ingest.broker_port import Incoming
from telemetry.ingest.profiles import Catalog, profile_of
from telemetry.ingest.sorter import FUTURE_MS, OLDEST_MS, Sorter

NOW_MS = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()) * 1000
CATALOG = Catalog({"pump-01": profile_of(["pressure", "flow"], [])})
TOPIC = "sanlai/v1/pump-01/data"


def message(topic=TOPIC, /, **changes):
    body = {"boot": "b", "seq": 1, "t": NOW_MS, "m": {"pressure": 0.3, "flow": 80}} | changes
    return Incoming(topic, json.dumps(body).encode(), 1, 1)


def sort_out(*messages):
    return Sorter().sort_out(messages, CATALOG, NOW_MS)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"m": {"pressure": 0.3, "colour": 1}}, QuarantineReason.UNKNOWN_METRIC),
        ({"m": {"pressure": 0.3, "level": 1}}, QuarantineReason.UNKNOWN_METRIC),
        ({"m": {"pressure": 0.3, "flow": 1e9}}, QuarantineReason.OUT_OF_RANGE),
        ({"u": {"flow": "l/min"}}, QuarantineReason.WRONG_UNIT),
        ({"u": {"flow": 7}}, QuarantineReason.WRONG_UNIT),
        ({"m": {"pressure": 0.3, "flow": "80"}}, QuarantineReason.WRONG_TYPE),
        ({"m": {"pressure": 0.3, "flow": float("nan")}}, QuarantineReason.NOT_FINITE),
    ],
)
def test_a_bad_value_is_refused_and_its_neighbour_kept(change, reason):
    batch = sort_out(message(**change))
    assert [reading.values for reading in batch.readings] == [{"pressure": 0.3}]
    assert [refusal.reason for refusal in batch.refusals] == [reason]
    group = batch.groups["pump-01", "b"]
    assert (group.seqs, group.rejected) == ([1], [(1, reason)])


@pytest.mark.parametrize(
    ("t", "reason"),
    [
        (NOW_MS + FUTURE_MS + 1, QuarantineReason.TIME_IN_FUTURE),
        (NOW_MS - OLDEST_MS - 1, QuarantineReason.TIME_TOO_OLD),
        (0, QuarantineReason.TIME_TOO_OLD),
        (-5, QuarantineReason.TIME_TOO_OLD),
        (10**15, QuarantineReason.TIME_IN_FUTURE),
    ],
)
def test_an_impossible_time_is_refused_with_a_receipt(t, reason):
    batch = sort_out(message(t=t), message(seq=2))
    assert [refusal.reason for refusal in batch.refusals] == [reason]
    assert [reading.seq for reading in batch.readings] == [2]
    assert batch.groups["pump-01", "b"].rejected == [(1, reason)]


@pytest.mark.parametrize("t", [NOW_MS + FUTURE_MS, NOW_MS - OLDEST_MS])
def test_a_time_at_the_bound_is_taken(t):
    assert sort_out(message(t=t)).refusals == []


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("sanlai/v1/pump-99/data", QuarantineReason.UNKNOWN_STATION),
        ("sanlai/v1/PUMP/data", QuarantineReason.BAD_TOPIC),
        ("sanlai/v1//data", QuarantineReason.BAD_TOPIC),
        ("", QuarantineReason.BAD_TOPIC),
    ],
)
def test_what_is_no_known_station_gets_no_receipt(topic, reason):
    batch = sort_out(message(topic), message())
    assert [refusal.reason for refusal in batch.refusals] == [reason]
    assert list(batch.groups) == [("pump-01", "b")]


def test_a_repeat_is_taken_and_other_bytes_under_the_same_number_are_refused():
    sorter = Sorter()
    first, repeat = message(), message()
    conflict = message(m={"pressure": 0.9})
    assert sorter.sort_out([first, repeat], CATALOG, NOW_MS).refusals == []
    batch = sorter.sort_out([conflict, repeat], CATALOG, NOW_MS)
    assert [refusal.reason for refusal in batch.refusals] == [
        QuarantineReason.CONFLICTING_DUPLICATE
    ]
    assert len(batch.readings) == 1


def test_a_station_entered_later_is_taken_and_one_removed_is_refused():
    sorter = Sorter()
    assert sorter.sort_out([message()], Catalog(), NOW_MS).readings == []
    assert len(sorter.sort_out([message()], CATALOG, NOW_MS).readings) == 1
    assert sorter.sort_out([message()], Catalog(), NOW_MS).readings == []


def test_the_state_of_a_station_is_noted_and_a_senseless_one_refused():
    state = "sanlai/v1/pump-01/state"
    batch = sort_out(Incoming(state, b"online", 1, 1), Incoming(state, b"offline", 2, 1))
    assert batch.online == {"pump-01": False}
    assert (
        sort_out(Incoming(state, b"asleep", 1, 1)).refusals[0].reason
        is QuarantineReason.UNDECODABLE
    )
    assert sort_out(Incoming(state, b"", 1, 1)).refusals == []


def test_a_message_without_values_is_a_sign_of_life():
    batch = sort_out(message(m={}))
    assert (batch.readings, batch.refusals) == ([], [])
    assert batch.groups["pump-01", "b"].seqs == [1]


def test_what_is_remembered_stays_bounded():
    sorter = Sorter()
    sorter.sort_out([message(seq=n) for n in range(1, 2000)], CATALOG, NOW_MS)
    assert len(sorter._recent["pump-01", "b"]) == 256
    batch = sorter.sort_out([message(boot=f"b{n}") for n in range(2500)], CATALOG, NOW_MS)
    assert len(batch.readings) == 2500
    assert len(sorter._recent) <= 2000
