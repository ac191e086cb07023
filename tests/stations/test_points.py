from dataclasses import replace

import pytest

from stations.assets.bare_keys import BARE_KEYS, bare_points
from stations.assets.points import (
    MeasuringPoint,
    format_of,
    point_conversion,
    point_faults,
)
from stations.assets.quantities import load_quantities

CATALOGUE = load_quantities()
PRESSURE = MeasuringPoint("zone.low.pressure", "zone-low", "pressure")


def said(point: MeasuringPoint) -> str:
    return "\n".join(": ".join(one) for one in point_faults(point, CATALOGUE[point.quantity]))


def test_a_point_that_says_nothing_of_its_unit_leaves_every_number_as_it_was() -> None:
    assert point_conversion(PRESSURE, CATALOGUE["pressure"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("unit", "scale", "offset", "sent", "value"),
    [
        ("bar", 1.0, 0.0, 3.2, 0.32),
        ("kPa", 10.0, -100.0, 42.0, 0.32),
        ("m[H2O]", 1.0, 0.0, 10.0, 0.0980665),
        ("", 0.001, 0.0, 320.0, 0.32),
        ("kgf/cm2", 1.0, 1.0, 2.0, 0.2941995),
    ],
)
def test_a_sent_number_becomes_a_value_of_the_quantity(
    unit: str, scale: float, offset: float, sent: float, value: float
) -> None:
    point = replace(PRESSURE, unit=unit, scale=scale, offset=offset)
    form = format_of(point, CATALOGUE["pressure"])
    assert sent * form.factor + form.offset == pytest.approx(value)
    assert form.unit == "MPa"
    assert said(point) == ""


def test_a_point_narrows_its_quantity() -> None:
    point = replace(PRESSURE, lowest=0.0, highest=1.6, decimals=2)
    form = format_of(point, CATALOGUE["pressure"])
    assert (form.lowest, form.highest, form.decimals) == (0.0, 1.6, 2)
    meter = MeasuringPoint("meter.1.volume", "meter-1", "volume", roll_over=999_999.0)
    assert format_of(meter, CATALOGUE["volume"]).roll_over == 999_999.0
    assert said(point) + said(meter) == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "Zone.Pressure"}, "key: takes 1 to 32"),
        ({"key": "zone..pressure"}, "key: takes"),
        ({"key": "a" * 33}, "key: takes"),
        ({"key": "zone pressure"}, "key: takes"),
        ({"key": "pressure\n"}, "key: takes"),
        ({"phase": "a"}, "phase: must be one of l1"),
        ({"unit": "A"}, "unit: 'A' can't be converted to MPa"),
        ({"unit": "Bar"}, "unit: 'Bar' can't be converted to MPa"),
        ({"scale": 0.0}, "scale: must not be 0"),
        ({"lowest": -1.0}, "lowest: -1 is outside of -0.2 to 4 MPa"),
        ({"highest": 6.0}, "highest: 6 is outside"),
        ({"lowest": 2.0, "highest": 1.0}, "lowest: is not below highest"),
        ({"decimals": 5}, "decimals: must be 0 to 3"),
        ({"roll_over": 10.0}, "roll_over: only a counter"),
    ],
)
def test_a_fault_of_a_point_is_told(change: dict[str, object], message: str) -> None:
    assert message in said(replace(PRESSURE, **change))  # type: ignore[arg-type]


def test_a_counter_rolls_over_within_its_range_and_a_state_has_no_scale() -> None:
    meter = MeasuringPoint("meter.1.volume", "meter-1", "volume", roll_over=1e9)
    assert "roll_over: must be above 0" in said(meter)
    pump = MeasuringPoint("p1.run", "p1", "pump_state", scale=2.0)
    assert "scale: a state is sent" in said(pump)


def test_bare_keys_belong_to_a_pump_a_tank_a_zone_and_an_inlet() -> None:
    equipment, points = bare_points("pressure", "level", "current", "flow", "pump_state")
    assert [one.id for one in equipment] == ["zone", "tank", "p1"]
    assert [(one.key, one.equipment_id) for one in points] == [
        ("pressure", "zone"), ("flow", "zone"), ("level", "tank"),
        ("current", "p1"), ("pump_state", "p1"),
    ]  # fmt: skip
    for point in bare_points(*BARE_KEYS)[1]:
        assert said(point) == ""
        assert point.key == point.quantity
