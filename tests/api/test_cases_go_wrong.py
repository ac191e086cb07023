"""A hostile week for cases: receivers leave, two accept at once, clocks are set back (R-03)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.accounts.account_tables import UserRow
from api.compose.lives import desk_of
from dispatch.cases.cases import CASE_LIFE
from dispatch.cases.unowned import CaseDesk, follow_up_cases
from dispatch.clocks.course import DeadlineStatus
from tests.api.company import Company
from tests.company.ground import START
from tests.company.people import PEOPLE

ENQUIRY = {
    "channel": "visit",
    "about": "change_of_name",
    "name": "王小明",
    "phone": "13812345678",
    "content": "办过户",
    "kind": "promised",
}


def opened(company: Company, login: str = "liu", **changes: Any) -> dict[str, Any]:
    answer = company.as_(login).post("/cases", ENQUIRY | changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def did(company: Company, login: str, case: dict[str, Any], step: str, **data: Any) -> Any:
    path = f"/cases/{case['id']}/{step.replace('_', '-')}"
    answer = company.as_(login).post(path, data)
    assert answer.status_code == 200, answer.text
    return answer.json()


def seen(company: Company, case: dict[str, Any], login: str = "ma") -> dict[str, Any]:
    found: dict[str, Any] = company.as_(login).get(f"/cases/{case['id']}").json()
    return found


def steps_of(company: Company, case: dict[str, Any]) -> list[str]:
    history = company.as_("ma").get(f"/cases/{case['id']}/events").json()
    assert history["sound"], history["faults"]
    return [event["command"] for event in history["events"]]


def close_account(company: Company, login: str) -> None:
    with company.parts.db.write() as session:
        session.execute(update(UserRow).where(UserRow.login == login).values(active=False))


def desk(company: Company) -> CaseDesk:
    return desk_of(company.parts.lives, CASE_LIFE)


def test_a_receiver_who_has_left_gives_the_case_back_before_its_time(company: Company) -> None:
    case = opened(company)
    did(company, "liu", case, "hand_over_case", receiver="u-wang", reason="属维修业务")
    close_account(company, "wang")
    assert follow_up_cases(desk(company)) == 1
    assert follow_up_cases(desk(company)) == 0
    found = seen(company, case)
    assert found["owner"]["name"] == "刘接待"
    assert found["handover"]["outcome"] == "receiver_left"
    assert found["handovers_returned"] == 1


def test_a_case_whose_owner_has_left_falls_to_a_leader_by_post(company: Company) -> None:
    case = opened(company)
    did(company, "liu", case, "hand_over_case", receiver="u-wang", reason="属维修业务")
    close_account(company, "liu")
    close_account(company, "ma")
    assert follow_up_cases(desk(company)) == 1
    found = seen(company, case, "chen")
    assert (found["owner"]["name"], found["owner"]["post"]) == ("陈队长", "team_leader")
    assert found["first_contact"]["name"] == "刘接待"
    # What he had handed over still waits for its receiver.
    assert did(company, "wang", case, "accept_case")["owner"]["name"] == "王师傅"


def test_with_no_leader_left_a_case_keeps_the_owner_on_its_record(company: Company) -> None:
    case = opened(company)
    for login in ("liu", "ma", "chen", "zhao"):
        close_account(company, login)
    assert follow_up_cases(desk(company)) == 0
    with company.parts.db.read() as session:
        assert CASE_LIFE.book.load(session, case["id"]).owner.name == "刘接待"


def test_of_two_who_accept_at_once_one_owns_the_case_and_the_other_is_told(
    company: Company,
) -> None:
    case = opened(company)
    did(company, "liu", case, "hand_over_case", receiver_post="technician", reason="属维修业务")
    gate, codes = threading.Barrier(2), {}

    def accept(login: str) -> None:
        person = company.as_(login)
        gate.wait()
        codes[login] = person.post(f"/cases/{case['id']}/accept-case").status_code

    company.as_("wang"), company.as_("li")
    both = [threading.Thread(target=accept, args=(login,)) for login in ("wang", "li")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(codes.values()) == [200, 409]
    winner = next(login for login, code in codes.items() if code == 200)
    assert seen(company, case)["owner"]["id"] == PEOPLE[winner].id
    assert steps_of(company, case).count("accept_case") == 1


def test_two_schedulers_bring_a_case_back_once(company: Company) -> None:
    case = opened(company)
    did(company, "liu", case, "hand_over_case", receiver="u-wang", reason="属维修业务")
    company.pass_minutes(30)
    done: list[int] = []
    both = [
        threading.Thread(target=lambda: done.append(follow_up_cases(desk(company))))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(done) == [0, 1]
    assert steps_of(company, case).count("bring_back_case") == 1


def test_a_clock_that_is_set_back_loses_no_hand_over_and_no_pause(company: Company) -> None:
    case = opened(company)
    did(company, "liu", case, "hand_over_case", receiver="u-wang", reason="属维修业务")
    did(company, "liu", case, "notify_missing", more="原用户书面同意")
    company.clock.set(START - timedelta(hours=2))
    company.forget_all()
    assert follow_up_cases(desk(company)) == 0
    did(company, "liu", case, "take_supplement")
    found = seen(company, case)
    assert [(one["since"], one["until"]) for one in found["waits"]] == [
        (found["waits"][0]["since"],) * 2
    ]
    did(company, "liu", case, "answer_case", told="已办好", way="phone")
    assert seen(company, case)["handover"]["outcome"] == "overtaken"


def test_who_is_not_concerned_knows_nothing_and_who_passes_it_on_sees_no_person(
    company: Company,
) -> None:
    case = opened(company)
    assert company.as_("feng").get(f"/cases/{case['id']}").status_code == 404
    did(company, "liu", case, "hand_over_case", receiver="u-feng", reason="查材料")
    before = seen(company, case, "feng")
    assert (before["name"], before["phone"]) == ("王**", "138****5678")
    events = company.as_("feng").get(f"/cases/{case['id']}/events").json()["events"]
    assert events[0]["data"]["matter"]["name"] == "王**"
    assert events[0]["data"]["matter"]["phone"] == "138****5678"
    # The owner has to answer the customer.
    assert did(company, "feng", case, "accept_case")["phone"] == "13812345678"


def test_views_of_the_list_show_what_waits_for_whom(company: Company) -> None:
    mine, given = opened(company), opened(company)
    did(company, "liu", given, "hand_over_case", receiver="u-wang", reason="属维修业务")
    did(company, "liu", mine, "notify_missing", more="身份证")
    did(company, "liu", mine, "notify_missing", more="身份证\n房产证")

    def ids(login: str, **query: str) -> set[str]:
        return {row["id"] for row in company.as_(login).get("/cases", **query).json()["rows"]}

    both = {mine["id"], given["id"]}
    assert ids("liu", view="mine") == both
    assert ids("wang") == ids("wang", view="mine") == {given["id"]}
    assert ids("ma", view="mine") == set()
    assert ids("ma", view="unaccepted") == {given["id"]}
    assert ids("zhao", view="faulty") == {mine["id"]}
    assert company.as_("ma").get("/cases", view="everything").status_code == 422


def test_the_same_items_again_are_no_fault_and_blanks_are_no_notice(company: Company) -> None:
    case = opened(company)
    for more in ("", " \n \n", "\u200b"):
        answer = company.as_("liu").post(f"/cases/{case['id']}/notify-missing", {"more": more})
        assert answer.status_code == 422, more
    unknown = {"papers": [{"id": "horoscope"}]}
    assert (
        company.as_("liu").post(f"/cases/{case['id']}/notify-missing", unknown).status_code == 422
    )
    did(company, "liu", case, "notify_missing", papers=[{"id": "title"}], more="身份证\n身份证")
    did(company, "liu", case, "notify_missing", papers=[{"id": "title"}])
    found = seen(company, case)
    assert [len(one["papers"]) for one in found["notices"]] == [2, 1]
    assert found["notice_faults"] == 0


@pytest.mark.parametrize("channel", ["call", "letter", "visit"])
def test_a_ticket_from_outside_has_its_case_from_the_first_moment(
    company: Company, channel: str
) -> None:
    ticket = company.log_call(channel=channel)
    (row,) = company.as_("liu").get("/cases").json()["rows"]
    assert (row["ticket_id"], row["owner"]["name"]) == (ticket["id"], "刘接待")
    assert steps_of(company, row) == ["open_case"]
    # A repair has one type and one time limit, and its ticket has both.
    changed = company.as_("liu").post(
        f"/cases/{row['id']}/classify-case", {"kind": "promised", "reason": "复杂"}
    )
    assert (changed.status_code, changed.json()["code"]) == (409, "kind_on_ticket")
    assert row["close_by"] is None


def test_a_report_of_staff_and_a_refused_matter_open_no_case(company: Company) -> None:
    staff = company.as_("wang").post(
        "/tickets",
        {"channel": "staff", "place_id": "heping", "address": "和平路", "job_type": "leak",
         "content": "路面渗水"},
    )  # fmt: skip
    assert staff.status_code == 201, staff.text
    assert company.as_("liu").post("/tickets", {"channel": "call"}).status_code == 422
    assert company.as_("ma").get("/cases").json()["total"] == 0


def test_a_second_press_opens_no_second_case(company: Company) -> None:
    first = company.as_("liu").post("/cases", ENQUIRY, key="one-press")
    second = company.as_("liu").post("/cases", ENQUIRY, key="one-press")
    assert first.json()["id"] == second.json()["id"]
    assert company.as_("ma").get("/cases").json()["total"] == 1


def test_a_breach_stays_one_whatever_is_paused_or_classified_afterwards(company: Company) -> None:
    case = opened(company, kind="immediate")
    company.pass_minutes(24 * 60)
    company.forget_all()
    did(company, "liu", case, "notify_missing", more="身份证")
    did(company, "liu", case, "classify_case", kind="joint", units="抄收科", reason="须核对")
    company.pass_minutes(60)
    did(company, "liu", case, "take_supplement")
    did(company, "liu", case, "answer_case", told="已办好", way="phone")
    with company.parts.db.read() as session:
        kept = CASE_LIFE.book.load(session, case["id"])
    standing = kept.standing(company.clock.now())
    assert standing is not None
    assert standing.status is DeadlineStatus.MISSED
    assert len(standing.breaches) == 1
