"""What every store promises; each test runs on every store."""

import math
from datetime import timedelta

import pytest

from kit.instants import to_micros
from stations.assets.quantities import load_quantities
from telemetry.readings import LONGEST_KEY, Point, Reading, Series
from telemetry.stores.port import Store, StoreRejected
from tests.telemetry.store_samples import (
    START,
    PlainStore,
    at,
    keyed,
    reading,
    same_buckets,
    step,
)

PRESSURE = Series("north-1", "pressure")
MINUTE = timedelta(minutes=1)

QUANTITIES = load_quantities()


def all_points(store: Store, series: Series = PRESSURE) -> int:
    """Count the points of a series."""
    day = timedelta(days=1)
    return sum(b.samples for b in store.range(series, START - day, START + day, MINUTE))


def test_a_store_answers_when_asked_whether_it_is_there(store: Store) -> None:
    store.ping()


def test_an_empty_store_has_no_last_value_and_an_empty_range(store: Store) -> None:
    assert store.last([PRESSURE]) == {}
    assert store.range(PRESSURE, at(0), at(3600), MINUTE) == []


def test_nothing_asked_and_nothing_written_is_no_error(store: Store) -> None:
    store.write([])
    store.write([Reading("north-1", "b1", 1, to_micros(START), {})])
    assert store.last([]) == {}
    assert store.last([PRESSURE]) == {}


def test_what_is_written_is_read_back_at_its_microsecond(store: Store) -> None:
    store.write([reading(1.000017, pressure=0.3125)])
    assert store.last([PRESSURE]) == {PRESSURE: Point(to_micros(at(1.000017)), 0.3125)}


@pytest.mark.parametrize("metric", sorted(QUANTITIES))
def test_every_metric_keeps_its_extremes_and_its_digits(store: Store, metric: str) -> None:
    q = QUANTITIES[metric]
    values = [q.lowest, q.highest, (q.lowest + q.highest) / 3, 10.0**-q.decimals, 0.0]
    store.write(
        [Reading("north-1", "b1", 1, to_micros(at(i)), {metric: v}) for i, v in enumerate(values)]
    )
    series = Series("north-1", metric)
    got = [b.last for b in store.range(series, at(0), at(60), timedelta(seconds=1))]
    assert len(got) == len(values)
    for value, expected in zip(got, values, strict=True):
        assert math.isclose(value, expected, rel_tol=1e-6, abs_tol=step(metric))


def test_all_values_of_one_reading_are_kept(store: Store) -> None:
    values = {metric: q.highest / 2 for metric, q in QUANTITIES.items()}
    store.write([Reading("north-1", "b1", 1, to_micros(at(0)), values)])
    found = store.last([Series("north-1", metric) for metric in QUANTITIES])
    assert {series.metric: point.value for series, point in found.items()} == values


def test_stations_are_kept_apart(store: Store) -> None:
    store.write([reading(0, "a-1", pressure=0.1), reading(0, "a-2", pressure=0.2)])
    found = store.last([Series("a-1", "pressure"), Series("a-2", "pressure")])
    assert [found[s].value for s in sorted(found)] == [0.1, 0.2]


def test_last_leaves_out_what_was_not_asked_for(store: Store) -> None:
    store.write([reading(0, "a-1", pressure=0.1, level=2.0), reading(0, "a-2", level=3.0)])
    asked = [Series("a-1", "pressure"), Series("a-2", "pressure"), Series("a-3", "level")]
    assert list(store.last(asked)) == [Series("a-1", "pressure")]


def test_last_knows_hundreds_of_stations_at_once(store: Store) -> None:
    names = [f"s-{n:03}" for n in range(500)]
    store.write([reading(n, name, pressure=n / 1000) for n, name in enumerate(names)])
    found = store.last([Series(name, "pressure") for name in names])
    assert {s.station: p.value for s, p in found.items()} == {
        name: n / 1000 for n, name in enumerate(names)
    }


def test_the_same_reading_written_twice_is_one_point(store: Store) -> None:
    readings = [reading(i, pressure=i / 10) for i in range(5)]
    store.write(readings)
    store.write(readings)
    store.write([readings[2], readings[2]])
    (bucket,) = store.range(PRESSURE, at(0), at(60), MINUTE)
    assert bucket.samples == 5
    assert math.isclose(bucket.mean, 0.2, rel_tol=1e-6)


def test_a_later_write_at_the_same_instant_replaces_only_the_metrics_it_names(
    store: Store,
) -> None:
    store.write([reading(0, pressure=0.9, level=3.0)])
    store.write([reading(0, pressure=0.2)])
    found = store.last([PRESSURE, Series("north-1", "level")])
    assert [found[s].value for s in (PRESSURE, Series("north-1", "level"))] == [0.2, 3.0]
    (bucket,) = store.range(PRESSURE, at(0), at(60), MINUTE)
    assert (bucket.minimum, bucket.maximum, bucket.samples) == (0.2, 0.2, 1)


def test_late_readings_take_their_place_and_leave_the_last_value_alone(store: Store) -> None:
    store.write([reading(100, pressure=0.5)])
    store.write([reading(40, pressure=0.9), reading(20, pressure=0.1)])
    assert store.last([PRESSURE])[PRESSURE].value == 0.5
    first, second = store.range(PRESSURE, at(0), at(120), MINUTE)
    assert (first.minimum, first.maximum, first.last, first.samples) == (0.1, 0.9, 0.9, 2)
    assert (second.last, second.samples) == (0.5, 1)


def test_a_range_has_its_start_and_not_its_end(store: Store) -> None:
    store.write([reading(s) for s in (9.999999, 10, 19.999999, 20)])
    assert sum(b.samples for b in store.range(PRESSURE, at(10), at(20), MINUTE)) == 2


@pytest.mark.parametrize("every_s", [1, 7, 60, 90, 300, 3600, 5400, 86400, 604800])
def test_buckets_are_aligned_to_1970_and_complete_for_any_width(store: Store, every_s: int) -> None:
    plain = PlainStore()
    readings = [reading(17 * i + 0.25, pressure=(i * 37 % 400) / 100) for i in range(900)]
    for one in (store, plain):
        one.write(readings)
    window = (at(33.5), at(14001.5), timedelta(seconds=every_s))
    got = store.range(PRESSURE, *window)
    assert same_buckets("pressure", got, plain.range(PRESSURE, *window))
    assert all(b.time_us % (every_s * 1_000_000) == 0 for b in got)


def test_a_range_that_ends_before_it_starts_is_refused(store: Store) -> None:
    for end in (at(0), at(-1)):
        with pytest.raises(ValueError, match="ends"):
            store.range(PRESSURE, at(0), end, MINUTE)


def test_buckets_under_a_second_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="shorter"):
        store.range(PRESSURE, at(0), at(1), timedelta(milliseconds=999))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_refused_and_nothing_of_the_call_is_kept(
    store: Store, value: float
) -> None:
    with pytest.raises(ValueError, match="not finite"):
        store.write([reading(0, pressure=0.3), reading(1, pressure=value, level=1.0)])
    assert all_points(store) == 0


def test_a_large_batch_is_whole(store: Store) -> None:
    readings = [
        reading(i // 10, f"s-{i % 10}", pressure=(i % 400) / 100, level=float(i % 50))
        for i in range(12_000)
    ]
    store.write(readings)
    for n in range(10):
        for metric in ("pressure", "level"):
            assert all_points(store, Series(f"s-{n}", metric)) == 1200


def test_forgetting_deletes_what_is_older_and_nothing_else(store: Store) -> None:
    plain = PlainStore()
    readings = [reading(30 * i, s, pressure=i / 100) for i in range(300) for s in ("a-1", "b-1")]
    for one in (store, plain):
        one.write(readings)
        one.forget(at(4530))
    for station in ("a-1", "b-1"):
        series = Series(station, "pressure")
        for every in (timedelta(seconds=1), MINUTE, timedelta(hours=1)):
            window = (at(-7200), at(20_000), every)
            got = store.range(series, *window)
            assert same_buckets("pressure", got, plain.range(series, *window))
        assert store.last([series])[series].time_us == to_micros(at(30 * 299))


def test_a_series_forgotten_whole_has_no_last_value_and_can_begin_again(store: Store) -> None:
    store.write([reading(0, pressure=0.3)])
    store.forget(at(1))
    assert store.last([PRESSURE]) == {}
    store.write([reading(0, pressure=0.4)])
    assert store.last([PRESSURE])[PRESSURE].value == 0.4
    (bucket,) = store.range(PRESSURE, at(0), at(60), MINUTE)
    assert (bucket.minimum, bucket.samples) == (0.4, 1)


ODD_KEYS = [
    "p1.current.l1",
    "zone.low.pressure",
    "a b,c=d",
    'quo"te',
    "it's",
    "100%s",
    "${r.x}",
    "压力.一区",
    "x" * LONGEST_KEY,
]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_point_may_have_any_printable_name(store: Store, key: str) -> None:
    store.write([keyed(0, {key: 1.25}), keyed(1, {key: 2.5, "pressure": 0.3})])
    series = Series("north-1", key)
    assert store.last([series]) == {series: Point(to_micros(at(1)), 2.5)}
    (bucket,) = store.range(series, at(0), at(60), MINUTE)
    assert (bucket.minimum, bucket.maximum, bucket.samples) == (1.25, 2.5, 2)
    assert all_points(store) == 1


@pytest.mark.parametrize(
    "key", ["", "_field", "time", "line\nfeed", "nul\0", "back\\", "x" * (LONGEST_KEY + 1)]
)
def test_a_name_that_cannot_be_kept_is_rejected_and_the_rest_of_the_call_stays(
    store: Store, key: str
) -> None:
    strange = keyed(1, {key: 3.0, "pressure": 0.4})
    with pytest.raises(StoreRejected) as caught:
        store.write([reading(0, pressure=0.3), strange, reading(2, pressure=0.5)])
    assert list(caught.value.readings) == [strange]
    assert all_points(store) == 2


def test_a_station_may_have_hundreds_of_points_in_any_mixture(store: Store) -> None:
    keys = [f"p{n % 6}.quantity-{n}.l{n % 3}" for n in range(300)]
    written = [
        keyed(i, {key: i + n / 8 for n, key in enumerate(keys) if i == 0 or n % 7 == i % 7})
        for i in range(40)
    ]
    plain = PlainStore()
    for one in (store, plain):
        one.write(written)
    asked = [Series("north-1", key) for key in keys]
    assert store.last(asked) == plain.last(asked)
    for series in asked[::60]:
        window = (at(0), at(60), timedelta(seconds=5))
        assert store.range(series, *window) == plain.range(series, *window)


def test_large_and_small_numbers_come_back_as_they_were(store: Store) -> None:
    values = {"meter.volume": 98_765_432.125, "tiny": 1e-9, "below": -123.456, "one": 1.0}
    store.write([keyed(0, values)])
    found = store.last([Series("north-1", key) for key in values])
    assert {series.metric: point.value for series, point in found.items()} == values
