"""The queue by JSON on each database: two who call the same number, midnight, forged input."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.api.company import Company

RECEPTIONIST, TECHNICIAN = "liu", "wang"


def join(company: Company, **said: Any) -> dict[str, Any]:
    answer = company.as_(RECEPTIONIST).post("/waiters", {"queue": "counter"} | said)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def line(company: Company, queue: str = "counter") -> dict[str, Any]:
    lines = company.as_(RECEPTIONIST).get("/queue").json()["lines"]
    return next(one for one in lines if one["queue"] == queue)


def test_two_call_the_same_number_and_the_second_is_told(company: Company) -> None:
    waiter = join(company)
    desks = [company.as_(RECEPTIONIST), type(company.anyone())(company.url)]
    desks[1].http.headers["Authorization"] = f"Bearer {company.token_of(RECEPTIONIST)}"
    start, answers = Barrier(2), []

    def call(n: int) -> None:
        start.wait()
        answers.append(desks[n].post(f"/waiters/{waiter['id']}/call-up", key=f"desk-{n}"))

    threads = [Thread(target=call, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desks[1].http.close()
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    late = next(answer.json() for answer in answers if answer.status_code == 409)
    assert late["code"] == "not_in_this_state"
    record = company.as_("chen").get(f"/waiters/{waiter['id']}/events").json()
    assert [event["command"] for event in record["events"]] == ["join_queue", "call_up"]
    assert record["sound"] is True


def test_pressing_twice_calls_nobody_twice(company: Company) -> None:
    first, second = join(company), join(company)
    for _ in range(2):
        told = company.as_(RECEPTIONIST).post(f"/waiters/{first['id']}/call-up", key="once")
        assert told.json()["state"] == "called"
    assert line(company)["next_id"] == second["id"]


def test_over_midnight_the_numbers_begin_anew_and_who_came_first_is_first(
    company: Company,
) -> None:
    company.clock.advance(timedelta(hours=9, minutes=53))  # 23:58
    late = [join(company)["number"] for _ in range(2)]
    company.pass_minutes(4)
    early = join(company)["number"]
    assert [*late, early] == ["PH20261123-0001", "PH20261123-0002", "PH20261124-0001"]
    seen = line(company)
    assert (seen["next_number"], seen["longest_wait_s"], seen["waiting"]) == (late[0], 240, 3)


def test_a_clock_set_back_makes_no_wait_below_zero(sqlite_company: Company) -> None:
    join(sqlite_company)
    sqlite_company.clock.set(sqlite_company.clock.now() - timedelta(hours=1))
    assert line(sqlite_company)["longest_wait_s"] == 0


def test_the_limits_are_shown_with_rule_source_and_quote(sqlite_company: Company) -> None:
    for _ in range(10):
        join(sqlite_company)
    sqlite_company.pass_minutes(10)
    assert line(sqlite_company)["open_another"] is False
    join(sqlite_company)
    sqlite_company.pass_minutes(1)
    shown = line(sqlite_company)["exceeded"]
    assert [(one["rule"], one["value"], one["unit"]) for one in shown] == [
        ("R-09", 10, "person"),
        ("R-09", 10, "min"),
    ]
    assert shown[0]["quote"] == "排队超过10人时,采取增设窗口等措施及时分流病人。"
    assert line(sqlite_company, "hotline")["open_another"] is False


def test_what_makes_no_sense_is_refused(company: Company) -> None:
    receptionist = company.as_(RECEPTIONIST)
    for said, field in (
        ({"queue": "roof"}, "queue"),
        ({}, "queue"),
        ({"queue": "counter", "vulnerable": "perhaps"}, "vulnerable"),
    ):
        answer = receptionist.post("/waiters", said)
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    waiter = join(company)
    for rings in (-1, 100, 2.5, "three", True):
        answer = receptionist.post(f"/waiters/{waiter['id']}/call-up", {"rings": rings})
        assert answer.status_code == 422, rings
    assert company.as_(TECHNICIAN).get("/queue").status_code == 403
    assert company.as_(TECHNICIAN).post("/waiters", {"queue": "counter"}).status_code == 403
    assert receptionist.post("/waiters/none/call-up").status_code == 404
    assert line(company)["waiting"] == 1


@pytest.mark.parametrize(("rings", "late"), [(None, False), (3, False), (4, True)])
def test_rings_are_on_record_only_if_they_are_told(
    sqlite_company: Company, rings: int | None, late: bool
) -> None:
    waiter = join(sqlite_company, queue="hotline")
    told = {} if rings is None else {"rings": rings}
    answer = sqlite_company.as_(RECEPTIONIST).post(f"/waiters/{waiter['id']}/call-up", told)
    assert (answer.json()["rings"], answer.json()["rang_too_long"]) == (rings, late)
