"""Shelving on the pages: one form, both languages, nothing typed is lost."""

from datetime import timedelta

import pytest

from kit.actors import Post
from telemetry.alarms.rule_store import remove_rule
from tests.web.clerks import Office, Page, text_of

SHELVE = "/alarms/alarm-1/shelve"
REASON = "更换压力传感器"


def until(office: Office, hours: float) -> str:
    at = office.clock.now() + timedelta(hours=hours)
    return at.astimezone(office.parts.settings.zone).strftime("%Y-%m-%dT%H:%M")


def form(office: Office, post: Post = Post.OPERATOR, **changes: str) -> dict[str, str]:
    key = office.key(post, SHELVE)
    return {"idempotency_key": key, "until": until(office, 2), "reason": REASON, **changes}


def shelve(office: Office) -> None:
    answer = office.send(Post.OPERATOR, SHELVE, form(office))
    assert (answer.status_code, answer.headers["location"]) == (303, "/alarms?said=shelved")


def test_an_operator_shelves_an_alarm_and_everybody_sees_who_until_when_and_why(
    office: Office,
) -> None:
    listed = Page(office.go(Post.OPERATOR, "/alarms").text)
    assert SHELVE in [link.get("href") for link in listed.all("a")]
    shelve(office)
    for post in (Post.OPERATOR, Post.INSPECTOR):
        page = text_of(office.go(post, "/alarms").text)
        for word in (REASON, "搁置至", "2026-11-23 16:05", "已搁置"):
            assert word in page
    assert "已搁置" in text_of(office.go(Post.OPERATOR, "/console").text)
    office.clock.advance(timedelta(hours=2))
    assert "已搁置" not in text_of(office.go(Post.OPERATOR, "/alarms").text)


def test_only_who_may_shelve_is_offered_it(office: Office) -> None:
    shelve(office)
    for post, offered in ((Post.TEAM_LEADER, True), (Post.INSPECTOR, False)):
        actions = [f.get("action") for f in Page(office.go(post, "/alarms").text).all("form")]
        assert ("/alarms/alarm-1/unshelve" in actions) is offered
    assert office.go(Post.INSPECTOR, SHELVE).status_code == 403


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"until": ""}, "until"),
        ({"until": "2026-11-23T14:05"}, "until"),
        ({"until": "2026-11-24T14:05"}, "until"),
        ({"until": "morgen"}, "until"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_fault_stands_beside_its_field_and_the_words_stay(
    office: Office, typed: dict[str, str], fault: str
) -> None:
    sent = form(office) | typed
    answer = office.send(Post.OPERATOR, SHELVE, sent)
    assert answer.status_code == 422
    page = Page(answer.text)
    (field,) = [one for one in page.all("input") if one.get("id") == f"shelve-{fault}"]
    assert field["aria-invalid"] == "true"
    assert {name: page.value_of(name) for name in ("until", "reason")} == {
        name: sent[name] for name in ("until", "reason")
    }
    assert page.value_of("idempotency_key") == sent["idempotency_key"]


def test_who_comes_second_is_told_who_was_first_and_keeps_the_words(office: Office) -> None:
    late = form(office, Post.TEAM_LEADER, reason="检修水泵")
    shelve(office)
    answer = office.send(Post.TEAM_LEADER, SHELVE, late)
    assert answer.status_code == 409
    assert Page(answer.text).value_of("reason") == "检修水泵"
    assert REASON in answer.text
    assert "已由" in answer.text


def test_pressing_twice_is_one_shelving_and_unshelving_is_on_record(office: Office) -> None:
    sent = form(office)
    for _ in range(2):
        assert office.send(Post.OPERATOR, SHELVE, sent).status_code == 303
    key = {"idempotency_key": "off"}
    for _ in range(2):
        answer = office.send(Post.MANAGER, "/alarms/alarm-1/unshelve", key)
        assert answer.headers["location"] == "/alarms?said=unshelved"
    page = office.go(Post.OPERATOR, SHELVE).text
    assert page.count(REASON) == 1
    assert "取消" in text_of(page)


def test_an_alarm_whose_rule_is_gone_can_not_be_shelved_and_the_words_are_shown(
    office: Office,
) -> None:
    sent = form(office)
    with office.parts.db.write() as session:
        remove_rule(session, "pump-01-pressure-low", office.clock.now())
    answer = office.send(Post.OPERATOR, SHELVE, sent)
    assert answer.status_code == 404
    assert REASON in answer.text
    assert "没有这条报警规则" in answer.text


def test_the_page_speaks_english_too(office: Office) -> None:
    office.go(Post.OPERATOR, "/language/en")
    page = text_of(office.go(Post.OPERATOR, SHELVE).text)
    for words in ("Shelve an alarm", "At most 12 hours ahead (R-33, ISA-18.2)", "Dongguan"):
        assert words in page
