"""Persons hold posts: as which they act, and how a post that is taken away ends at once."""

import threading
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from api.access.guard import COOKIE
from api.access.sessions import csrf_of
from api.accounts.account_tables import SessionRow
from api.accounts.held_posts import change_posts, give_posts, posts_of
from api.accounts.users import add_user, set_active, who_may
from kit.actors import Post
from kit.errors import Conflict, Invalid
from tests.api.company import Company, Person
from tests.company.people import PASSWORD

L, D, A, T = Post.TEAM_LEADER, Post.DIRECTOR, Post.ADMIN, Post.TECHNICIAN


@pytest.fixture
def both(company: Company) -> Company:
    """Give a company whose team leader is the division director as well."""
    with company.parts.db.write() as session:
        give_posts(session, "u-chen", [L, D])
    return company


@pytest.fixture
def browser(both: Company) -> Iterator[httpx.Client]:
    """Give the browser of the one who holds both posts."""
    with httpx.Client(base_url=both.url, timeout=30, trust_env=False) as client:
        login = {"login": "chen", "password": PASSWORD}
        assert client.post("/login", data=login).status_code == 303
        yield client


def form_of(client: httpx.Client, post: Post) -> dict[str, str]:
    """Return what every form of a page carries that was drawn for this post."""
    return {"csrf_token": csrf_of(client.cookies[COOKIE], post)}


def post_of(client: httpx.Client) -> str:
    return str(client.get("/api/v1/me").json()["post"])


def change(company: Company, login: str, *posts: Post) -> None:
    with company.parts.db.write() as session:
        change_posts(session, f"u-{login}", posts)


def test_a_log_in_begins_at_the_first_post_and_tells_all(both: Company) -> None:
    opened = both.anyone().http.post(
        "/api/v1/session", json={"login": "chen", "password": PASSWORD}
    ).json()  # fmt: skip
    assert (opened["user"]["post"], opened["posts"]) == ("team_leader", ["team_leader", "director"])


def test_the_header_acts_as_another_post_for_one_request(both: Company) -> None:
    chen = both.as_("chen").http
    assert chen.get("/api/v1/me", headers={"Acting-As": "director"}).json()["post"] == "director"
    assert chen.get("/api/v1/me").json()["post"] == "team_leader"


@pytest.mark.parametrize("named", ["admin", "customer", "system", "", "维修", "x" * 500])
def test_a_post_that_is_not_held_is_refused_with_the_ones_that_are(
    both: Company, named: str
) -> None:
    answer = both.as_("chen").http.get("/api/v1/me", headers={b"Acting-As": named.encode()})
    assert (answer.status_code, answer.json()["code"]) == (403, "post_not_held")
    assert "team_leader, director" in answer.json()["message"]
    assert len(answer.text) < 400


def test_an_attempt_to_act_as_a_post_that_is_not_held_is_recorded(
    both: Company, browser: httpx.Client
) -> None:
    both.as_("ma").http.get("/api/v1/me", headers={"Acting-As": "admin"})
    browser.post("/acting-as", data=form_of(browser, L) | {"post": "admin"})
    with both.parts.db.read() as session:
        rows = session.execute(text("SELECT actor_id, command, code FROM refusal ORDER BY id"))
        found = [tuple(row) for row in rows]
    assert found == [
        ("u-ma", "acting_as", "post_not_held"),
        ("u-chen", "acting_as", "post_not_held"),
    ]


def test_a_refusal_says_which_of_the_posts_held_may(both: Company) -> None:
    ticket = both.walk(both.log_call(), "leader_sign")
    answer = both.as_("chen").step(ticket, "director_sign")
    assert answer.status_code == 403
    assert "switch to director" in answer.json()["message"]
    # Another post that may not either is no advice.
    assert "switch" not in both.as_("chen").step(ticket, "archive").json()["message"]


def test_one_person_signs_at_both_posts_and_the_record_shows_which(both: Company) -> None:
    ticket = both.walk(both.log_call(), "leader_sign")
    chen = both.as_("chen")
    path = f"/api/v1/tickets/{ticket['id']}/director-sign"
    headers = {"Acting-As": "director", "Idempotency-Key": "director-signs"}
    assert chen.http.post(path, json={"data": {}}, headers=headers).status_code == 200
    events = chen.get(f"/tickets/{ticket['id']}/events").json()["events"]
    signed = [(e["command"], e["actor"]["name"], e["actor"]["post"]) for e in events[-2:]]
    assert signed == [
        ("leader_sign", "陈队长", "team_leader"),
        ("director_sign", "陈队长", "director"),
    ]


def test_every_page_has_the_switch_for_who_holds_several(browser: httpx.Client) -> None:
    assert 'action="/acting-as"' in browser.get("/tickets").text
    switch = form_of(browser, L) | {"post": "director"}
    assert browser.post("/acting-as", data=switch).headers["location"] == "/"
    assert post_of(browser) == "director"
    assert "维修处长</option>" in browser.get("/tickets").text


def test_who_holds_one_post_has_no_switch(both: Company) -> None:
    assert 'action="/acting-as"' not in both.as_("ma").http.get("/tickets").text


def test_a_post_that_is_not_held_cannot_be_switched_to(browser: httpx.Client) -> None:
    for wrong in ("admin", "customer", ""):
        switch = form_of(browser, L) | {"post": wrong}
        assert browser.post("/acting-as", data=switch).status_code == 403
    assert post_of(browser) == "team_leader"


def test_a_form_acts_as_the_post_that_its_page_was_drawn_for(
    both: Company, browser: httpx.Client
) -> None:
    ticket = both.walk(both.log_call(), "customer_sign")
    leaders_page = form_of(browser, L) | {"idempotency_key": "in-the-other-tab"}
    browser.post("/acting-as", data=form_of(browser, L) | {"post": "director"})
    answer = browser.post(f"/tickets/{ticket['id']}/leader_sign", data=leaders_page)
    assert answer.headers["location"].endswith("said=done")
    assert both.as_("chen").get(f"/tickets/{ticket['id']}").json()["state"] == "leader_signed"
    # The page that follows is that of the post which has just acted.
    assert post_of(browser) == "team_leader"


def test_a_region_drawn_anew_stays_at_the_post_of_its_page(browser: httpx.Client) -> None:
    browser.post("/acting-as", data=form_of(browser, L) | {"post": "director"})
    html = browser.get("/tickets", headers={"Acting-As": "team_leader"}).text
    assert 'data-post="team_leader"' in html
    assert csrf_of(browser.cookies[COOKIE], L) in html
    assert post_of(browser) == "director"


def test_a_page_of_a_post_taken_away_is_refused_with_its_reason(
    both: Company, browser: httpx.Client
) -> None:
    ticket = both.walk(both.log_call(), "leader_sign")
    directors_page = form_of(browser, D) | {"idempotency_key": "too-late"}
    change(both, "chen", L)
    answer = browser.post(f"/tickets/{ticket['id']}/director_sign", data=directors_page)
    assert answer.status_code == 403
    assert "post_not_held" in answer.text
    assert both.as_("ma").get(f"/tickets/{ticket['id']}").json()["state"] == "leader_signed"


def test_log_ins_end_that_act_as_a_post_taken_away_and_no_others(
    both: Company, browser: httpx.Client
) -> None:
    leader = both.as_("chen")
    browser.post("/acting-as", data=form_of(browser, L) | {"post": "director"})
    change(both, "chen", L)
    assert browser.get("/api/v1/me").status_code == 401
    assert leader.get("/me").json()["post"] == "team_leader"
    assert leader.http.get("/api/v1/me", headers={"Acting-As": "director"}).status_code == 403


def test_a_log_in_at_a_post_that_is_no_longer_held_is_none(both: Company) -> None:
    chen = both.as_("chen")
    with both.parts.db.write() as session:  # as if the log-in had begun while the post was taken
        give_posts(session, "u-chen", [D])
    assert chen.get("/me").status_code == 401


def test_closing_an_account_ends_its_power_at_every_post(both: Company) -> None:
    chen = both.as_("chen")
    with both.parts.db.write() as session:
        set_active(session, "u-chen", active=False, now=both.clock.now())
    for post in (L, D):
        answer = chen.http.get("/api/v1/me", headers={"Acting-As": post})
        assert answer.status_code == 401
    with both.parts.db.read() as session:
        assert session.query(SessionRow).filter_by(user_id="u-chen").count() == 0


def test_a_post_given_is_in_force_at_once(both: Company) -> None:
    sun = both.as_("sun")
    assert sun.http.get("/users").status_code == 403
    change(both, "sun", Post.OPERATOR, A)
    assert sun.http.get("/users", headers={"Acting-As": "admin"}).status_code == 200


def test_the_last_administrator_stays_one(company: Company) -> None:
    with company.parts.db.write() as session, pytest.raises(Conflict, match="nobody else"):
        change_posts(session, "u-zhou", [T])
    with company.parts.db.write() as session, pytest.raises(Conflict, match="nobody else"):
        set_active(session, "u-zhou", active=False, now=company.clock.now())
    change(company, "sun", Post.OPERATOR, A)
    change(company, "zhou", T)
    with company.parts.db.read() as session:
        assert posts_of(session, "u-zhou") == (T,)


def test_a_closed_administrator_does_not_count(company: Company) -> None:
    with company.parts.db.write() as session:
        other = add_user(session, "second", "乙", [A], PASSWORD, company.clock.now())
        set_active(session, other.id, active=False, now=company.clock.now())
    with company.parts.db.write() as session, pytest.raises(Conflict, match="nobody else"):
        change_posts(session, "u-zhou", [T])


def test_of_two_administrators_who_remove_one_another_one_stays(company: Company) -> None:
    change(company, "sun", Post.OPERATOR, A)
    barrier, refused = threading.Barrier(2), []

    def remove(login: str, left: Post) -> None:
        barrier.wait()
        try:
            change(company, login, left)
        except Conflict as conflict:
            refused.append(conflict.code)

    threads = [
        threading.Thread(target=remove, args=args) for args in (("zhou", T), ("sun", Post.OPERATOR))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_manager"]
    with company.parts.db.read() as session:
        assert len(who_may(session, "accounts.manage")) == 1


def test_an_account_holds_at_least_one_post_and_only_posts_of_staff(company: Company) -> None:
    for wrong in ([], ["customer"], ["system"], ["king", T]):
        with company.parts.db.write() as session, pytest.raises(Invalid):
            change_posts(session, "u-wang", wrong)


def test_a_change_made_on_an_old_page_is_refused(company: Company) -> None:
    change(company, "wang", T, L)
    with company.parts.db.write() as session, pytest.raises(Conflict, match="somebody else"):
        change_posts(session, "u-wang", [T, D], were=[T])


def test_a_technician_who_leads_as_well_sees_all_only_as_the_leader(company: Company) -> None:
    change(company, "wang", T, L)
    ticket = company.log_call()
    wang: Person = company.as_("wang")
    path = f"/api/v1/tickets/{ticket['id']}"
    assert wang.http.get(path).status_code == 404
    assert wang.http.get(path, headers={"Acting-As": "team_leader"}).status_code == 200
