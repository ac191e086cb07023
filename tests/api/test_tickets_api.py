"""The JSON API of tickets: who may, in what order, once, and what each sees."""

import threading

import httpx

from api.accounts.users import set_active
from kit.refusals import refused_attempts
from tests.api.company import Company
from tests.company.papers import FINISHED, SIGNED, STROKES, call
from tests.company.people import PEOPLE


def codes(answer: httpx.Response) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in answer.json()["errors"]}


def test_the_promise_is_told_with_its_reason_before_anything_is_logged(company: Company) -> None:
    told = company.as_("liu").get("/promise", place_id="heping", received_at="2026-11-23T14:05")
    assert told.status_code == 200
    promise = told.json()
    assert promise["due_at"] == "2026-11-23T06:37:00Z"
    assert (promise["km"], promise["minutes"], promise["rule"]) == (3.2, 32.0, "R-11")
    assert promise["office_name"] == "中心服务处"  # none is entered: the one of the settings
    assert "10分钟" in promise["quote"]
    assert company.as_("liu").get("/tickets").json()["total"] == 0


def test_an_intake_shows_every_fault_at_once(company: Company) -> None:
    answer = company.as_("liu").post(
        "/tickets", call(phone="12", name="  ", content="", received_at="yesterday", place_id="x")
    )
    assert answer.status_code == 422
    assert {"phone", "name", "content", "received_at", "place_id"} <= {
        field for field, _ in codes(answer)
    }


def test_a_ticket_goes_from_the_call_to_the_archive(company: Company) -> None:
    archived = company.walk(company.log_call(), "archive")
    assert archived["state"] == "archived"
    history = company.as_("zhao").get(f"/tickets/{archived['id']}/events").json()
    assert history["sound"]
    assert [event["n"] for event in history["events"]] == list(range(1, 15))
    assert company.as_("zhou").get("/archive/verify").json() == {"sound": True, "faults": []}


def test_a_step_out_of_order_gets_409_with_what_is_allowed_now(company: Company) -> None:
    ticket = company.walk(company.log_call(), "assign")
    answer = company.as_("wang").step(ticket, "arrive")
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_in_this_state"
    assert answer.json()["allowed"][0] == "depart"
    assert "arrive" not in answer.json()["allowed"]


def test_a_step_of_somebody_else_is_refused_and_recorded(company: Company) -> None:
    ticket = company.log_call()
    for login in PEOPLE:
        if login not in ("ma", "wang", "li"):
            answer = company.as_(login).step(ticket, "issue")
            assert (login, answer.status_code) == (login, 403)
    with company.parts.db.read() as session:
        who = {refused.actor.id for refused in refused_attempts(session, ticket["id"])}
        kept_out = {refused.actor.id for refused in refused_attempts(session)} - who
    reading = {"u-zheng", "u-feng", "u-wei"}
    assert who == {"u-liu", "u-chen", "u-zhao", "u-sun", "u-zhou"} | reading
    assert kept_out == {"u-wu", "u-chu"}  # they see no tickets at all


def test_naming_somebody_unknown_does_not_hide_who_may_not_name(company: Company) -> None:
    ticket = company.log_call()
    for login, status in (("liu", 403), ("chen", 409), ("li", 404)):
        answer = company.as_(login).step(ticket, "assign", technicians=[{"id": "nobody"}])
        assert (login, answer.status_code) == (login, status)
    with company.parts.db.read() as session:
        assert {one.actor.id for one in refused_attempts(session, ticket["id"])} == {
            "u-liu",
            "u-chen",
            "u-li",
        }


def test_a_technician_does_not_learn_of_anothers_job_and_the_try_is_recorded(
    company: Company,
) -> None:
    ticket = company.walk(company.log_call(), "assign")
    li = company.as_("li")
    assert li.get(f"/tickets/{ticket['id']}").status_code == 404
    assert li.get(f"/tickets/{ticket['id']}/events").status_code == 404
    assert li.get(f"/tickets/{ticket['id']}/allowed").status_code == 404
    answer = li.step(ticket, "depart")
    unknown = li.post("/tickets/00000000000000000000000000/depart")
    assert (answer.status_code, answer.json()["code"]) == (404, unknown.json()["code"])
    assert li.get("/tickets").json()["total"] == 0
    with company.parts.db.read() as session:
        assert [one.actor.id for one in refused_attempts(session, ticket["id"])] == ["u-li"]


def test_a_repeat_with_the_same_key_has_one_effect(company: Company) -> None:
    liu = company.as_("liu")
    first, second = (liu.post("/tickets", call(), key="same") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert liu.get("/tickets").json()["total"] == 1
    ma = company.as_("ma")
    issued, again = (
        ma.post(f"/tickets/{first.json()['id']}/issue", key="issue-it") for _ in range(2)
    )
    assert (issued.status_code, again.status_code) == (200, 200)
    assert again.json()["version"] == 2


def test_the_same_key_for_something_else_is_a_conflict(company: Company) -> None:
    liu = company.as_("liu")
    liu.post("/tickets", call(), key="same")
    answer = liu.post("/tickets", call(content="另一件事"), key="same")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_a_key_sent_many_times_at_once_makes_one_ticket(company: Company) -> None:
    found: list[int] = []
    token = company.as_("liu").http.headers["Authorization"]

    def send() -> None:
        answer = httpx.post(
            f"{company.url}/api/v1/tickets",
            json={"data": call()},
            headers={"Authorization": token, "Idempotency-Key": "at-once"},
            timeout=30,
            trust_env=False,
        )
        found.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [201] * 8
    assert company.as_("liu").get("/tickets").json()["total"] == 1


def test_a_command_without_a_key_says_what_to_do(company: Company) -> None:
    answer = company.as_("liu").http.post("/api/v1/tickets", json={"data": call()})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert "Idempotency-Key" in answer.json()["message"]


def test_only_active_technicians_can_be_named(company: Company) -> None:
    ticket = company.walk(company.log_call(), "issue")
    with company.parts.db.write() as session:
        set_active(session, "u-li", active=False, now=company.clock.now())
    strangers: list[object] = ["u-li", "u-ma", "nobody", 7, None]
    for wrong in strangers:
        answer = company.as_("chen").step(
            ticket, "assign", technicians=[{"id": "u-wang"}, {"id": wrong}]
        )
        assert answer.status_code == 422
        code = "required" if wrong is None else "not_text" if wrong == 7 else "unknown_technician"
        assert codes(answer) == {("technicians.1.id", code)}
    no_lists: list[object] = ["u-wang", {}, 5, [], None]
    for wrong in no_lists:
        assert company.as_("chen").step(ticket, "assign", technicians=wrong).status_code == 422
    named = company.as_("chen").step(
        ticket, "assign", technicians=[{"id": "u-wang", "name": "somebody else"}]
    )
    assert named.json()["technicians"] == [{"id": "u-wang", "name": "王师傅"}]


def test_name_and_phone_are_masked_for_who_does_not_need_them(company: Company) -> None:
    ticket = company.walk(company.log_call(), "customer_sign")
    for login in ("sun", "zhou"):
        shown = company.as_(login).get(f"/tickets/{ticket['id']}")
        events = company.as_(login).get(f"/tickets/{ticket['id']}/events")
        rows = company.as_(login).get("/tickets")
        for answer in (shown, events, rows):
            assert answer.status_code == 200
            assert "王小明" not in answer.text
            assert "13812345678" not in answer.text
        assert company.as_(login).get("/tickets", q="王小明").json()["total"] == 0
        assert "customer_token" not in {k for k, v in shown.json().items() if v}
    assert company.as_("wang").get(f"/tickets/{ticket['id']}").json()["phone"] == "13812345678"


def test_who_reported_what_is_not_theirs_to_follow_hears_no_more_of_it_by_repeating(
    company: Company,
) -> None:
    report = call(channel="staff", facility="customer")
    first, *_ = answers = [company.as_("li").post("/tickets", report, key="seen")]
    assert (first.status_code, first.json()["phone"]) == (201, "13812345678")
    company.walk(first.json(), "customer_sign")
    answers.append(company.as_("li").post("/tickets", report, key="seen"))
    assert [answer.json() for answer in answers] == [first.json()] * 2
    assert company.as_("li").get(f"/tickets/{first.json()['id']}").status_code == 404


def test_the_customer_consents_and_signs_by_their_link(company: Company) -> None:
    logged = company.log_call()
    token = logged["customer_token"]
    customer = company.anyone()
    company.walk(logged, "quote_fee")
    seen = customer.get(f"/customer/{token}").json()
    assert (seen["name"], seen["fee_total_fen"], seen["quote_n"]) == ("王**", 3500, 1)
    assert seen["allowed"] == ["consent", "decline", "customer_defers"]
    assert "13812345678" not in customer.get(f"/customer/{token}").text
    assert customer.post(f"/customer/{token}/consent", {"quote": 1, **SIGNED}).json()["fee_agreed"]
    for command, data in (
        ("start_work", {}),
        ("report_flow_test", {"passed": True, "pressure_mpa": 0.3}),
        ("finish_work", FINISHED),
    ):
        assert company.as_("wang").step(logged, command, **data).status_code == 200
    signed = customer.post(
        f"/customer/{token}/customer-sign",
        {
            "completed_at": company.clock.now().isoformat(),
            "opinion": "好",
            "satisfied": True,
            "strokes": STROKES,
        },
    )
    assert (signed.status_code, signed.json()["state"]) == (200, "customer_signed")


def test_a_link_opens_only_its_own_ticket_and_only_the_customers_steps(company: Company) -> None:
    first, second = company.log_call(), company.log_call(name="李四")
    customer = company.anyone()
    mac = first["customer_token"].split(".")[1]
    for wrong in (f"{second['id']}.{mac}", first["customer_token"][:-1], first["id"], "x" * 300):
        assert customer.get(f"/customer/{wrong}").status_code == 404
        assert customer.post(f"/customer/{wrong}/consent", {"quote": 1}).status_code == 404
    assert customer.post(f"/customer/{first['customer_token']}/issue").status_code == 404


def test_a_link_can_be_asked_for_only_so_often(sqlite_company: Company) -> None:
    customer = sqlite_company.anyone()
    answers = [customer.get("/customer/guess").status_code for _ in range(121)]
    assert answers == [404] * 120 + [429]
    refused = customer.get("/customer/guess")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    sqlite_company.pass_minutes(2)
    assert customer.get("/customer/guess").status_code == 404


def test_the_board_filters_sorts_and_pages(company: Company) -> None:
    for place in range(5):
        company.pass_minutes(1)
        company.log_call(address=f"和平小区{place}号", job_type="burst" if place == 3 else "leak")
    board = company.as_("chen")
    first = board.get("/tickets", page_size=2)
    assert first.json()["total"] == 5
    assert "3号" in first.json()["rows"][0]["address"]  # a burst goes first
    assert board.get("/tickets", job_type="burst").json()["total"] == 1
    assert board.get("/tickets", q="小区4号").json()["total"] == 1
    assert board.get("/tickets", state=["issued", "assigned"]).json()["total"] == 0
    assert board.get("/tickets", overdue=True).json()["total"] == 0
    company.pass_minutes(60)
    assert board.get("/tickets", overdue=True).json()["total"] == 5
    ids = [
        row["id"]
        for page in (1, 2, 3)
        for row in board.get("/tickets", page=page, page_size=2).json()["rows"]
    ]
    assert len(set(ids)) == 5


def test_absurd_filters_are_refused_with_every_fault(sqlite_company: Company) -> None:
    answer = sqlite_company.as_("chen").get(
        "/tickets", page=0, page_size=100000, state="flying", sort="mood", q="x" * 5000
    )
    assert answer.status_code == 422
    assert {field for field, _ in codes(answer)} == {"page", "page_size", "state.0", "sort", "q"}
