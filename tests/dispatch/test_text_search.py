"""Tickets are found by any part of their text that people say, however many there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.repair import search
from dispatch.repair.search import TicketFilter, find_tickets
from dispatch.repair.search_grams import DIGITS, PAIR, grams_of
from kit.actors import Actor
from tests.dispatch.world import LEADER, OPERATOR, RECEPTIONIST, World

ADDRESS = "湖西街18号翠竹园3栋2单元401室"


def found(world: World, text: str, viewer: Actor = LEADER) -> list[str]:
    with world.db.read() as session:
        page = find_tickets(session, viewer, world.clock.now(), TicketFilter(text=text))
    return [ticket.id for ticket in page.tickets]


@pytest.mark.parametrize(
    "text",
    [
        *("湖西", "西街", "翠竹园", "湖西街18号翠竹", "号翠竹园3栋", "单元401", "401", "室"),
        *("WX20261123-0001", "0001", "1234", "13812345678", "王小", "小明"),
    ],
)
def test_a_part_of_number_address_name_or_phone_finds_the_ticket(world: World, text: str) -> None:
    wanted = world.log(address=ADDRESS, name="王小明", phone="13812345678")
    world.log(address="人民路7号", name="李娜", phone="13900005555")
    assert found(world, text) == [wanted.id]


@pytest.mark.parametrize("text", ["湖北", "翠竹街", "街湖西", "18号人民", "9999", "%", "_", "漢字"])
def test_what_does_not_stand_there_finds_nothing(world: World, text: str) -> None:
    world.log(address=ADDRESS)
    assert found(world, text) == []


def test_parts_that_stand_apart_are_no_hit(world: World) -> None:
    world.log(address="湖西街 西街花园")
    assert found(world, "湖西街花园") == []


def test_who_may_not_see_a_person_does_not_find_them(world: World) -> None:
    ticket = world.log(address=ADDRESS, name="王小明", phone="13812345678")
    assert found(world, "王小明", OPERATOR) == found(world, "1234", OPERATOR) == []
    assert found(world, "翠竹", OPERATOR) == [ticket.id]


def test_of_very_many_the_newest_are_shown_and_it_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [world.log(address=ADDRESS) for _ in range(5)]
    monkeypatch.setattr(search, "MOST_CANDIDATES", 3)
    with world.db.read() as session:
        page = find_tickets(session, RECEPTIONIST, world.clock.now(), TicketFilter(text="翠竹园"))
    assert page.newest_only
    assert {one.id for one in page.tickets} == {one.id for one in tickets[-3:]}


@given(st.text(alphabet="湖西街路号12a", max_size=12), st.data())
def test_every_stretch_of_a_text_has_its_parts_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    stretch = text[start : data.draw(st.integers(start, len(text)))]
    # A stretch may cut a run of digits short: what is left of it is then no part, or one of them.
    assert grams_of(stretch) <= grams_of(text)
    assert all(len(part) in (PAIR, DIGITS) for part in grams_of(text))
