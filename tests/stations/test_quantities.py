import pytest

from kit.errors import Invalid
from kit.units import is_unit
from stations.assets.bare_keys import BARE_KEYS
from stations.assets.quantities import QuantityKind, load_quantities, parse_quantities

OF_THE_FIRST_PROTOCOL = {
    "pressure": ("MPa", -0.2, 4.0, 3),
    "inlet_pressure": ("MPa", -0.2, 4.0, 3),
    "current": ("A", 0.0, 2000.0, 2),
    "voltage": ("V", 0.0, 15000.0, 1),
    "flow": ("m3/h", -10000.0, 10000.0, 2),
    "level": ("m", -1.0, 50.0, 3),
    "pump_state": ("1", 0.0, 1.0, 0),
    "power": ("kW", 0.0, 5000.0, 2),
    "temperature": ("Cel", -50.0, 300.0, 1),
    "water_temperature": ("Cel", -20.0, 120.0, 1),
    "vibration": ("g", 0.0, 100.0, 4),
    "vibration_2": ("g", 0.0, 100.0, 4),
}

RADAR = """
[quantity.radar_level]
unit = "mm"
lowest = 0
highest = 30000
decimals = 0
kind = "gauge"
name = "雷达液位"
name_en = "radar level"
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Invalid) as caught:
        load_quantities(("own.toml", text))
    return [f"{one.field} {one.message}" for one in caught.value.errors]


def test_the_quantities_of_the_first_protocol_mean_what_they_meant() -> None:
    catalogue = load_quantities()
    found = {
        key: (one.unit, one.lowest, one.highest, one.decimals) for key, one in catalogue.items()
    }
    assert {key: found[key] for key in OF_THE_FIRST_PROTOCOL} == OF_THE_FIRST_PROTOCOL
    assert OF_THE_FIRST_PROTOCOL.keys() == BARE_KEYS.keys()


def test_every_quantity_has_a_unit_that_exists_and_names_in_both_languages() -> None:
    for one in load_quantities().values():
        assert is_unit(one.unit), one.key
        assert one.name, one.key
        assert one.name_en, one.key
        assert (one.roll_over is not None) == (one.kind is QuantityKind.COUNTER)
        assert bool(one.states) == (one.kind is QuantityKind.STATE)


def test_a_company_adds_a_quantity_by_a_file() -> None:
    added = load_quantities(("own.toml", RADAR))["radar_level"]
    assert (added.unit, added.highest, added.name) == ("mm", 30000.0, "雷达液位")


def test_a_quantity_that_is_there_keeps_its_meaning() -> None:
    said = faults(RADAR.replace("radar_level", "pressure"))
    assert said == ["own.toml: quantity.pressure is there already"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('unit = "mm"', 'unit = "millimetre"', "'millimetre' is not a UCUM unit"),
        ('unit = "mm"', "", "unit: is missing"),
        ("lowest = 0", 'lowest = "0"', "lowest: is missing or not a number"),
        ("highest = 30000", "highest = inf", "highest: is missing or not a number"),
        ("highest = 30000", "highest = -1", "lowest: is not below highest"),
        ("highest = 30000", "highest = 1e12", "too wide"),
        ("decimals = 0", "decimals = 1.5", "decimals: is missing, or not a whole number"),
        ("decimals = 0", "decimals = true", "decimals: is missing, or not a whole number"),
        ("decimals = 0", "decimals = 9", "decimals: is missing, or not a whole number"),
        ('kind = "gauge"', 'kind = "gage"', "kind: must be one of gauge, counter, state"),
        ('kind = "gauge"', 'kind = ["gauge"]', "kind: must be one of gauge, counter, state"),
        ('kind = "gauge"', 'kind = "counter"', "roll_over: is missing"),
        ('kind = "gauge"', 'kind = "state"', "states: is missing"),
        ('kind = "gauge"', 'kind = "gauge"\nroll_over = 5', "only a counter has one"),
        ('kind = "gauge"', 'kind = "gauge"\nfastest = 5', "fastest: only a counter has one"),
        ('kind = "gauge"', 'kind = "counter"\nroll_over = 9\nfastest = 0', "fastest: is not"),
        ('kind = "gauge"', 'kind = "gauge"\nstates = ["a", "b"]', "only a state has them"),
        ('kind = "gauge"', 'kind = "state"\nstates = ["a", "b"]\nstates_en = ["a", "b"]', "0 to 1"),
        ('name = "雷达液位"', 'name = " "', "name: is missing"),
        ('name = "雷达液位"', "colour = 1", "colour: is not known"),
        ("radar_level", '"Radar Level"', "a key takes"),
        ("[quantity.radar_level]", "[quantities.radar_level]", "only [quantity.KEY] tables"),
        ("[quantity.radar_level]", "[quantity.radar_level", "own.toml"),
    ],
)
def test_a_bad_entry_is_told_with_its_fault(before: str, after: str, said: str) -> None:
    assert before in RADAR
    assert said in "\n".join(faults(RADAR.replace(before, after)))


def test_every_fault_of_every_file_is_told_at_once() -> None:
    bad = RADAR.replace("lowest = 0", "").replace('kind = "gauge"', 'kind = "x"')
    with pytest.raises(Invalid) as caught:
        load_quantities(("one.toml", bad), ("two.toml", bad))
    assert len(caught.value.errors) == 4


def test_a_file_of_no_quantity_is_refused() -> None:
    with pytest.raises(Invalid):
        parse_quantities("quantity = 3", "own.toml")
