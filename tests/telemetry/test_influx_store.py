"""What is InfluxDB's alone: outages, faults of configuration, refused points, odd names."""

from collections.abc import Callable
from typing import Any

import pytest

from kit.instants import to_micros
from telemetry.readings import Point, Quality, Reading, Series
from telemetry.stores.influx import InfluxStore
from telemetry.stores.influx_text import template
from telemetry.stores.port import StoreRejected, StoreUnavailable
from tests.influx_server import InfluxAddress, InfluxServer
from tests.real_parts import free_port
from tests.telemetry.store_samples import START, at, having, reading
from tests.telemetry.test_store_contract import MINUTE, all_points

PRESSURE = Series("north-1", "pressure")


def open_store(at: InfluxAddress, **changed: Any) -> InfluxStore:
    """Return a store on a bucket, with some of its address changed."""
    address = {"url": at.url, "token": at.token, "org": at.org, "bucket": at.bucket, **changed}
    return InfluxStore(**address)


def test_a_server_killed_and_started_again_has_what_it_answered_for(
    start_influx: Callable[[], InfluxServer],
) -> None:
    influx = start_influx()
    store = open_store(influx.new_bucket())
    store.write([reading(i, pressure=0.3) for i in range(6000)])
    influx.server.kill()
    for ask in (
        store.ping,
        lambda: store.write([reading(7000)]),
        lambda: store.last([PRESSURE]),
        lambda: store.range(PRESSURE, at(0), at(60), MINUTE),
        lambda: store.forget(START),
    ):
        with pytest.raises(StoreUnavailable, match="not reached"):
            ask()
    influx.server.start()
    assert all_points(store) == 6000
    store.write([reading(7000)])
    assert all_points(store) == 6001
    store.close()


def test_a_server_that_was_never_there_is_unavailable() -> None:
    port = free_port()
    store = InfluxStore(f"http://127.0.0.1:{port}", "t", "o", "b", timeout_s=2)
    with pytest.raises(StoreUnavailable, match=f"{port}.*not reached"):
        store.write([reading(0)])


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"token": "no-such-token"}, "SANLAI_INFLUX_TOKEN"),
        ({"bucket": "no-such-bucket"}, "SANLAI_INFLUX_BUCKET"),
        ({"org": "no-such-org"}, "SANLAI_INFLUX_ORG"),
    ],
)
def test_a_fault_of_configuration_says_which_setting_to_look_at(
    influx: InfluxAddress, wrong: dict[str, str], advice: str
) -> None:
    store = open_store(influx, **wrong)
    for ask in (store.ping, lambda: store.write([reading(0)]), lambda: store.last([PRESSURE])):
        with pytest.raises(StoreUnavailable, match=advice):
            ask()
    store.close()


def test_only_the_refused_readings_are_rejected_and_all_others_are_kept(
    influx: InfluxAddress,
) -> None:
    store = open_store(influx)
    api: Any = store._write_api
    # Somebody else made this field text in this bucket, so InfluxDB refuses numbers for it.
    api.write(influx.bucket, influx.org, f'reading,station=north-1 level="high" {10**15}', "us")
    bad = [reading(i, level=2.0) for i in (3, 1500, 2999)]
    good = [reading(i, pressure=0.3) for i in range(3000) if i not in (3, 1500, 2999)]
    # InfluxDB's types hold for a shard, a week of points: put the text into the same one.
    api.write(
        influx.bucket, influx.org, f'reading,station=north-1 level="high" {good[0].time_us}', "us"
    )
    with pytest.raises(StoreRejected, match="3 readings") as caught:
        store.write(sorted(good + bad, key=lambda r: r.time_us))
    assert list(caught.value.readings) == bad
    assert all_points(store) == len(good)
    store.close()


@pytest.mark.parametrize(
    "name",
    ['a b,c=d"e', "100%s", "${r.x}", 'x" or true or r.station == "', "站-1", "back\\slash"],
)
def test_odd_names_of_stations_are_only_names(influx: InfluxAddress, name: str) -> None:
    store = open_store(influx)
    store.write([reading(0, name, pressure=0.7), reading(0, "other", pressure=0.1)])
    series = Series(name, "pressure")
    assert store.last([series])[series].value == 0.7
    (bucket,) = store.range(series, at(0), at(60), MINUTE)
    assert (bucket.last, bucket.samples) == (0.7, 1)
    store.close()


def test_a_name_that_would_break_a_line_is_refused(influx: InfluxAddress) -> None:
    store = open_store(influx)
    for name in ("a\nreading b=1 1", "ends-with-\\"):
        with pytest.raises(StoreRejected, match="can't be kept"):
            store.write([Reading(name, "b", 1, 1, {"pressure": 1.0})])
    store.close()


def test_a_bucket_of_version_0_1_is_read_and_written_on_in_its_own_form(
    influx: InfluxAddress,
) -> None:
    """The lines are those that version 0.1 of the program wrote, byte for byte."""
    time_us = to_micros(START)
    line = f"reading,station=north-1 pressure=0.312,current=12.4,pump_state=1.0 {time_us}"
    values = {"pressure": 0.312, "current": 12.4, "pump_state": 1.0}
    assert template("north-1", tuple(values)) % (*values.values(), time_us) == line
    store = open_store(influx)
    api: Any = store._write_api
    api.write(influx.bucket, influx.org, line, "us")
    store.write([reading(30, pressure=0.4), having(reading(40, pressure=0.5), Quality.LATE)])
    (bucket,) = store.range(PRESSURE, at(0), at(60), MINUTE)
    assert (bucket.minimum, bucket.maximum, bucket.samples) == (0.312, 0.5, 3)
    assert bucket.quality is Quality.LATE
    (before,) = store.range(PRESSURE, at(0), at(35), MINUTE)
    assert (before.samples, before.quality) == (2, Quality.GOOD)
    current = Series("north-1", "current")
    assert store.last([current]) == {current: Point(time_us, 12.4)}
    store.close()
