"""A hostile week of appointments: clocks, two tabs, and times that moved away."""

from __future__ import annotations

from datetime import timedelta

import httpx

from kit.ids import new_id
from tests.api.appointment_desk import (
    NINE,
    at_once,
    booked,
    field_faults,
    offer,
    own,
    places,
    wait_until,
)
from tests.api.company import Company, Person


def test_a_customer_moves_at_the_very_moment_the_crew_marks_arrival(company: Company) -> None:
    nine = f"{offer(company)}@2026-11-24"
    next_week = nine.replace("11-24", "12-01")
    made = booked(company, nine)
    path = own(company, made)
    send = f"/appointments/{made['id']}/send-technician"
    assert company.as_("chen").post(send, {"visited_by": "u-wang"}).is_success
    wait_until(company, NINE - timedelta(minutes=1))
    anyone, wang = company.anyone(), company.as_("wang")
    moved, arrived = at_once(
        lambda: anyone.post(f"{path}/move-appointment", {"arrangement": 1, "slot": next_week}),
        lambda: wang.post(f"/appointments/{made['id']}/arrive-as-agreed", {"arrangement": 1}),
    )
    assert [moved.is_success, arrived.is_success].count(True) == 1, (moved.text, arrived.text)
    seen = company.as_("chen").get(f"/appointments/{made['id']}").json()
    assert seen["state"] == ("confirmed" if moved.is_success else "arrived")
    assert (seen["arrived_at"] is None) is moved.is_success
    assert [day for day, _, _ in places(company)] == [seen["agreed"]["slot"].split("@")[1]]


def test_nobody_arrives_for_a_time_that_has_moved_away(company: Company) -> None:
    nine = f"{offer(company, capacity=2)}@2026-11-24"
    ten = f"{offer(company, begins='10:00')}@2026-11-24"
    made = booked(company, nine)
    path = f"/appointments/{made['id']}"
    customer = own(company, made)
    assert (
        company.anyone()
        .post(f"{customer}/move-appointment", {"arrangement": 1, "slot": ten})
        .is_success
    )
    wait_until(company, NINE)
    late = company.as_("chen").post(f"{path}/arrive-as-agreed", {"arrangement": 1})
    assert field_faults(late) == {"arrangement": "time_was_moved"}
    other_tab = company.anyone().post(
        f"{customer}/move-appointment", {"arrangement": 1, "slot": nine}
    )
    assert field_faults(other_tab)["arrangement"] == "time_was_moved"


def test_a_clock_that_is_set_back_waives_nothing_and_breaks_nothing(company: Company) -> None:
    slot = f"{offer(company)}@2026-11-24"
    made = booked(company, slot)
    path = f"/appointments/{made['id']}"
    wait_until(company, NINE)
    assert company.as_("chen").post(f"{path}/arrive-as-agreed", {"arrangement": 1}).is_success
    tried = {"attempts": [{"at": "2026-11-24T09:10", "number": "13800001234"}]}
    wait_until(company, NINE - timedelta(hours=3))
    faults = field_faults(company.as_("chen").post(f"{path}/record-no-show", tried))
    assert faults == {"attempts.0.at": "in_the_future", "waited": "not_waited"}
    wait_until(company, NINE + timedelta(minutes=30))
    done = company.as_("chen").post(f"{path}/record-no-show", tried)
    assert done.json()["state"] == "waived"
    assert company.as_("chen").get(f"{path}/events").json()["sound"]


def test_attempts_before_the_time_prove_no_absence(company: Company) -> None:
    made = booked(company, f"{offer(company)}@2026-11-24")
    path = f"/appointments/{made['id']}"
    wait_until(company, NINE - timedelta(minutes=20))
    assert company.as_("chen").post(f"{path}/arrive-as-agreed", {"arrangement": 1}).is_success
    wait_until(company, NINE + timedelta(minutes=31))
    early = {"attempts": [{"at": "2026-11-24T08:45", "number": "12"}]}
    faults = field_faults(company.as_("chen").post(f"{path}/record-no-show", early))
    assert faults == {"attempts.0.at": "before_the_time", "attempts.0.number": "not_a_phone"}


def test_a_link_opens_its_own_appointment_and_nothing_else(company: Company) -> None:
    slot = f"{offer(company, capacity=5)}@2026-11-24"
    one, other = booked(company, slot), booked(company, slot)
    mine, theirs = own(company, one), own(company, other)
    assert company.anyone().get(mine).json()["number"] == one["number"]
    stolen = mine.rpartition(".")[0].replace(one["id"], other["id"]) + "." + mine.split(".")[1]
    for path in (
        stolen,
        mine[:-1],
        theirs.replace("/own/appointments/", "/own/home-services/"),
        mine.replace("/own/appointments/", "/customer/"),
        f"/own/appointments/{new_id(company.clock.now())}",
    ):
        assert company.anyone().get(path).status_code == 404, path
    customer = company.anyone()
    assert customer.post(f"{mine}/send-technician", {"visited_by": "u-wang"}).status_code == 404
    assert customer.post(f"{mine}/cancel-appointment").json()["state"] == "cancelled"
    again = customer.post(f"{mine}/move-appointment", {"arrangement": 1, "slot": slot})
    assert again.json()["code"] == "not_in_this_state"
    assert customer.get(theirs).json()["state"] == "confirmed"


def test_staff_take_no_step_by_the_customers_link(company: Company) -> None:
    path = own(company, booked(company, f"{offer(company)}@2026-11-24"))
    refused = company.as_("wang").post(f"{path}/cancel-appointment")
    assert (refused.status_code, refused.json()["code"]) == (403, "link_on_company_device")
    assert company.anyone().get(path).json()["state"] == "confirmed"


def test_a_customer_can_not_move_a_time_that_has_come_but_the_office_can(company: Company) -> None:
    nine = f"{offer(company)}@2026-11-24"
    next_week = nine.replace("11-24", "12-01")
    made = booked(company, nine)
    wait_until(company, NINE)
    said = {"arrangement": 1, "slot": next_week, "reason": "用户要求"}
    customer = company.anyone().post(f"{own(company, made)}/move-appointment", said)
    assert field_faults(customer) == {"slot": "time_has_come"}
    office = company.as_("liu").post(f"/appointments/{made['id']}/move-appointment", said)
    assert office.json()["agreed"]["n"] == 2


def test_the_links_routes_are_asked_only_so_often(sqlite_company: Company) -> None:
    made = booked(sqlite_company, f"{offer(sqlite_company)}@2026-11-24")
    path, customer = own(sqlite_company, made), sqlite_company.anyone()
    codes = [customer.get(path).status_code for _ in range(121)]
    assert codes == [200] * 120 + [429]


def test_only_those_who_need_it_see_an_appointment(company: Company) -> None:
    made = booked(company, f"{offer(company)}@2026-11-24")
    path = f"/appointments/{made['id']}"

    def see(login: str) -> httpx.Response:
        person: Person = company.as_(login)
        return person.get(path)

    assert {login: see(login).status_code for login in ("wang", "chen", "zheng", "sun")} == {
        "wang": 404, "chen": 200, "zheng": 403, "sun": 403,
    }  # fmt: skip
    company.as_("chen").post(f"{path}/send-technician", {"visited_by": "u-wang"})
    assert see("wang").json()["phone"] == "13800001234"
    listed = {login: company.as_(login).get("/appointments").json()["total"] for login in
              ("wang", "li", "chen")}  # fmt: skip
    assert listed == {"wang": 1, "li": 0, "chen": 1}
