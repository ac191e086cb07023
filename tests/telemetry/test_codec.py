import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.codecs.native import MAX_PAYLOAD, decode, ranges_of, salvage_identity
from telemetry.codecs.uplink import QuarantineReason, Unreadable, ValueFault


def payload(**changes: Any) -> bytes:
    body = {"boot": "b", "seq": 5, "t": 1000, "m": {"pressure": 0.3, "flow": 8}}
    return json.dumps(body | changes).encode()


def refused(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    return caught.value


@pytest.mark.parametrize(
    ("literal", "reason"),
    [
        ("NaN", QuarantineReason.NOT_FINITE),
        ("Infinity", QuarantineReason.NOT_FINITE),
        ("-Infinity", QuarantineReason.NOT_FINITE),
        ("1e999", QuarantineReason.NOT_FINITE),
        ("1" + "0" * 400, QuarantineReason.NOT_FINITE),
        ("true", QuarantineReason.WRONG_TYPE),
        ("null", QuarantineReason.WRONG_TYPE),
        ('"0.3"', QuarantineReason.WRONG_TYPE),
        ("[1]", QuarantineReason.WRONG_TYPE),
    ],
)
def test_one_bad_value_costs_no_neighbour(literal: str, reason: QuarantineReason) -> None:
    data = f'{{"boot":"b","seq":5,"t":1000,"m":{{"pressure":{literal},"flow":8.5}}}}'
    message, faults = decode(data.encode())
    assert message.m == {"flow": 8.5}
    assert faults == [ValueFault(reason, "pressure")]


def test_a_boot_may_be_an_integer_and_is_the_same_as_its_digits() -> None:
    assert decode(payload(boot=77))[0].boot == "77"


@pytest.mark.parametrize("boot", ["", "x" * 33, "a b", "重启", "a\u0000b", True, None, 1.5, {}])
def test_a_boot_that_is_no_short_plain_text_is_refused(boot: object) -> None:
    assert refused(payload(boot=boot)).reason is QuarantineReason.INVALID_BOOT


@pytest.mark.parametrize("seq", [0, -1, 2**53, 2**70, True, None, "7", 1.5])
def test_a_seq_that_does_not_count_is_refused(seq: object) -> None:
    assert refused(payload(seq=seq)).reason is QuarantineReason.INVALID_SEQ


@pytest.mark.parametrize("t", [None, "now", True, 2**70, 1.5])
def test_a_time_that_is_no_time_is_refused_and_can_be_receipted(t: Any) -> None:
    error = refused(payload(t=t))
    assert (error.reason, error.boot, error.seq) == (QuarantineReason.INVALID_TIME, "b", 5)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff\xfe", b"hello", b"[]", b"7", b'{"boot":', b"[" * 50_000, b'{"a":' * 9_000],
)
def test_what_is_no_json_object_is_undecodable(data: bytes) -> None:
    assert refused(data).reason is QuarantineReason.UNDECODABLE


@pytest.mark.parametrize("change", [{"m": None}, {"m": [1]}, {"u": "MPa"}])
def test_values_or_units_that_are_no_object_are_undecodable(change: dict[str, Any]) -> None:
    error = refused(payload(**change))
    assert (error.reason, error.boot, error.seq) == (QuarantineReason.UNDECODABLE, "b", 5)


def test_a_torn_message_still_tells_who_it_was() -> None:
    error = refused(b'{"boot":"b7","seq":12,"t":1795430400000,"m":{"press')
    assert (error.boot, error.seq) == ("b7", 12)


def test_a_megabyte_is_refused_unread_but_its_identity_is_known() -> None:
    head = b'{"boot":"b7","seq":12,"t":1,"m":{}'
    error = refused(head + b" " * 1_000_000 + b"}")
    assert (error.reason, error.boot, error.seq) == (QuarantineReason.TOO_LARGE, "b7", 12)
    assert len(head) < MAX_PAYLOAD


def test_a_unit_that_is_no_text_stays_visible_as_a_wrong_one() -> None:
    assert decode(payload(u={"pressure": 5}))[0].u == {"pressure": "?"}


@given(st.binary(max_size=300))
def test_no_bytes_whatever_do_more_than_be_refused(data: bytes) -> None:
    try:
        message, _ = decode(data)
    except Unreadable:
        return
    assert message.seq >= 1


json_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.floats(), max_size=4)
)
keys = st.sampled_from(["boot", "seq", "t", "m", "u", "q", "x"])


@given(st.dictionaries(keys, json_values))
def test_no_object_whatever_does_more_than_be_refused(body: dict[str, object]) -> None:
    full = {"boot": "b", "seq": 5, "t": 1000, "m": {}} | body
    try:
        message, _ = decode(json.dumps(full).encode())
    except Unreadable:
        return
    assert all(value - value == 0.0 for value in message.m.values())


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_comes_out_as_it_went_in(value: float) -> None:
    assert decode(payload(m={"flow": value}))[0].m == {"flow": value}


def test_identity_is_not_guessed_from_a_text_that_only_looks_like_one() -> None:
    assert salvage_identity(b'{"seq":5,"boot":"b"') == (None, None)
    assert salvage_identity(b'{"boot":"b","seq":0') == (None, None)


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_just_the_numbers_given(seqs: set[int]) -> None:
    ranges = ranges_of(list(seqs))
    assert {n for first, last in ranges for n in range(first, last + 1)} == seqs
    assert all(after[0] > before[1] + 1 for before, after in pairwise(ranges))
