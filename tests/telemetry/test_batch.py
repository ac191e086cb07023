import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.geo import Position
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.points import MeasuringPoint
from stations.assets.quantities import load_quantities
from stations.assets.station import Station, Zone
from telemetry.codecs.uplink import QuarantineReason
from telemetry.ingest.broker_port import Incoming
from telemetry.ingest.profiles import Catalog, profile_of
from telemetry.ingest.sorted_batch import SortedBatch
from telemetry.ingest.sorter import FUTURE_MS, OLDEST_MS, Sorter
from telemetry.readings import Quality
from tests.telemetry.conftest import a_station

NOW_MS = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp()) * 1000
CATALOG = Catalog({"pump-01": profile_of(a_station(), load_quantities())})
TOPIC = "sanlai/v1/pump-01/data"


def message(topic: str = TOPIC, /, **changes: Any) -> Incoming:
    body = {"boot": "b", "seq": 1, "t": NOW_MS, "m": {"pressure": 0.3, "flow": 80}} | changes
    return Incoming(topic, json.dumps(body).encode(), 1, 1)


def sort_out(*messages: Incoming) -> SortedBatch:
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
def test_a_bad_value_is_refused_and_its_neighbour_kept(
    change: dict[str, Any], reason: QuarantineReason
) -> None:
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
def test_an_impossible_time_is_refused_with_a_receipt(t: Any, reason: QuarantineReason) -> None:
    batch = sort_out(message(t=t), message(seq=2))
    assert [refusal.reason for refusal in batch.refusals] == [reason]
    assert [reading.seq for reading in batch.readings] == [2]
    assert batch.groups["pump-01", "b"].rejected == [(1, reason)]


@pytest.mark.parametrize("t", [NOW_MS + FUTURE_MS, NOW_MS - OLDEST_MS])
def test_a_time_at_the_bound_is_taken(t: Any) -> None:
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
def test_what_is_no_known_station_gets_no_receipt(topic: str, reason: QuarantineReason) -> None:
    batch = sort_out(message(topic), message())
    assert [refusal.reason for refusal in batch.refusals] == [reason]
    assert list(batch.groups) == [("pump-01", "b")]


def test_a_repeat_is_taken_and_other_bytes_under_the_same_number_are_refused() -> None:
    sorter = Sorter()
    first, repeat = message(), message()
    conflict = message(m={"pressure": 0.9})
    assert sorter.sort_out([first, repeat], CATALOG, NOW_MS).refusals == []
    batch = sorter.sort_out([conflict, repeat], CATALOG, NOW_MS)
    assert [refusal.reason for refusal in batch.refusals] == [
        QuarantineReason.CONFLICTING_DUPLICATE
    ]
    assert len(batch.readings) == 1


def test_a_station_entered_later_is_taken_and_one_removed_is_refused() -> None:
    sorter = Sorter()
    assert sorter.sort_out([message()], Catalog(), NOW_MS).readings == []
    assert len(sorter.sort_out([message()], CATALOG, NOW_MS).readings) == 1
    assert sorter.sort_out([message()], Catalog(), NOW_MS).readings == []


def test_the_state_of_a_station_is_noted_and_a_senseless_one_refused() -> None:
    state = "sanlai/v1/pump-01/state"
    batch = sort_out(Incoming(state, b"online", 1, 1), Incoming(state, b"offline", 2, 1))
    assert batch.online == {"pump-01": False}
    assert (
        sort_out(Incoming(state, b"asleep", 1, 1)).refusals[0].reason
        is QuarantineReason.UNDECODABLE
    )
    assert sort_out(Incoming(state, b"", 1, 1)).refusals == []


BOOSTER = Station(
    id="booster-02",
    name="二号加压站",
    name_en="Booster 2",
    address="人民路2号",
    zone=Zone.CITY,
    position=Position(31.3, 120.6),
    road_km=2.0,
    equipment=(Equipment("zone-low", EquipmentKind.ZONE, "低区"),),
    points=(
        MeasuringPoint("zone-low.pressure", "zone-low", "pressure", unit="bar"),
        MeasuringPoint("zone-low.flow", "zone-low", "flow", scale=0.1, highest=500),
        MeasuringPoint("zone-low.level", "zone-low", "level"),
    ),
)


def of_booster(values: dict[str, float], /, **more: Any) -> SortedBatch:
    body = {"boot": "b", "seq": 1, "t": NOW_MS, "m": values} | more
    came = Incoming("sanlai/v1/booster-02/data", json.dumps(body).encode(), 1, 1)
    catalog = Catalog({BOOSTER.id: profile_of(BOOSTER, load_quantities())})
    return Sorter().sort_out([came], catalog, NOW_MS)


def test_what_is_sent_in_another_unit_or_scale_is_converted_before_it_is_judged() -> None:
    sent = {"zone-low.pressure": 3.12, "zone-low.flow": 853.1, "zone-low.level": 2.751}
    batch = of_booster(sent, u={"zone-low.pressure": "bar", "zone-low.level": "m"})
    assert batch.refusals == []
    (reading,) = batch.readings
    assert reading.values == {
        "zone-low.pressure": 0.312,
        "zone-low.flow": 85.31,
        "zone-low.level": 2.751,
    }
    too_much = of_booster({"zone-low.pressure": 40.1, "zone-low.flow": 4999, "zone-low.level": 1})
    assert [(r.reason, r.detail) for r in too_much.refusals] == [
        (QuarantineReason.OUT_OF_RANGE, "zone-low.pressure")
    ]


@pytest.mark.parametrize("said", ["good", "substituted"])
def test_what_only_this_instrument_cannot_read_is_kept_and_marked(said: str) -> None:
    sent = {"zone-low.flow": 5001, "zone-low.level": 2.0}
    batch = of_booster(sent, q={"zone-low.flow": said})
    assert batch.refusals == []
    assert batch.groups["booster-02", "b"].rejected == []
    (reading,) = batch.readings
    assert reading.values == {"zone-low.flow": 500.1, "zone-low.level": 2.0}
    assert reading.quality_of("zone-low.flow") is Quality.OUT_OF_RANGE
    assert reading.quality_of("zone-low.level") is Quality.GOOD
    (at_the_bound,) = of_booster({"zone-low.flow": 5000}).readings
    assert at_the_bound.quality_of("zone-low.flow") is Quality.GOOD


def test_what_the_quantity_cannot_have_is_refused_whatever_the_instrument_reads() -> None:
    batch = of_booster({"zone-low.flow": 100_001, "zone-low.level": 2.0})
    assert [(r.reason, r.detail) for r in batch.refusals] == [
        (QuarantineReason.OUT_OF_RANGE, "zone-low.flow")
    ]
    assert batch.readings[0].values == {"zone-low.level": 2.0}


def test_a_unit_that_is_not_the_one_that_the_point_is_sent_in_is_refused() -> None:
    sent = {"zone-low.pressure": 0.312, "zone-low.level": 2.0}
    batch = of_booster(sent, u={"zone-low.pressure": "MPa"})
    assert [refusal.reason for refusal in batch.refusals] == [QuarantineReason.WRONG_UNIT]
    assert batch.readings[0].values == {"zone-low.level": 2.0}


def test_what_the_station_says_against_a_value_is_its_quality() -> None:
    words = {"pressure": "substituted", "flow": "good"}
    (reading,) = sort_out(message(q=words)).readings
    assert reading.quality_of("pressure") is Quality.SUBSTITUTED
    assert reading.quality_of("flow") is Quality.GOOD
    (plain,) = sort_out(message(q={"pressure": "good", "level": "substituted"})).readings
    assert (plain.quality, plain.qualities) == (Quality.GOOD, None)


@pytest.mark.parametrize("word", ["perfect", "", 7, None, "late"])
def test_a_quality_that_nobody_knows_refuses_its_value_alone(word: object) -> None:
    batch = sort_out(message(q={"flow": word}))
    assert [refusal.reason for refusal in batch.refusals] == [QuarantineReason.UNKNOWN_QUALITY]
    assert batch.readings[0].values == {"pressure": 0.3}


def test_what_comes_long_after_its_time_is_late() -> None:
    sorter = Sorter(late_after_s=60)
    batch = sorter.sort_out(
        [message(t=NOW_MS - 60_000), message(seq=2, t=NOW_MS - 60_001)], CATALOG, NOW_MS
    )
    assert [reading.quality for reading in batch.readings] == [Quality.GOOD, Quality.LATE]


@pytest.mark.parametrize(
    "key", ['quo"te', "line\nfeed", "压力", "nul\0", "\ud800", "x" * 60_000, "", "_field", "time"]
)
def test_a_key_that_looks_like_anything_is_only_unknown(key: str) -> None:
    batch = sort_out(message(m={"pressure": 0.3, key: 1}))
    assert [refusal.reason for refusal in batch.refusals] == [QuarantineReason.UNKNOWN_METRIC]
    assert batch.readings[0].values == {"pressure": 0.3}


def test_a_message_of_five_thousand_keys_is_one_refusal_beside_what_is_known() -> None:
    batch = sort_out(message(m={"pressure": 0.3} | {f"{n:x}": 0 for n in range(5000)}))
    assert [refusal.reason for refusal in batch.refusals] == [QuarantineReason.UNKNOWN_METRIC]
    assert batch.readings[0].values == {"pressure": 0.3}


def test_a_message_without_values_is_a_sign_of_life() -> None:
    batch = sort_out(message(m={}))
    assert (batch.readings, batch.refusals) == ([], [])
    assert batch.groups["pump-01", "b"].seqs == [1]


def test_what_is_remembered_stays_bounded() -> None:
    sorter = Sorter()
    sorter.sort_out([message(seq=n) for n in range(1, 2000)], CATALOG, NOW_MS)
    assert len(sorter._recent["pump-01", "b"]) == 256
    batch = sorter.sort_out([message(boot=f"b{n}") for n in range(2500)], CATALOG, NOW_MS)
    assert len(batch.readings) == 2500
    assert len(sorter._recent) <= 2000
