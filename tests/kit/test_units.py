import pytest

from kit.units import UnitError, conversion, is_unit


@pytest.mark.parametrize(
    ("unit", "to", "value", "expected"),
    [
        ("bar", "MPa", 3.2, 0.32),
        ("kgf/cm2", "MPa", 1.0, 0.0980665),
        ("kgf/cm²", "MPa", 1.0, 0.0980665),
        ("公斤", "MPa", 4.0, 0.392266),
        ("m[H2O]", "MPa", 10.0, 0.0980665),
        ("mH2O", "MPa", 10.0, 0.0980665),
        ("kPa", "MPa", 320.0, 0.32),
        ("[psi]", "MPa", 1000.0, 6.894757293168361),
        ("L/s", "m3/h", 10.0, 36.0),
        ("l/s", "m3/h", 10.0, 36.0),
        ("m3/d", "m3/h", 2400.0, 100.0),
        ("[degF]", "Cel", 212.0, 100.0),
        ("°F", "Cel", -40.0, -40.0),
        ("K", "Cel", 273.15, 0.0),
        ("mm", "m", 2750.0, 2.75),
        ("MW.h", "kW.h", 1.5, 1500.0),
        ("kWh", "kW.h", 1.5, 1.5),
        ("m/s2", "g", 9.80665, 1.0),
        ("mg/L", "mg/l", 0.3, 0.3),
        ("%", "1", 95.0, 0.95),
        ("℃", "Cel", 21.5, 21.5),
    ],
)
def test_a_value_in_one_unit_is_a_value_in_another(
    unit: str, to: str, value: float, expected: float
) -> None:
    factor, offset = conversion(unit, to)
    assert value * factor + offset == pytest.approx(expected, rel=1e-9, abs=1e-9)
    back, back_offset = conversion(to, unit)
    assert (value * factor + offset) * back + back_offset == pytest.approx(value, rel=1e-9)


def test_the_same_unit_changes_no_bit() -> None:
    assert conversion("MPa", "MPa") == (1.0, 0.0)
    assert conversion("m³/h", "m3/h") == (1.0, 0.0)


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("V", "A"), ("t/h", "m3/h"), ("kg", "g"), ("[NTU]", "1"), ("[NTU]", "mg/L"),
        ("[pH]", "1"), ("Cel", "MPa"), ("m", "MPa"),
    ],
)  # fmt: skip
def test_units_that_measure_different_things_are_refused(unit: str, to: str) -> None:
    with pytest.raises(UnitError, match="can't be converted"):
        conversion(unit, to)


@pytest.mark.parametrize("unit", ["", "MPaa", "m^3/h", "bar\n", "b" * 1000, "压力", "{NTU}", "((("])
def test_what_is_no_unit_is_refused(unit: str) -> None:
    assert is_unit(unit) is (unit == "bar\n")  # blanks around a unit mean nothing
    if not is_unit(unit):
        with pytest.raises(UnitError):
            conversion(unit, "MPa")


@pytest.mark.parametrize("unit", ["MPa", "[NTU]", "[pH]", "pH", "uS/cm", "/min", "g", "1"])
def test_a_unit_is_known(unit: str) -> None:
    assert is_unit(unit)
