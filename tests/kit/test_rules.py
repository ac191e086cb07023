import math
from datetime import date

import pytest

from kit.rules import RuleFileError, parse_rules

ENTRY = """
[arrival_city]
rule = "R-11"
unit = "min/km"

[[arrival_city.values]]
value = 10
since = 1996-07-16
source = "003 篇5 八.2b"
quote = "市内每公里不超过10分钟"
"""
LATER = """
[[arrival_city.values]]
value = 8
since = 2027-01-01
source = "the company's order 12 of 2026"
quote = "市内每公里不超过8分钟"
"""
DAY = date(2026, 11, 23)


def test_an_entry_keeps_its_number_and_everything_that_makes_it_an_obligation() -> None:
    number = parse_rules(ENTRY).on("arrival_city", DAY)
    assert (number.value, number.unit, number.rule) == (10, "min/km", "R-11")
    assert (number.since, number.quote) == (date(1996, 7, 16), "市内每公里不超过10分钟")


def test_each_day_has_the_value_that_was_in_force_then() -> None:
    book = parse_rules(ENTRY + LATER)
    days = {date(1990, 1, 1): 10, DAY: 10, date(2026, 12, 31): 10, date(2027, 1, 1): 8}
    assert {day: book.on("arrival_city", day).value for day in days} == days
    assert [number.value for number in book.values_of("arrival_city")] == [10, 8]


def test_values_may_stand_in_any_order_but_not_two_on_one_day() -> None:
    turned = parse_rules(
        ENTRY.replace("value = 10", "value = 9").replace("1996-07-16", "2030-01-01") + LATER
    )
    assert [number.value for number in turned.values_of("arrival_city")] == [8, 9]
    with pytest.raises(RuleFileError, match="on one day"):
        parse_rules(ENTRY + LATER.replace("2027-01-01", "1996-07-16"))


@pytest.mark.parametrize("key", ["rule", "unit"])
def test_an_entry_that_lacks_rule_or_unit_stops_the_start(key: str) -> None:
    lines = [line for line in ENTRY.splitlines() if not line.startswith(key)]
    with pytest.raises(RuleFileError, match=f"arrival_city.{key}"):
        parse_rules("\n".join(lines))


@pytest.mark.parametrize("key", ["value", "since", "source", "quote"])
def test_a_value_that_lacks_anything_stops_the_start_and_names_what_it_lacks(key: str) -> None:
    lines = [line for line in ENTRY.splitlines() if not line.startswith(f"{key} =")]
    with pytest.raises(RuleFileError, match=f"arrival_city.values.1.{key}"):
        parse_rules("\n".join(lines))


@pytest.mark.parametrize("since", ["1996-07-16T00:00:00", "[1996-07-16]", "{ day = 1996-07-16 }"])
def test_a_value_comes_into_force_on_a_day_and_nothing_else(since: str) -> None:
    with pytest.raises(RuleFileError, match="arrival_city.values.1.since"):
        parse_rules(ENTRY.replace("1996-07-16", since))


@pytest.mark.parametrize("value", ["true", '"10"', "nan", "inf", "1" + "0" * 400])
def test_a_value_that_is_no_finite_number_stops_the_start(value: str) -> None:
    with pytest.raises(RuleFileError, match="arrival_city.values.1.value"):
        parse_rules(ENTRY.replace("value = 10", f"value = {value}"))


def test_an_empty_unit_is_a_missing_unit() -> None:
    with pytest.raises(RuleFileError, match="arrival_city.unit"):
        parse_rules(ENTRY.replace('unit = "min/km"', 'unit = ""'))


def test_a_misspelt_key_is_not_silently_dropped() -> None:
    with pytest.raises(RuleFileError, match="arrival_city.values.1.unti is not known"):
        parse_rules(ENTRY + 'unti = "min/km"\n')
    with pytest.raises(RuleFileError, match="arrival_city.unti is not known"):
        parse_rules(ENTRY.replace("unit =", 'unti = "x"\nunit ='))


def test_every_fault_of_a_file_is_told_at_once() -> None:
    with pytest.raises(RuleFileError) as caught:
        parse_rules('[a]\nvalues = 1\n[b]\nrule = "R-1"\n')
    assert "a.unit" in str(caught.value)
    assert "b.values" in str(caught.value)


def test_a_file_that_is_no_toml_and_a_key_that_is_not_there_are_told() -> None:
    with pytest.raises(RuleFileError, match="numbers"):
        parse_rules("[", name="numbers")
    with pytest.raises(RuleFileError, match="lunch"):
        parse_rules(ENTRY).on("lunch", DAY)
    assert math.isclose(sum(number.value for number in parse_rules(ENTRY)), 10)
