"""Logging in, staying in, and what keeps others from using it."""

import threading

import httpx
import pytest

from api.accounts.account_tables import LoginAttemptRow, SessionRow
from api.accounts.passwords import password_is
from api.accounts.users import add_user, find_user, list_users, set_active, set_password
from kit.actors import Post
from kit.errors import Conflict, Invalid
from tests.api.company import Company
from tests.company.papers import call
from tests.company.people import PASSWORD


def browser(company: Company) -> httpx.Client:
    return httpx.Client(base_url=company.url, timeout=30, trust_env=False)


def log_in(client: httpx.Client, login: str = "liu", password: str = PASSWORD) -> httpx.Response:
    return client.post("/api/v1/session", json={"login": login, "password": password})


def test_a_log_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(company: Company) -> None:
    with browser(company) as client:
        answer = log_in(client)
        assert answer.status_code == 201
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert client.get("/api/v1/me").json() == {
            "id": "u-liu",
            "name": "刘接待",
            "post": "receptionist",
        }


def test_the_database_holds_neither_the_token_nor_the_password(company: Company) -> None:
    with browser(company) as client:
        token = log_in(client).json()["token"]
    with company.parts.db.read() as session:
        kept = [row.token_hash for row in session.query(SessionRow)]
        hashes = list_users(session)
    assert token not in kept
    assert PASSWORD not in repr(hashes)


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(company: Company) -> None:
    with company.parts.db.write() as session:
        set_active(session, "u-li", active=False, now=company.clock.now())
    with browser(company) as client:
        answers = [
            log_in(client, "liu", "not the password"),
            log_in(client, "nobody", "not the password"),
            log_in(client, "li"),
            log_in(client, "liu", "x" * 300),
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_wrong_tries_cost_a_longer_and_longer_wait_even_with_the_right_password(
    company: Company,
) -> None:
    with browser(company) as client:
        for _ in range(5):
            assert log_in(client, password="wrong").status_code == 401
        refused = log_in(client)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_often")
        assert refused.headers["retry-after"] == "15"
        # Another person from the same office is not kept waiting.
        assert log_in(client, "ma").status_code == 201
        company.pass_minutes(0.3)
        assert log_in(client, password="wrong").status_code == 401
        assert log_in(client).headers["retry-after"] == "30"
        company.pass_minutes(0.6)
        assert log_in(client).status_code == 201
        # The right password has wiped the slate.
        assert log_in(client, password="wrong").status_code == 401
        assert log_in(client).status_code == 201


def test_a_password_typed_into_the_name_is_not_kept_in_plain(company: Company) -> None:
    with browser(company) as client:
        log_in(client, "my-secret-password", "x")
    with company.parts.db.read() as session:
        kept = [row.who for row in session.query(LoginAttemptRow)]
    assert len(kept) == 1
    assert "secret" not in kept[0]


def test_a_log_in_ends_after_idleness_and_at_its_longest(company: Company) -> None:
    with browser(company) as client:
        log_in(client)
        for _ in range(13):
            company.pass_minutes(700)  # just within 12 h, and used: it goes on
            assert client.get("/api/v1/me").status_code == 200
        company.pass_minutes(721)
        assert client.get("/api/v1/me").status_code == 401
        log_in(client)
        for _ in range(14):
            company.pass_minutes(719)
            last = client.get("/api/v1/me").status_code
        assert last == 200
        company.pass_minutes(60)
        assert client.get("/api/v1/me").status_code == 401  # a week has passed


def test_a_new_log_in_ends_the_one_before_and_log_out_ends_it_for_everybody(
    company: Company,
) -> None:
    with browser(company) as client:
        first = log_in(client).json()
        second = log_in(client).json()
        assert first["token"] != second["token"]
        old = httpx.get(
            f"{company.url}/api/v1/me",
            headers={"Authorization": f"Bearer {first['token']}"},
            trust_env=False,
        )
        assert old.status_code == 401
        out = client.delete("/api/v1/session", headers={"X-CSRF-Token": second["csrf_token"]})
        assert out.status_code == 204
        stolen = httpx.get(
            f"{company.url}/api/v1/me",
            cookies={"sanlai_session": second["token"]},
            trust_env=False,
        )
        assert stolen.status_code == 401


def test_a_closed_account_and_a_new_password_end_the_sessions(company: Company) -> None:
    with browser(company) as client:
        log_in(client)
        with company.parts.db.write() as session:
            set_password(session, "u-liu", "another-password", company.clock.now())
        assert client.get("/api/v1/me").status_code == 401
        assert log_in(client).status_code == 401
        assert log_in(client, password="another-password").status_code == 201
        with company.parts.db.write() as session:
            set_active(session, "u-liu", active=False, now=company.clock.now())
        assert client.get("/api/v1/me").status_code == 401


def test_a_command_by_cookie_needs_the_token_of_its_session(company: Company) -> None:
    with browser(company) as client, browser(company) as other:
        csrf = log_in(client).json()["csrf_token"]
        others = log_in(other, "ma").json()["csrf_token"]
        body, key = {"data": call()}, {"Idempotency-Key": "k"}
        for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": others}):
            answer = client.post("/api/v1/tickets", json=body, headers=key | wrong)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
        right = client.post("/api/v1/tickets", json=body, headers=key | {"X-CSRF-Token": csrf})
        assert right.status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_makes_the_browser_send_is_refused(
    sqlite_company: Company, headers: dict[str, str]
) -> None:
    with browser(sqlite_company) as client:
        right = {"login": "liu", "password": PASSWORD}
        answer = client.post("/api/v1/session", json=right, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
        csrf = log_in(client).json()["csrf_token"]
        given = {"Idempotency-Key": "k", "X-CSRF-Token": csrf} | headers
        answer = client.post("/api/v1/tickets", json={"data": call()}, headers=given)
        assert answer.status_code == 403


def test_a_form_carries_the_token_in_a_field(sqlite_company: Company) -> None:
    with browser(sqlite_company) as client:
        csrf = log_in(client).json()["csrf_token"]
        assert client.post("/logout", data={"csrf_token": "wrong"}).status_code == 403
        assert client.get("/api/v1/me").status_code == 200
        assert client.post("/logout", data={"csrf_token": csrf}).status_code == 303
        assert client.get("/api/v1/me").status_code == 401


def test_an_account_shows_every_fault_at_once_and_a_name_is_taken_once(company: Company) -> None:
    now = company.clock.now()
    with company.parts.db.write() as session:
        with pytest.raises(Invalid) as caught:
            add_user(session, "A B", " ", ["customer"], "short", now)
        assert {e.field for e in caught.value.errors} == {"login", "name", "posts", "password"}
        made = add_user(session, "New.One", "新人", [Post.TECHNICIAN], "long-enough", now)
        assert made.login == "new.one"
        with pytest.raises(Conflict):
            add_user(session, "NEW.ONE", "又一个", [Post.TECHNICIAN], "long-enough", now)
    with company.parts.db.read() as session:
        assert find_user(session, "new.one") == made


def test_tries_at_the_same_moment_are_all_counted(company: Company) -> None:
    found: list[int] = []

    def attempt() -> None:
        with browser(company) as client:
            found.append(log_in(client, password="wrong").status_code)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {401, 429}
    with browser(company) as client:
        assert log_in(client).status_code == 429


def test_no_hash_is_no_password() -> None:
    assert not password_is("anything", None)
    assert not password_is("anything", "not a hash")
