"""Shelving by JSON, over real HTTP: who may, what is answered, and what a program gets wrong."""

from datetime import timedelta
from typing import Any

import pytest

from telemetry.alarms.alarm_tables import AlarmRow
from telemetry.alarms.rule_store import remove_rule, save_rule
from telemetry.alarms.rules import AlarmKind, AlarmRule
from tests.api.company import Company

OPERATOR, LEADER, TECHNICIAN = "sun", "chen", "wang"
RULE = AlarmRule("low", "pump-01", AlarmKind.LOW, "pressure", limit=0.2)


@pytest.fixture
def raised(company: Company) -> Company:
    """Give a company with one open alarm, a1."""
    now = company.clock.now()
    with company.parts.db.write() as session:
        save_rule(session, RULE, now)
        session.add(AlarmRow(
            id="a1", station_id="pump-01", rule_id=RULE.id, metric="pressure", kind="low",
            severity="warning", needs_hands=False, value=0.15, limit=0.2, unit="MPa",
            occurrences=1, raised_at=now,
        ))  # fmt: skip
    return company


def order(company: Company, **changes: Any) -> dict[str, Any]:
    until = company.clock.now() + timedelta(hours=2)
    return {"until": until.isoformat(), "reason": "检修水泵", **changes}


def test_what_is_shelved_is_listed_until_its_time(raised: Company) -> None:
    operator = raised.as_(OPERATOR)
    made = operator.post("/alarms/a1/shelve", order(raised))
    assert made.status_code == 200, made.text
    (row,) = operator.get("/alarms/shelved").json()["rows"]
    assert row["shelving"] == made.json()
    assert row["alarm"] == operator.get("/alarms").json()["rows"][0]
    assert row["shelving"]["reason"] == "检修水泵"
    assert row["shelving"]["ended_at"] is None
    raised.pass_minutes(121)
    assert operator.get("/alarms/shelved").json() == {"rows": []}


def test_another_may_take_it_off_the_shelf(raised: Company) -> None:
    raised.as_(OPERATOR).post("/alarms/a1/shelve", order(raised))
    answer = raised.as_(LEADER).post("/alarms/a1/unshelve")
    assert (answer.status_code, answer.json()) == (200, {"rows": []})


def test_the_same_key_again_is_the_same_answer_and_another_is_too_late(raised: Company) -> None:
    operator, typed = raised.as_(OPERATOR), order(raised)
    first = operator.post("/alarms/a1/shelve", typed, key="once")
    assert operator.post("/alarms/a1/shelve", typed, key="once").json() == first.json()
    reused = operator.post("/alarms/a1/shelve", order(raised, reason="其他"), key="once")
    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency_key_reused")
    late = raised.as_(LEADER).post("/alarms/a1/shelve", typed)
    assert (late.status_code, late.json()["code"]) == (409, "already_shelved")


@pytest.mark.parametrize(
    "body",
    [
        {"until": None, "reason": None},
        {"until": 5, "reason": "x"},
        {"until": "2026-11-23T06:04:59Z", "reason": "x"},
        {"until": "2027-11-23T06:05Z", "reason": "x"},
        {"until": ["2026-11-23T07:05Z"], "reason": "x"},
        {"until": "2026-11-23T07:05Z", "reason": {"why": "x"}},
        {"until": "2026-11-23T07:05Z", "reason": "a\u202eb"},
        {},
    ],
)
def test_what_makes_no_sense_is_refused_with_its_fields(
    raised: Company, body: dict[str, Any]
) -> None:
    operator = raised.as_(OPERATOR)
    answer = operator.post("/alarms/a1/shelve", body)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} <= {"until", "reason"}
    assert operator.get("/alarms/shelved").json() == {"rows": []}


def test_what_is_not_there_and_what_is_not_ones_own_to_do(raised: Company) -> None:
    assert raised.as_(TECHNICIAN).post("/alarms/a1/shelve", order(raised)).status_code == 403
    assert raised.as_(TECHNICIAN).get("/alarms/shelved").status_code == 403
    assert raised.anyone().post("/alarms/a1/unshelve").status_code == 401
    operator = raised.as_(OPERATOR)
    assert operator.post("/alarms/none/shelve", order(raised)).status_code == 404
    assert operator.post("/alarms/none/unshelve").status_code == 404
    with raised.parts.db.write() as session:
        remove_rule(session, RULE.id, raised.clock.now())
    gone = operator.post("/alarms/a1/shelve", order(raised))
    assert (gone.status_code, gone.json()["code"]) == (404, "alarm_rule_not_found")
