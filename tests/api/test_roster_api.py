"""The duty network by the API: entered all or nothing, swapped when approved, closed accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.accounts.users import set_active
from tests.api.company import Company


def shift(person: str, begins: str, ends: str, **changes: Any) -> dict[str, Any]:
    return {
        "person": person,
        "post": "technician",
        "begins_at": f"2026-11-{begins}",
        "ends_at": f"2026-11-{ends}",
        "phone": "13900000001",
    } | changes


WANG = shift("u-wang", "24T08:00", "24T20:00")
LI = shift("李师傅", "24T20:00", "25T08:00", phone="13900000002")


def enter(company: Company, *shifts: dict[str, Any], login: str = "chen", **more: Any) -> Any:
    return company.as_(login).post("/roster/shifts", {"shifts": list(shifts)}, **more)


def roster(company: Company) -> dict[str, Any]:
    span = {"begins_at": "2026-11-24T08:00:00+08:00", "ends_at": "2026-11-25T08:00:00+08:00"}
    answer = company.as_("sun").get("/roster", **span)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def people(company: Company) -> list[tuple[str, str]]:
    return [(one["person_name"], one["phone"]) for one in roster(company)["shifts"]]


def test_a_day_is_entered_once_and_its_gaps_are_told(company: Company) -> None:
    assert len(roster(company)["gaps"]) == 1
    for _ in range(2):
        assert enter(company, WANG, key="monday").status_code == 204
    assert people(company) == [("王师傅", "13900000001")]
    gap = roster(company)["gaps"]
    assert [one["begins_at"] for one in gap] == ["2026-11-24T12:00:00Z"]
    assert enter(company, LI).status_code == 204
    assert roster(company)["gaps"] == []


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"person": "nobody"}, "person", "unknown_person"),
        ({"person": ""}, "person", "required"),
        ({"post": "director"}, "post", "not_their_post"),
        ({"post": "plumber"}, "post", "not_one_of"),
        ({"phone": ""}, "phone", "required"),
        ({"phone": "ask at the gate"}, "phone", "not_a_duty_number"),
        ({"office": "moon"}, "office", "unknown_office"),
        ({"ends_at": "2026-11-24T07:00"}, "ends_at", "ends_before"),
        ({"ends_at": "2026-12-24T07:00"}, "ends_at", "shift_too_long"),
        ({"begins_at": "tomorrow"}, "begins_at", "not_a_time"),
        ({"begins_at": "2026-11-24T19:00"}, "begins_at", "shifts_overlap"),
        ({"turn": "0"}, "turn", "too_small"),
    ],
)  # fmt: skip
def test_one_bad_row_is_named_and_nothing_is_entered(
    sqlite_company: Company, changed: dict[str, Any], field: str, code: str
) -> None:
    late = shift("u-wang", "25T20:00", "26T08:00") | changed
    answer = enter(sqlite_company, WANG, late)
    assert answer.status_code == 422
    found = [(one["field"], one["code"]) for one in answer.json()["errors"]]
    assert (f"shifts.1.{field}", code) in found
    assert people(sqlite_company) == []


def test_a_removed_shift_is_gone_once(sqlite_company: Company) -> None:
    enter(sqlite_company, WANG)
    path = f"/roster/shifts/{roster(sqlite_company)['shifts'][0]['id']}/remove"
    assert sqlite_company.as_("wang").post(path).status_code == 403
    assert sqlite_company.as_("ma").post(path).status_code == 204
    assert people(sqlite_company) == []
    assert sqlite_company.as_("ma").post(path).json()["code"] == "shift_not_found"


def swap(company: Company, **changes: Any) -> Any:
    data = {
        "kind": "swap",
        "stand_in": "u-li",
        "begins_at": "2026-11-24T08:00",
        "ends_at": "2026-11-25T08:00",
        "reason": "孩子开家长会",
    }
    return company.as_("wang").post("/leaves", data | changes)


def test_a_swap_exchanges_the_shifts_when_it_is_approved_and_not_before(company: Company) -> None:
    enter(company, WANG, LI)
    asked = swap(company).json()
    assert people(company) == [("王师傅", "13900000001"), ("李师傅", "13900000002")]
    assert company.as_("wang").post(f"/leaves/{asked['id']}/approve-leave").status_code == 403
    done = company.as_("chen").post(f"/leaves/{asked['id']}/approve-leave")
    assert done.status_code == 200, done.text
    assert people(company) == [("李师傅", "13900000002"), ("王师傅", "13900000001")]
    late = company.as_("wang").post(f"/leaves/{asked['id']}/cancel-leave")
    assert (late.status_code, late.json()["code"]) == (409, "shifts_exchanged")
    assert company.as_("li").post(
        f"/leaves/{asked['id']}/take-over-post", {"note": "无"}
    ).json()["code"] == "shifts_exchanged"  # fmt: skip


def test_a_swap_without_a_shift_or_into_two_at_once_is_refused(company: Company) -> None:
    assert swap(company).json()["errors"][0]["code"] == "nothing_to_swap"
    enter(company, WANG, shift("u-li", "23T20:00", "24T09:00", phone="13900000002"))
    asked = swap(company).json()
    answer = company.as_("chen").post(f"/leaves/{asked['id']}/approve-leave")
    assert (answer.status_code, answer.json()["code"]) == (409, "swap_overlaps")
    assert ("王师傅", "13900000001") in people(company)
    state = company.as_("chen").get(f"/leaves/{asked['id']}").json()["state"]
    assert state == "asked"


def test_a_closed_account_is_called_no_more_though_its_shift_stands(company: Company) -> None:
    enter(company, WANG, shift("u-li", "24T08:00", "24T20:00", phone="13900000002", turn=2))
    company.clock.advance(timedelta(hours=20))
    company.forget_all()
    called = [one["name"] for one in roster(company)["called"]]
    assert called == ["王师傅", "李师傅"]
    with company.parts.db.write() as session:
        set_active(session, "u-wang", active=False, now=company.clock.now())
    assert [one["name"] for one in roster(company)["called"]] == ["李师傅"]
    assert [one["name"] for one in company.as_("chen").get("/technicians").json()] == ["李师傅"]


def test_only_those_who_keep_the_roster_enter_it(sqlite_company: Company) -> None:
    assert enter(sqlite_company, WANG, login="wang").status_code == 403
    assert sqlite_company.as_("zhou").get("/roster").status_code == 403
