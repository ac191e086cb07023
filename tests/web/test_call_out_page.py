"""The pages of a call-out: begun by the leader, its number to dial, answered by who is called."""

from __future__ import annotations

from kit.actors import Post
from tests.web.clerks import Office, text_of
from tests.web.test_roster_page import HEAD, NIGHT, upload, workbook

L, T = Post.TEAM_LEADER, Post.TECHNICIAN


def test_a_call_out_is_begun_shown_and_accepted_on_its_pages(office: Office) -> None:
    upload(office, workbook(HEAD, NIGHT))
    ticket = office.take_call()
    form = office.go(L, "/call-outs/new")
    assert ticket in form.text
    key = office.key(L, "/call-outs/new")
    typed = {"ticket": ticket, "reason": "跑水", "idempotency_key": key}
    begun = office.send(L, "/call-outs", typed)
    assert begun.status_code == 303, begun.text
    sheet = begun.headers["location"].partition("?")[0]
    shown = text_of(office.go(L, sheet).text)
    for words in ("王师傅", "13900000001", "呼叫中", "R-19", "无法接通", "停止呼叫"):
        assert words in shown, words
    assert "13900000001" in office.go(L, "/call-outs").text
    mine = office.go(T, sheet).text
    assert f'action="{sheet}/accept_call"' in mine
    assert f'action="{sheet}/stop_calling"' not in mine
    done = office.send(T, f"{sheet}/accept_call", {"idempotency_key": "yes", "person": ""})
    assert done.status_code == 303, done.text
    assert "已接受" in text_of(office.go(L, sheet).text)
