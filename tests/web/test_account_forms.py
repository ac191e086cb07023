"""Forms of log-ins and accounts, as a browser sends them."""

from __future__ import annotations

import pytest

from api.accounts.held_posts import change_posts
from api.accounts.users import find_user
from kit.actors import Post
from tests.company.people import PASSWORD, holder_of
from tests.web.clerks import Office, Page

R = Post


def test_the_log_in_tells_no_one_which_half_was_wrong(office: Office) -> None:
    answers = [
        office.send(None, "/login", {"login": login, "password": "a-wrong-password"})
        for login in ("liu", "nobody-of-that-name")
    ]
    assert [a.status_code for a in answers] == [401, 401]
    assert all("登录名或密码不正确" in answer.text for answer in answers)
    assert Page(answers[0].text).value_of("login") == "liu"
    assert "a-wrong-password" not in answers[0].text


@pytest.mark.parametrize("back", ["", "//evil.example/", "https://evil.example/"])
def test_a_log_in_leads_to_the_posts_own_page(office: Office, back: str) -> None:
    form = {"login": "sun", "password": PASSWORD, "back": back}
    answer = office.send(None, "/login", form)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console"


def test_the_administrator_adds_an_account_with_all_faults_at_once(office: Office) -> None:
    wrong = office.send(
        R.ADMIN, "/users", {"login": "A B", "name": "", "post": "king", "password": "x"}
    )
    assert wrong.status_code == 422
    invalid = {a["name"] for a in Page(wrong.text).all("input", "select") if "aria-invalid" in a}
    assert invalid == {"login", "name", "post", "password"}
    right = {"login": "chen2", "name": "陈", "post": "operator", "password": PASSWORD}
    assert office.send(R.ADMIN, "/users", right).status_code == 303
    assert "陈" in office.go(R.ADMIN, "/users").text


def test_the_administrator_changes_posts_by_check_boxes(office: Office) -> None:
    form: dict[str, str | list[str]] = {
        "login": "two",
        "name": "双岗",
        "password": PASSWORD,
        "post": ["operator", "inspector"],
    }
    assert office.send(R.ADMIN, "/users", form).status_code == 303
    with office.parts.db.read() as session:
        made = find_user(session, "two")
    assert made is not None
    assert made.posts == (R.OPERATOR, R.INSPECTOR)
    path = f"/users/{made.id}/posts"
    sent: dict[str, str | list[str]] = {
        "were": "operator inspector",
        "post": ["inspector", "team_leader"],
    }
    assert office.send(R.ADMIN, path, sent).status_code == 303
    stale = office.send(R.ADMIN, path, sent)  # again from the page as it was
    assert stale.status_code == 422
    assert "岗位刚被他人修改" in stale.text
    none = office.send(R.ADMIN, path, {"were": "inspector team_leader"})
    assert none.status_code == 422
    assert "至少选择一个岗位" in none.text
    with office.parts.db.read() as session:
        changed = find_user(session, "two")
    assert changed is not None
    assert changed.posts == (R.INSPECTOR, R.TEAM_LEADER)


def test_the_page_of_a_refusal_offers_the_post_that_may(office: Office) -> None:
    with office.parts.db.write() as session:
        change_posts(session, holder_of(R.DIRECTOR).id, [R.DIRECTOR, R.ADMIN])
    refused = office.go(R.DIRECTOR, "/users")
    assert refused.status_code == 403
    assert "以“系统管理员”身份办理" in refused.text
    page = Page(refused.text)
    assert "/users" in [a["value"] for a in page.all("input") if a.get("name") == "back"]
    answer = office.send(R.DIRECTOR, "/acting-as", {"post": "admin", "back": "/users"})
    assert answer.headers["location"] == "/users"
    assert office.go(R.DIRECTOR, "/users").status_code == 200
