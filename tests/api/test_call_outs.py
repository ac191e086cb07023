"""Call-outs in a hostile week: two at once, a clock set back, no telephone, nobody on duty."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update

from api.compose.burst_calls import call_out_for_bursts
from api.compose.lives import desk_of
from dispatch.roster.call_outs import CALL_OUT_LIFE, call_the_next
from dispatch.roster.duty_tables import ShiftRow
from kit.clock import Clock
from tests.api.company import Company

PHONES = {"wang": "13900000001", "li": "13900000002", "chen": "13900000003"}
POSTS = {"wang": "technician", "li": "technician", "chen": "team_leader"}


def on_duty(company: Company, *logins: str) -> None:
    shifts = [
        {
            "person": f"u-{login}",
            "post": POSTS[login],
            "phone": PHONES[login],
            "begins_at": "2026-11-23T08:00",
            "ends_at": "2026-11-25T08:00",
            "turn": n,
        }
        for n, login in enumerate(logins, 1)
    ]
    answer = company.as_("ma").post("/roster/shifts", {"shifts": shifts})
    assert answer.status_code == 204, answer.text


def scan(company: Company) -> int:
    """Let the program call the next wherever that is due; return how many call-outs went on."""
    desk = desk_of(company.parts.lives, CALL_OUT_LIFE)
    clock: Clock = company.parts.clock
    return call_the_next(desk, clock.now())


def scan_bursts(company: Company) -> int:
    desk = desk_of(company.parts.lives, CALL_OUT_LIFE)
    return call_out_for_bursts(company.parts.desk, desk, company.parts.clock.now())


def call_out(company: Company) -> dict[str, Any]:
    ticket = company.log_call(job_type="burst")
    answer = company.as_("chen").post("/call-outs", {"ticket": ticket["id"], "reason": "跑水"})
    assert answer.status_code == 201, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


def seen(company: Company, begun: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = company.as_("chen").get(f"/call-outs/{begun['id']}").json()
    return found


def outcomes(company: Company, begun: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["person_name"], one["outcome"]) for one in seen(company, begun)["calls"]]


def test_of_two_who_accept_at_once_one_goes(company: Company) -> None:
    on_duty(company, "wang", "li")
    begun = call_out(company)
    company.pass_minutes(3)
    assert scan(company) == 1
    answers: list[httpx.Response] = []

    def accept(login: str) -> None:
        answers.append(company.as_(login).post(f"/call-outs/{begun['id']}/accept-call"))

    for login in ("wang", "li"):
        company.as_(login).get("/me")
    threads = [threading.Thread(target=accept, args=(login,)) for login in ("wang", "li")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert [came for _, came in outcomes(company, begun)].count("accepted") == 1


def test_a_step_is_taken_once_however_many_scanners_run(company: Company) -> None:
    on_duty(company, "wang", "li", "chen")
    begun = call_out(company)
    company.pass_minutes(3)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(scan(company))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 1
    assert outcomes(company, begun) == [("王师傅", "no_answer"), ("李师傅", "called")]


def test_a_clock_set_back_does_not_leave_anybody_waiting(company: Company) -> None:
    on_duty(company, "wang", "li", "chen")
    begun = call_out(company)
    company.clock.set(company.clock.now() - timedelta(hours=1))
    assert scan(company) == 1
    assert outcomes(company, begun)[-1] == ("李师傅", "called")
    assert scan(company) == 0
    company.pass_minutes(3)
    assert scan(company) == 1
    assert outcomes(company, begun)[-1] == ("陈队长", "called")


def test_a_clock_that_is_a_minute_off_changes_nothing(company: Company) -> None:
    on_duty(company, "wang", "li")
    begun = call_out(company)
    company.clock.set(company.clock.now() - timedelta(minutes=1))
    assert scan(company) == 0
    assert outcomes(company, begun) == [("王师傅", "called")]


def test_whoever_has_no_telephone_is_passed_over_and_that_is_no_refusal(company: Company) -> None:
    on_duty(company, "wang", "li")
    with company.parts.db.write() as session:
        session.execute(update(ShiftRow).where(ShiftRow.person_id == "u-wang").values(phone=""))
    begun = call_out(company)
    assert outcomes(company, begun) == [("王师傅", "not_reached"), ("李师傅", "called")]
    assert company.as_("wang").post(f"/call-outs/{begun['id']}/accept-call").status_code == 200


def test_with_nobody_on_duty_it_says_so_at_once_and_can_be_called_again(company: Company) -> None:
    begun = call_out(company)
    assert scan(company) == 1
    assert seen(company, begun)["state"] == "unanswered"
    on_duty(company, "li")
    again = company.as_("ma").post(f"/call-outs/{begun['id']}/call-again")
    assert [one["phone"] for one in again.json()["calls"]] == [PHONES["li"]]


def test_a_burst_is_called_out_for_once_and_a_leak_or_a_named_crew_is_not(company: Company) -> None:
    on_duty(company, "wang", "li")
    company.log_call()
    crewed = company.log_call(job_type="burst")
    company.log_call(job_type="burst")
    company.walk(crewed, "assign")
    company.pass_minutes(5)
    assert [scan_bursts(company), scan_bursts(company)] == [1, 0]
    rows = company.as_("liu").get("/call-outs").json()["rows"]
    assert [(one["opened_by"]["id"], one["rule"]) for one in rows] == [("system", "R-19")]
    assert company.as_("wang").get("/call-outs").json()["total"] == 1
    assert company.as_("li").get("/call-outs").json()["total"] == 0


def test_a_crew_that_was_named_meanwhile_ends_the_calling(company: Company) -> None:
    on_duty(company, "wang", "li")
    ticket = company.log_call(job_type="burst")
    begun = company.as_("chen").post("/call-outs", {"ticket": ticket["id"], "reason": "跑水"})
    company.walk(ticket, "assign")
    company.pass_minutes(2)
    assert scan(company) == 1
    assert seen(company, begun.json())["state"] == "stopped"
    late = company.as_("chen").post("/call-outs", {"ticket": ticket["id"], "reason": "跑水"})
    assert late.json()["errors"][0]["code"] == "no_such_ticket"
