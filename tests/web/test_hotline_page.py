"""The hotline's page: phrases at their step, the queue, and the knowledge base beside the form."""

from __future__ import annotations

from kit.actors import Post
from tests.web.clerks import Office, Page, text_of

R, M, T = Post.RECEPTIONIST, Post.MANAGER, Post.TECHNICIAN
ENTRY = {
    "kind": "fees",
    "title": "更换水龙头怎么收费",
    "body": "材料按清单计价\n<script>alert('水')</script>",
    "source": "003 篇5 七",
    "since": "2026-11-01",
}


def write(office: Office, **changes: str) -> str:
    """Write an entry by the page; return its address."""
    key = office.key(R, "/knowledge/new")
    answer = office.send(R, "/knowledge", {**ENTRY, "idempotency_key": key, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def join(office: Office, n: int, queue: str = "counter") -> None:
    for _ in range(n):
        page = Page(office.go(R, "/intake/queue").text)
        form = {"idempotency_key": page.value_of("idempotency_key") + queue, "queue": queue}
        assert office.send(R, "/intake/queue", form).status_code == 200


def test_every_step_has_its_phrase_and_the_promise_is_filled_in(office: Office) -> None:
    page = text_of(office.go(R, "/intake").text)
    for said in ("您好，", "请讲", "留个电话", "还有什么需要补充", "按照规定，这件事我们不能办理"):
        assert said in page, said
    assert "对不起,根据X X规 定" in page  # the source's own words, with their source
    assert "维修人员最晚" not in page
    told = office.go(R, "/intake/promise?place_id=和平小区&received_at=2026-11-23T14:05").text
    assert "维修人员最晚 2026-11-23 14:37 到您那里" in text_of(told)
    nowhere = office.go(R, "/intake/promise?way_unknown=on").text
    assert "维修人员最晚" not in nowhere
    office.go(R, "/language/en")
    assert "Thank you for calling" in text_of(office.go(R, "/intake").text)


def test_the_queue_says_when_to_open_another_counter_and_who_is_next(office: Office) -> None:
    join(office, 10)
    assert "请增设窗口" not in office.go(R, "/intake/queue").text
    join(office, 1)
    part = office.go(R, "/intake/queue").text
    for words in ("等候 11 人", "请增设窗口", "排队超过10人时", "000 篇3 二.6", "R-09"):
        assert words in text_of(part), words
    (call,) = {f["hx-post"] for f in Page(part).all("form") if f["hx-post"].endswith("/call_up")}
    first = office.send(R, call, {"idempotency_key": "one"})
    assert (first.status_code, "等候 10 人" in text_of(first.text)) == (200, True)
    second = office.send(R, call, {"idempotency_key": "two"})
    assert second.status_code == 409
    assert 'role="alert"' in second.text
    late = Page(office.go(R, "/waiters").text)
    assert len([a for a in late.all("a") if "/waiters/" in a.get("href", "")]) >= 11


def test_what_is_looked_up_is_shown_beside_the_form_and_no_script_runs(office: Office) -> None:
    entry = write(office)
    found = office.go(R, "/knowledge/found?q=水龙头")
    assert "材料按清单计价" in found.text
    assert "&lt;script&gt;" in found.text
    assert "<script>" not in found.text
    assert f'href="{entry}"' in found.text
    for typed, says in (("水", "请输入两个字以上"), ("水表", "没有查到"), ("%25_", "没有查到")):
        assert says in office.go(R, f"/knowledge/found?q={typed}").text
    box = next(
        one for one in Page(office.go(R, "/intake").text).all("input") if one.get("name") == "q"
    )
    assert box["hx-get"] == "/knowledge/found"
    assert "<script>alert" not in office.go(T, entry).text


def test_the_next_version_is_written_and_a_late_writer_keeps_the_words(office: Office) -> None:
    entry = write(office)
    typed = {**ENTRY, "title": "新的标题", "since": "", "n": "1", "idempotency_key": "a"}
    assert office.send(M, f"{entry}/versions", typed).status_code == 303
    page = text_of(office.go(T, entry).text)
    for words in ("新的标题", "第 1 版", "第 2 版", "马经理", "刘接待"):
        assert words in page, words
    late = office.send(R, f"{entry}/versions", {**typed, "body": "我写的", "idempotency_key": "b"})
    assert late.status_code == 409
    assert "期间已有人写了第 2 版" in late.text
    assert "我写的" in late.text
    wrong = office.send(R, f"{entry}/versions", {**typed, "n": "2", "title": ""})
    assert wrong.status_code == 422
    assert office.go(T, "/knowledge/new").status_code == 403


def test_from_the_ticket_one_says_whether_it_was_the_answer(office: Office) -> None:
    entry, ticket = write(office), office.take_call()
    sheet = office.go(R, f"/tickets/{ticket}").text
    assert f'href="/knowledge?ticket={ticket}"' in sheet
    found = office.go(R, f"/knowledge?ticket={ticket}&q=水龙头").text
    assert f'href="{entry}?ticket={ticket}"' in found
    said = {"helped": "yes", "ticket_id": ticket, "idempotency_key": "said"}
    assert office.send(R, f"{entry}/answered", said).status_code == 303
    again = office.send(R, f"{entry}/answered", {**said, "idempotency_key": "again"})
    assert again.status_code == 409
    assert "答对 1 次，没答对 0 次" in text_of(office.go(T, entry).text)
    assert "更换水龙头怎么收费" in text_of(office.go(R, f"/tickets/{ticket}").text)
