"""Places of slots: the last one, full ones, past ones, midnight, and a capacity made smaller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.api.appointment_desk import (
    at_once,
    book,
    booked,
    field_faults,
    offer,
    own,
    places,
    wait_until,
)
from tests.api.company import Company


def test_of_many_who_want_the_last_places_at_once_only_so_many_get_one(company: Company) -> None:
    slot = f"{offer(company, capacity=2)}@2026-11-24"
    later = f"{offer(company, weekday=3)}@2026-11-25"
    company.as_("liu")
    answers = at_once(*(lambda: book(company, slot) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [201, 201, 409, 409, 409, 409]
    refused = next(one.json() for one in answers if one.status_code == 409)
    assert refused["code"] == "slot_full"
    assert "free are: 11-25 09:00、12-01 09:00" in refused["message"]
    holders = {one.json()["id"] for one in answers if one.status_code == 201}
    assert {holder for _, _, holder in places(company)} == holders
    offered = company.as_("liu").get("/slots", place_id="heping", days=3).json()
    assert {one["key"]: one["free"] for one in offered} == {slot: 0, later: 1}


def test_the_same_key_again_books_no_second_place(company: Company) -> None:
    slot = f"{offer(company, capacity=5)}@2026-11-24"
    first, second = (book(company, slot, key="the same") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert len(places(company)) == 1


def test_two_who_change_places_at_once_do_not_wait_for_each_other_for_ever(
    company: Company,
) -> None:
    nine, ten = (f"{offer(company, begins=at, capacity=2)}@2026-11-24" for at in ("09:00", "10:00"))
    one, other = booked(company, nine), booked(company, ten)

    def move(made: dict[str, Any], slot: str) -> Callable[[], httpx.Response]:
        path = own(company, made)
        return lambda: company.anyone().post(
            f"{path}/move-appointment", {"arrangement": 1, "slot": slot}
        )

    answers = at_once(move(one, ten), move(other, nine))
    assert [a.status_code for a in answers] == [200, 200], [a.text for a in answers]
    assert len(places(company)) == 2


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        ("{id}@2026-11-17", "slot_in_the_past"),
        ("{id}@2027-11-23", "slot_too_far"),
        ("{id}@2026-11-25", "no_such_slot"),
        ("{id}@2026-02-30", "no_such_slot"),
        ("{id}@", "no_such_slot"),
        ("nobody@2026-11-24", "no_such_slot"),
        ("@@@", "no_such_slot"),
        ("", "required"),
    ],
)
def test_a_slot_that_can_not_be_had_is_named(sqlite_company: Company, slot: str, code: str) -> None:
    template = offer(sqlite_company)
    answer = book(sqlite_company, slot.format(id=template))
    assert field_faults(answer) == {"slot": code}


def test_a_slot_that_begins_now_is_past_and_one_at_midnight_has_its_own_day(
    company: Company,
) -> None:
    midnight = offer(company, weekday=3, begins="00:00", minutes=90)
    late = offer(company, begins="23:30", minutes=60)
    offered = company.as_("liu").get("/slots", days=3).json()
    times = {one["key"]: (one["begins_at"], one["ends_at"]) for one in offered}
    assert times == {
        f"{late}@2026-11-24": ("2026-11-24T15:30:00Z", "2026-11-24T16:30:00Z"),
        f"{midnight}@2026-11-25": ("2026-11-24T16:00:00Z", "2026-11-24T17:30:00Z"),
    }
    wait_until(company, datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    answer = book(company, f"{midnight}@2026-11-25")
    assert field_faults(answer) == {"slot": "slot_in_the_past"}


def test_a_capacity_below_what_is_booked_frees_nobody_and_lets_nobody_in(
    company: Company,
) -> None:
    slot = f"{offer(company, capacity=3)}@2026-11-24"
    made = [booked(company, slot) for _ in range(3)]
    assert f"{offer(company, capacity=2)}@2026-11-24" == slot
    assert book(company, slot).json()["code"] == "slot_full"
    cancelled = company.as_("liu").post(
        f"/appointments/{made[0]['id']}/cancel-appointment", {"reason": "用户来电"}
    )
    assert cancelled.is_success
    assert book(company, slot).json()["code"] == "slot_full"
    company.as_("liu").post(
        f"/appointments/{made[1]['id']}/cancel-appointment", {"reason": "用户来电"}
    )
    assert book(company, slot).status_code == 201
    offered = company.as_("liu").get("/slots", days=3).json()
    assert [(one["capacity"], one["taken"], one["free"]) for one in offered] == [(2, 2, 0)]


def test_a_slot_serves_only_where_its_office_does(sqlite_company: Company) -> None:
    answer = sqlite_company.as_("chen").post(
        "/slot-templates",
        {"office_id": "nowhere", "crew": "", "weekday": 8, "begins": "9 am", "capacity": -1},
    )
    assert field_faults(answer) == {
        "office_id": "office_not_found", "crew": "required", "weekday": "too_large",
        "begins": "not_a_time_of_day", "minutes": "required", "capacity": "too_small",
    }  # fmt: skip
