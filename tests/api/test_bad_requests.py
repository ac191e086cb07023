"""Whatever is sent: a clear answer in one shape, never a fault of the program, nothing lost."""

import json
import logging

import httpx
import pytest
from fastapi import Depends

from api.access.guard import public
from api.access.shield import LARGEST_BODY, masked_path
from tests.api.company import Company
from tests.company.papers import call
from tests.company.people import PASSWORD
from tests.real_parts import wait_until

SHAPE = {"code", "message", "errors", "allowed"}


def send(company: Company, content: bytes | str, **headers: str) -> httpx.Response:
    given = {"Idempotency-Key": "k", "Content-Type": "application/json"} | headers
    return company.as_("liu").http.post("/api/v1/tickets", content=content, headers=given)


BAD_BODIES: list[str | bytes] = [
    "",
    "{",
    "[]",
    "null",
    '"text"',
    b"\xff\xfe",
    '{"data": []}',
    '{"data": null}',
    '{"data": {}, "where": 7}',
    '{"data": {}, "more": 1}',
    "[" * 100_000,
    '{"data": {"distance_km": NaN}}',
    '{"data": {"distance_km": 1e999, "zone": "city"}}',
    '{"data": {"distance_km": -Infinity, "zone": "city"}}',
    '{"data": {"distance_km": ' + "9" * 5000 + "}}",
    '{"data": {"name": "\\ud800"}}',
    '{"data": {"name": "a\\u0000b"}}',
    '{"data": {"name": {"a": [1]}, "phone": [], "content": 5, "received_at": {}}}',
    '{"data": {"received_at": "9999-12-31T23:59:59-23:00"}}',
    '{"data": {"received_at": "0001-01-01T00:00:00+14:00"}}',
    '{"data": {"place_id": "\\ud800", "station_id": "a\\u0000"}}',
    '{"data": {}, "where": {"lat": NaN, "lon": 5}}',
    '{"data": {}, "where": {"lat": 95, "lon": 500, "kind": "moon", "note": "\\ud800"}}',
]


def test_bad_json_gets_an_answer_in_the_one_shape(company: Company) -> None:
    for content in BAD_BODIES:
        answer = send(company, content)
        assert answer.status_code in (400, 422), content[:80]
        assert set(answer.json()) == SHAPE
    assert company.as_("liu").get("/tickets").json()["total"] == 0


def test_odd_text_is_kept_as_it_was_said(company: Company) -> None:
    said = "'); DROP TABLE ticket; -- 漏水 💧 <script>alert(1)</script> %s {} \\ \" 𠮷"
    ticket = company.log_call(content=said)
    assert company.as_("ma").get(f"/tickets/{ticket['id']}").json()["content"] == said
    found = company.as_("ma").get("/tickets", q="' OR 1=1 --")
    assert (found.status_code, found.json()["total"]) == (200, 0)
    assert company.as_("ma").get("/tickets", q="%").json()["total"] == 0
    assert company.as_("ma").get("/tickets", q="_").json()["total"] == 0


def test_a_huge_text_is_a_fault_of_its_field(company: Company) -> None:
    answer = company.as_("liu").post("/tickets", call(content="水" * 100_000))
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["content"]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_in_the_one_shape(
    sqlite_company: Company, chunked: bool
) -> None:
    body = json.dumps({"data": call(content="x" * LARGEST_BODY)}).encode()
    pieces = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
    answer = sqlite_company.as_("liu").http.post(
        "/api/v1/tickets",
        content=pieces if chunked else body,
        headers={"Idempotency-Key": "k", "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert set(answer.json()) == SHAPE


def test_who_sends_too_much_or_an_odd_address_by_a_page_gets_a_page_in_their_language(
    sqlite_company: Company,
) -> None:
    client = sqlite_company.anyone().http
    for answer, status, words in (
        (client.post("/intake", data={"content": "x" * LARGEST_BODY}), 413, "内容过大"),
        (client.get("/tickets/%00"), 400, "无法识别的请求"),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert 'lang="zh-Hans"' in answer.text
        assert words in answer.text


ODD_PATHS = [
    "/tickets/%00",
    "/tickets?q=%00",
    "/tickets/..%2f..%2fetc%2fpasswd",
    "/tickets/%ff%fe",
    "/tickets/" + "x" * 5000,
    "/customer/%ed%a0%80",
    "/stations/%27%20OR%201=1",
    "/no/such/place",
]


def test_an_odd_address_is_not_found_and_no_fault(company: Company) -> None:
    for path in ODD_PATHS:
        answer = company.as_("ma").http.get(f"/api/v1{path}")
        assert answer.status_code in (400, 404), path
        assert set(answer.json()) == SHAPE


@pytest.mark.parametrize("key", ["k" * 129, "a\tb", "\u00e9"])
def test_a_key_that_is_no_key_is_refused(sqlite_company: Company, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    answer = sqlite_company.as_("liu").http.post(
        "/api/v1/tickets", json={"data": call()}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_form")


def test_a_method_that_an_address_does_not_take_is_refused(sqlite_company: Company) -> None:
    answer = sqlite_company.as_("ma").http.put("/api/v1/me", json={})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_fault_of_the_program_tells_nothing_of_its_inside(
    sqlite_company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    @sqlite_company.app.get("/api/v1/broken", dependencies=[Depends(public)])
    def broken() -> None:
        raise RuntimeError("password of the database")

    answer = sqlite_company.anyone().get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "password" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_answer_carries_the_headers_that_protect_it(sqlite_company: Company) -> None:
    for path in ("/api/v1/me", "/login", "/health/live", "/no/such/page", "/t/guess"):
        answer = sqlite_company.anyone().http.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers["x-request-id"]) == 16
    assert sqlite_company.anyone().http.get("/t/x").headers["referrer-policy"] == "no-referrer"
    assert sqlite_company.anyone().http.get("/login").headers["referrer-policy"] == "same-origin"


def test_the_log_names_no_customer_no_link_and_no_search(
    sqlite_company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # The test's own client speaks freely; the server's own log of requests is off when it runs
    # (see api.operations.logs), and only pytest's capture listens to it here.
    for name in ("httpx", "httpcore", "python_multipart", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    token = sqlite_company.log_call()["customer_token"]
    sqlite_company.as_("ma").get("/tickets", q="王小明")
    sqlite_company.anyone().get(f"/customer/{token}")
    sqlite_company.anyone().http.get(f"/t/{token}")
    wait_until(lambda: "/api/v1/customer/***" in caplog.text, "the link's line is in the log")
    # An answer is on its way before its line is in the log.
    wait_until(lambda: "path=/t/***" in caplog.text, "the page's line is in the log")
    for secret in (token, "王小明", "13812345678"):
        assert secret not in caplog.text


def test_a_link_is_masked_wherever_it_stands_in_a_path() -> None:
    assert masked_path("/t/abc.def/customer_sign") == "/t/***/customer_sign"
    assert masked_path("/api/v1/live/customer/abc.def") == "/api/v1/live/customer/***"
    assert masked_path("/tickets/abc") == "/tickets/abc"


def test_a_form_or_a_log_in_with_nul_is_no_fault_of_the_program(company: Company) -> None:
    with httpx.Client(base_url=company.url, timeout=30, trust_env=False) as client:
        odd = {"login": "a\0b", "password": "x\0"}
        answers = [client.post("/api/v1/session", json=odd), client.post("/login", data=odd)]
        right = {"login": "liu", "password": PASSWORD}
        csrf = client.post("/api/v1/session", json=right).json()["csrf_token"]
        for field in ("place_id", "station_id", "name", "channel", "idempotency_key"):
            form = {"csrf_token": csrf, "idempotency_key": "k"} | call() | {field: "a\0b"}
            answer = client.post("/intake", data=form)
            assert answer.status_code == 422, field
            assert "13812345678" in answer.text, field  # what was typed is in the form again
            # What was wrong with the key does not come back with it.
            assert 'name="idempotency_key" value="a' not in answer.text
    assert [answer.status_code for answer in answers] == [401, 401]


def test_text_that_no_database_takes_is_a_fault_of_its_own_field(company: Company) -> None:
    for odd in ("a\0b", "\ud800"):
        wrong = dict.fromkeys(("name", "phone", "address", "content", "place_id"), odd)
        answer = send(company, json.dumps({"data": call(**wrong)}))
        found = {(e["field"], e["code"]) for e in answer.json()["errors"]}
        assert found == {(field, "control_characters") for field in wrong}
    assert company.as_("liu").get("/tickets").json()["total"] == 0


def test_a_time_at_the_end_of_the_calendar_is_refused(company: Company) -> None:
    for odd in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "0001-01-01T00:00"):
        board = company.as_("ma").get("/tickets", received_from=odd, received_until=odd)
        trend = company.as_("ma").get("/stations/pump-01/series", metric="pressure", end=odd)
        assert [board.status_code, trend.status_code] == [422, 422]
        assert board.json()["errors"][0]["code"] == "not_a_time"


def test_a_language_or_a_log_in_leads_back_to_a_chinese_address_and_to_no_other_site(
    sqlite_company: Company,
) -> None:
    client = sqlite_company.anyone().http
    for back, to in (
        ("/\u4efb\u52a1?q=\u738b&a=%20", "/%E4%BB%BB%E5%8A%A1?q=%E7%8E%8B&a=%20"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/a\r\nSet-Cookie: b", "/"),
    ):
        answer = client.get("/language/en", params={"back": back})
        assert (answer.status_code, answer.headers["location"]) == (303, to)
