"""Clock, ids, geometry: the small values that everything else rests on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kit.canonical import canonical_json
from kit.clock import ManualClock, SystemClock
from kit.geo import EARTH_RADIUS_KM, Position, great_circle_km
from kit.ids import new_id, new_secret
from kit.instants import from_micros, require_aware, to_micros

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.advance(timedelta(minutes=32)) == NOON + timedelta(minutes=32)
    clock.set(NOON)
    assert clock.now() == NOON
    assert SystemClock().now().tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        require_aware(NOON.replace(tzinfo=None))


def test_ids_sort_by_time_and_come_from_the_given_randomness() -> None:
    first = new_id(NOON, lambda bits: (1 << bits) - 1)
    later = new_id(NOON + timedelta(milliseconds=1), lambda bits: 0)
    assert first < later
    assert len(first) == 26
    assert new_id(NOON, lambda bits: 5) == new_id(NOON, lambda bits: 5)


def test_a_secret_uses_all_of_its_160_bits() -> None:
    assert new_secret(lambda bits: (1 << bits) - 1) == "z" * 32
    assert len({new_secret() for _ in range(100)}) == 100


def test_a_quarter_of_a_meridian_is_a_quarter_of_the_circumference() -> None:
    quarter = great_circle_km(Position(0, 0), Position(90, 0))
    assert quarter == pytest.approx(EARTH_RADIUS_KM * 3.141592653589793 / 2)
    assert great_circle_km(Position(39.9, 116.4), Position(39.9, 116.4)) == 0


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_a_position_off_the_globe_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="globe|finite"):
        Position(lat, lon)


@given(st.datetimes(timezones=st.timezones(), allow_imaginary=False))
def test_an_instant_survives_its_microseconds_exactly(instant: datetime) -> None:
    assume(2 < instant.year < 9998)  # at the very ends of the calendar UTC itself runs out
    assert from_micros(to_micros(instant)) == instant.astimezone(UTC)


def test_the_same_data_is_the_same_text_whatever_its_order() -> None:
    assert canonical_json({"b": 1, "a": "三来"}) == canonical_json({"a": "三来", "b": 1})
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
