import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.datum import Datum, to_wgs84, wgs84_to_gcj02
from kit.geo import Position, great_circle_km

inside_china = st.builds(
    Position, st.floats(18.0, 53.5, allow_subnormal=False), st.floats(73.7, 135.0)
)


def test_the_shift_is_the_one_of_chinese_maps() -> None:
    # Tiananmen, and the Bund: pairs that the maps' own converters give, to about a metre.
    for wgs, gcj in (
        (Position(39.90734, 116.39089), Position(39.908741, 116.397133)),
        (Position(31.1774276, 121.5272106), Position(31.17530398364597, 121.531541859215)),
    ):
        assert great_circle_km(wgs84_to_gcj02(wgs), gcj) < 0.002


@given(inside_china)
def test_there_and_back_is_the_same_place(place: Position) -> None:
    shifted = wgs84_to_gcj02(place)
    assert 0.01 < great_circle_km(place, shifted) < 1.0
    assert great_circle_km(to_wgs84(shifted, Datum.GCJ02), place) < 0.00003


def test_outside_of_china_and_in_other_datums_nothing_moves() -> None:
    for place in (Position(48.85, 2.35), Position(-33.9, 151.2), Position(90, 180)):
        assert to_wgs84(place, Datum.GCJ02) == place
    suzhou = Position(31.3, 120.6)
    assert to_wgs84(suzhou, Datum.WGS84) == suzhou
    assert to_wgs84(suzhou, Datum.CGCS2000) == suzhou


@pytest.mark.parametrize("name", ["GCJ-02", "WGS-84", "CGCS2000"])
def test_datums_have_their_usual_names(name: str) -> None:
    assert Datum(name) == name
