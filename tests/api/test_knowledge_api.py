"""The knowledge base by JSON on each database: found by any part, never overwritten, judged."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.api.company import Company

RECEPTIONIST, MANAGER, TECHNICIAN, LEADER = "liu", "ma", "wang", "chen"
FEE = {
    "kind": "fees",
    "title": "更换水龙头怎么收费",
    "body": "材料按清单计价,人工另计。\n施工前出示收费标准,用户签字同意后动工。",
    "source": "003 篇5 七",
    "since": "2026-01-01",
}
SCRIPT = "<script>alert('水')</script>"


def write(company: Company, **changes: Any) -> str:
    answer = company.as_(RECEPTIONIST).post("/knowledge", FEE | changes)
    assert answer.status_code == 201, answer.text
    entry_id: str = answer.json()["entry_id"]
    return entry_id


def titles(company: Company, q: str, **more: str) -> list[str]:
    answer = company.as_(TECHNICIAN).get("/knowledge", q=q, **more)
    assert answer.status_code == 200, answer.text
    return [row["version"]["title"] for row in answer.json()["rows"]]


FIND_THE_FEE = (
    *("水龙头", "龙头怎么", "签字同意", "收费 动工", "GHSLT", "ghsl", "水龙头 收费标准"),
    *("同意后动", "龙头怎么收", "水龙头怎么收费"),
)
FIND_THE_STOP = ("停水", "24小时", "24小时", "tszm", "%_", "🚰💧", "水 停水怎么")
FIND_NOTHING = (
    *("", "水", "%", "_", "🚰", "%%", "__", "水表", "龙头停水", "费 怎", "用户 停水"),
    *("长" * 200, " "),
)


def test_any_part_of_two_or_more_characters_is_found_and_initials(company: Company) -> None:
    write(company)
    company.pass_minutes(1)
    body = "计划停水提前24小时通知。%_号也要找得到 🚰💧"
    write(company, title="停水怎么通知", body=body, kind="outages")
    for typed in FIND_THE_FEE:
        assert titles(company, typed) == ["更换水龙头怎么收费"], typed
    for typed in FIND_THE_STOP:
        assert titles(company, typed) == ["停水怎么通知"], typed
    for typed in FIND_NOTHING:
        assert titles(company, typed) == [], typed
    assert titles(company, "怎么") == ["停水怎么通知", "更换水龙头怎么收费"]
    assert titles(company, "怎么", kind="fees") == ["更换水龙头怎么收费"]
    assert titles(company, "", kind="outages") == ["停水怎么通知"]


def test_what_stands_in_the_title_comes_first(company: Company) -> None:
    write(company, title="水表检定", body="送检前先预约")
    write(company, title="其他", body="水表检定的收费见清单")
    assert titles(company, "水表检定") == ["水表检定", "其他"]


@pytest.mark.parametrize("typed", ["x" * 201, "a\x00b"])
def test_a_search_that_makes_no_sense_is_no_fault_of_the_program(
    company: Company, typed: str
) -> None:
    write(company)
    answer = company.as_(TECHNICIAN).get("/knowledge", q=typed)
    assert answer.status_code in (400, 422)
    assert answer.json().get("rows", []) == []


def test_the_version_in_force_by_date_is_found_and_none_is_overwritten(company: Company) -> None:
    entry = write(company)
    manager = company.as_(MANAGER)
    new = FEE | {"title": "更换水龙头的新价", "since": "2026-12-01", "n": 1}
    assert manager.post(f"/knowledge/{entry}/versions", new).status_code == 201
    assert titles(company, "水龙头") == ["更换水龙头怎么收费"]
    assert titles(company, "新价") == []
    company.clock.advance(timedelta(days=8))
    company.forget_all()
    assert titles(company, "水龙头") == ["更换水龙头的新价"]
    seen = company.as_(TECHNICIAN).get(f"/knowledge/{entry}").json()
    assert seen["in_force"]["n"] == 2
    assert [(one["n"], one["written_by"]["name"]) for one in seen["versions"]] == [
        (2, "马经理"),
        (1, "刘接待"),
    ]
    end = FEE | {"since": "2026-12-01", "last_day": "2026-12-02", "n": 2}
    assert company.as_(MANAGER).post(f"/knowledge/{entry}/versions", end).status_code == 201
    company.clock.advance(timedelta(days=2))
    company.forget_all()
    assert titles(company, "水龙头") == []
    assert company.as_(TECHNICIAN).get(f"/knowledge/{entry}").json()["in_force"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"body": ""}, "body"),
        ({"source": None}, "source"),
        ({"kind": "gossip"}, "kind"),
        ({"since": "明天"}, "since"),
        ({"since": "2026-13-01"}, "since"),
        ({"last_day": "2025-12-31"}, "last_day"),
        ({"title": "a\u202eb"}, "title"),
        ({"body": {"a": 1}}, "body"),
    ],
)
def test_every_fault_of_an_entry_is_told_with_its_field(
    sqlite_company: Company, changes: dict[str, Any], field: str
) -> None:
    answer = sqlite_company.as_(RECEPTIONIST).post("/knowledge", FEE | changes)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_was_in_force_yesterday_can_not_be_changed_today(sqlite_company: Company) -> None:
    entry = write(sqlite_company)
    past = FEE | {"since": "2026-11-22", "n": 1}
    answer = sqlite_company.as_(MANAGER).post(f"/knowledge/{entry}/versions", past)
    assert [error["code"] for error in answer.json()["errors"]] == ["day_is_over"]


def test_two_who_write_at_once_the_second_is_told_and_a_repeat_changes_nothing(
    company: Company,
) -> None:
    entry = write(company)
    people, answers = (RECEPTIONIST, MANAGER), []
    writers = [company.as_(login) for login in people]
    start = Barrier(2)

    def rewrite(n: int) -> None:
        start.wait()
        said = FEE | {"title": f"第{n}人写的", "since": "", "n": 1}
        answers.append(writers[n].post(f"/knowledge/{entry}/versions", said, key=f"w{n}"))

    threads = [Thread(target=rewrite, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert late.json()["code"] == "entry_rewritten"
    (first,) = [answer.json() for answer in answers if answer.status_code == 201]
    winner = int(first["title"][1])
    again = FEE | {"title": first["title"], "since": "", "n": 1}
    for _ in range(2):
        told = writers[winner].post(f"/knowledge/{entry}/versions", again, key=f"w{winner}")
        assert (told.status_code, told.json()["n"]) == (201, 2)
    assert len(company.as_(LEADER).get(f"/knowledge/{entry}").json()["versions"]) == 2


def test_whether_it_was_the_answer_is_counted_once_a_person_and_ticket(company: Company) -> None:
    entry, ticket = write(company), company.log_call()["id"]
    receptionist = company.as_(RECEPTIONIST)
    said = {"helped": True, "ticket_id": ticket}
    for _ in range(2):
        told = receptionist.post(f"/knowledge/{entry}/answered", said, key="once")
        assert told.json() == {"helped": 1, "not_helped": 0}
    twice = receptionist.post(f"/knowledge/{entry}/answered", said)
    assert (twice.status_code, twice.json()["code"]) == (409, "answer_told_before")
    other = company.as_(LEADER).post(
        f"/knowledge/{entry}/answered", {"helped": False, "ticket_id": ticket}
    )
    assert other.json() == {"helped": 1, "not_helped": 1}
    for _ in range(2):  # calls that needed no ticket are counted one by one
        receptionist.post(f"/knowledge/{entry}/answered", {"helped": "yes"})
    (row,) = company.as_(TECHNICIAN).get("/knowledge", q="水龙头").json()["rows"]
    assert row["tally"] == {"helped": 3, "not_helped": 1}


def test_what_is_not_there_and_what_is_not_ones_own_to_do(company: Company) -> None:
    entry = write(company)
    technician, receptionist = company.as_(TECHNICIAN), company.as_(RECEPTIONIST)
    assert technician.post("/knowledge", FEE).status_code == 403
    assert technician.post(f"/knowledge/{entry}/versions", FEE | {"n": 1}).status_code == 403
    assert technician.post(f"/knowledge/{entry}/answered", {"helped": True}).status_code == 403
    assert company.anyone().get("/knowledge").status_code == 401
    assert technician.get("/knowledge/none").status_code == 404
    assert receptionist.post("/knowledge/none/versions", FEE | {"n": 1}).status_code == 404
    assert receptionist.post("/knowledge/none/answered", {"helped": True}).status_code == 404
    for said, status in (({"helped": True, "ticket_id": "none"}, 404), ({}, 422)):
        assert receptionist.post(f"/knowledge/{entry}/answered", said).status_code == status
    seen = technician.get(f"/knowledge/{entry}").json()
    assert seen["tally"] == {"helped": 0, "not_helped": 0}


def test_script_tags_are_kept_as_they_were_written_and_found(company: Company) -> None:
    write(company, title=SCRIPT[:80], body=SCRIPT)
    assert titles(company, "<script>") == [SCRIPT]
