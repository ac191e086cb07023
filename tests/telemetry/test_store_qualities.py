"""What every store promises of the quality of values; each test runs on every store."""

from datetime import timedelta

from kit.instants import to_micros
from telemetry.readings import Bucket, Point, Quality, Series
from telemetry.stores.port import Store
from tests.telemetry.store_samples import at, having, reading

PRESSURE = Series("north-1", "pressure")
MINUTE = timedelta(minutes=1)


def test_quality_is_kept_for_each_value_and_a_bucket_says_its_worst(store: Store) -> None:
    store.write(
        [
            reading(0, pressure=0.3, level=2.0),
            having(reading(1, pressure=0.4, level=2.1), Quality.LATE, level=Quality.SUBSTITUTED),
            having(reading(70, pressure=0.5, level=2.2), Quality.CLOCK_DOUBTFUL),
            having(reading(130, pressure=0.6, level=2.3), pressure=Quality.HAND_ENTERED),
        ]
    )
    level = Series("north-1", "level")
    found = store.last([PRESSURE, level])
    assert [found[s].quality for s in (PRESSURE, level)] == [Quality.HAND_ENTERED, Quality.GOOD]
    # From the roll-ups, and, where a minute is cut, from the points.
    for window in ((at(0), at(180), MINUTE), (at(0.5), at(179.5), MINUTE)):
        assert [b.quality for b in store.range(PRESSURE, *window)] == [
            Quality.LATE,
            Quality.CLOCK_DOUBTFUL,
            Quality.HAND_ENTERED,
        ]
        assert [b.quality for b in store.range(level, *window)] == [
            Quality.SUBSTITUTED,
            Quality.CLOCK_DOUBTFUL,
            Quality.GOOD,
        ]


def test_a_late_reading_lends_its_quality_to_the_hour_it_falls_into(store: Store) -> None:
    store.write([reading(100, pressure=0.5)])
    store.write([having(reading(40, pressure=0.9), Quality.LATE)])
    hour = timedelta(hours=1)
    (bucket,) = store.range(PRESSURE, at(0), at(3600), hour)
    assert (bucket.samples, bucket.quality) == (2, Quality.LATE)
    assert store.last([PRESSURE])[PRESSURE].quality is Quality.GOOD


def test_forgetting_takes_the_quality_along(store: Store) -> None:
    store.write([having(reading(0, pressure=0.3), Quality.SUBSTITUTED), reading(90, pressure=0.4)])
    store.forget(at(60))
    (bucket,) = store.range(PRESSURE, at(-60), at(120), timedelta(hours=1))
    assert (bucket.samples, bucket.quality) == (1, Quality.GOOD)


def test_a_value_out_of_range_is_the_newest_but_in_no_figure(store: Store) -> None:
    beyond = having(reading(30, pressure=2.5, level=2.0), pressure=Quality.OUT_OF_RANGE)
    store.write([reading(0, pressure=0.3, level=2.0), reading(20, pressure=0.5, level=2.0)])
    store.write([beyond])
    assert store.last([PRESSURE])[PRESSURE] == Point(to_micros(at(30)), 2.5, Quality.OUT_OF_RANGE)
    store.write([reading(61, pressure=0.4, level=2.0)])
    store.write([beyond])  # a repeat
    expected = Bucket(to_micros(at(0)), 0.3, 0.4, 0.5, 0.5, 2, Quality.OUT_OF_RANGE)
    for start in (0, -0.5):  # from the roll-ups, and from the points
        first, second = store.range(PRESSURE, at(start), at(119.5), MINUTE)
        assert first == expected
        assert (second.minimum, second.samples, second.quality) == (0.4, 1, Quality.GOOD)
    (level, _) = store.range(Series("north-1", "level"), at(0), at(120), MINUTE)
    assert (level.samples, level.quality) == (3, Quality.GOOD)


def test_an_interval_with_nothing_but_values_out_of_range_is_left_out(store: Store) -> None:
    store.write([having(reading(n, pressure=9.0), Quality.OUT_OF_RANGE) for n in (1, 2, 3700)])
    store.write([reading(130, pressure=0.4)])
    store.write([having(reading(190, pressure=9.0), Quality.OUT_OF_RANGE)])
    store.write([having(reading(5, pressure=9.0), Quality.OUT_OF_RANGE)])  # late
    (minute,) = store.range(PRESSURE, at(0), at(7200), MINUTE)
    assert (minute.time_us, minute.samples, minute.quality) == (to_micros(at(120)), 1, Quality.GOOD)
    (hour,) = store.range(PRESSURE, at(0), at(7200), timedelta(hours=1))
    assert hour == Bucket(to_micros(at(0)), 0.4, 0.4, 0.4, 0.4, 1, Quality.OUT_OF_RANGE)
    assert store.last([PRESSURE])[PRESSURE].quality is Quality.OUT_OF_RANGE


def test_forgetting_takes_values_out_of_range_along(store: Store) -> None:
    store.write([having(reading(0, pressure=9.0), Quality.OUT_OF_RANGE)])
    store.forget(at(60))
    assert store.last([PRESSURE]) == {}
