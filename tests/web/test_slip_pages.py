"""The pages of material slips and stock notes: begun, signed and counted by clicking."""

from __future__ import annotations

from dispatch.materials.catalogue import Material
from dispatch.materials.material_store import enter_materials
from kit.actors import Post
from tests.company.people import PEOPLE
from tests.web.clerks import Office, Page, text_of

L, MC, MD = Post.TEAM_LEADER, Post.MATERIALS_CLERK, Post.MATERIALS_DEPARTMENT


def enter(office: Office) -> None:
    with office.parts.db.write() as session:
        enter_materials(session, [Material("FM-20", "DN20 阀门", "个")], [])


def test_a_delivery_is_booked_and_the_fault_of_a_row_stands_beside_it(office: Office) -> None:
    enter(office)
    key = office.key(MD, "/stock-notes/new")
    typed = {
        "idempotency_key": key,
        "stock_kind": "receipt",
        "technician": "",
        "materials.1.code": "FM-20",
        "materials.1.quantity": "1.5",
    }
    answer = office.send(MD, "/stock-notes", typed)
    assert answer.status_code == 422
    assert "最多 0 位小数" in answer.text
    assert Page(answer.text).value_of("materials.1.quantity") == "1.5"
    done = office.send(MD, "/stock-notes", {**typed, "materials.1.quantity": "5"})
    assert done.status_code == 303, done.text
    shown = text_of(office.go(MD, done.headers["location"]).text)
    for words in ("收料入库", "DN20 阀门", "5 个", "已入账"):
        assert words in shown, words
    assert "DN20 阀门 5 个" in text_of(office.go(MD, "/stock-notes").text)


def test_a_slip_is_asked_for_signed_and_found(office: Office) -> None:
    enter(office)
    ticket = office.take_call()
    office.step(Post.MANAGER, ticket, "issue", task="换阀门")
    office.step(L, ticket, "assign", **office.crew())
    page = office.go(L, "/material-slips/new").text
    assert ticket in page
    typed = {
        "idempotency_key": office.key(L, "/material-slips/new"),
        "ticket_id": ticket,
        "fetched_by": PEOPLE["wang"].id,
        "materials.0.code": "FM-20",
        "materials.0.quantity": "2",
    }
    made = office.send(L, "/material-slips", typed)
    assert made.status_code == 303, made.text
    sheet = made.headers["location"].partition("?")[0]
    signed = office.send(Post.MANAGER, f"{sheet}/sign_slip", {"idempotency_key": "s", "note": ""})
    assert signed.status_code == 303
    shown = text_of(office.go(MC, sheet).text)
    for words in ("主管经理已签", "王师傅", "DN20 阀门", "2 个", "上报材料单"):
        assert words in shown, words
    assert "count_return" not in office.go(MC, sheet).text, "nothing was issued yet"
