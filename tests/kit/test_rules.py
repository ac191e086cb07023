import math

import pytest

from kit.rules import RuleFileError, parse_rules

ENTRY = """
[arrival_city]
rule = "R-11"
value = 10
unit = "min/km"
since = 1996-07-16
source = "003 篇5 八.2b"
quote = "市内每公里不超过10分钟"
"""


def test_an_entry_keeps_its_number_and_everything_that_makes_it_an_obligation() -> None:
    number = parse_rules(ENTRY)["arrival_city"]
    assert (number.value, number.unit, number.rule) == (10, "min/km", "R-11")
    assert number.as_record()["since"] == "1996-07-16"
    assert number.as_record()["quote"] == "市内每公里不超过10分钟"


@pytest.mark.parametrize("key", ["rule", "value", "unit", "since", "source", "quote"])
def test_an_entry_that_lacks_anything_stops_the_start_and_names_what_it_lacks(key: str) -> None:
    lines = [line for line in ENTRY.splitlines() if not line.startswith(key)]
    with pytest.raises(RuleFileError, match=f"arrival_city.{key}"):
        parse_rules("\n".join(lines))


@pytest.mark.parametrize("value", ["true", '"10"', "nan", "inf"])
def test_a_value_that_is_no_finite_number_stops_the_start(value: str) -> None:
    with pytest.raises(RuleFileError, match="arrival_city.value"):
        parse_rules(ENTRY.replace("value = 10", f"value = {value}"))


def test_an_empty_unit_is_a_missing_unit() -> None:
    with pytest.raises(RuleFileError, match="arrival_city.unit"):
        parse_rules(ENTRY.replace('unit = "min/km"', 'unit = ""'))


def test_a_misspelt_key_is_not_silently_dropped() -> None:
    with pytest.raises(RuleFileError, match="arrival_city.unti is not known"):
        parse_rules(ENTRY + 'unti = "min/km"\n')


def test_every_fault_of_a_file_is_told_at_once() -> None:
    with pytest.raises(RuleFileError) as caught:
        parse_rules('[a]\nvalue = 1\n[b]\nrule = "R-1"\n')
    assert "a.unit" in str(caught.value)
    assert "b.value" in str(caught.value)


def test_a_file_that_is_no_toml_and_a_key_that_is_not_there_are_told() -> None:
    with pytest.raises(RuleFileError, match="numbers"):
        parse_rules("[", name="numbers")
    with pytest.raises(RuleFileError, match="lunch"):
        parse_rules(ENTRY)["lunch"]
    assert math.isclose(sum(number.value for number in parse_rules(ENTRY)), 10)
