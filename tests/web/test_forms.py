"""Forms: every fault at once beside its field, nothing typed lost, no effect of a second press."""

from __future__ import annotations

from api.web.forms import data_of, moved_back
from dispatch.repair.alarm_tickets import open_from_alarm, report_return
from dispatch.repair.matter import AlarmFacts
from dispatch.repair.ticket import State
from dispatch.repair.tickets import load
from kit.actors import Post
from kit.errors import FieldError
from stations.assets.station_store import get_station
from telemetry.alarms.alarm_search import get_alarm
from tests.company.papers import TICKED
from tests.company.people import holder_of
from tests.web.clerks import CALL, DRAWN, Office, Page, text_of

R = Post


def state_of(office: Office, ticket: str) -> State:
    with office.parts.db.read() as session:
        return load(session, ticket).state


def test_the_promise_is_told_with_its_reason_before_the_call_ends(office: Office) -> None:
    answer = office.go(
        R.RECEPTIONIST, "/intake/promise?place_id=和平小区&received_at=2026-11-23T14:05"
    )
    words = text_of(answer.text)
    assert "14:05 + 3.2 公里 × 10 分钟/公里 = 14:37 前到达" in words
    assert "R-11" in words
    assert "市内每公里不超过10分钟" in words


def test_while_nothing_is_known_the_promise_shows_no_fault(office: Office) -> None:
    assert "field__error" not in office.go(R.RECEPTIONIST, "/intake/promise?place_id=").text


def test_an_absurd_intake_gets_all_faults_and_loses_nothing(office: Office) -> None:
    key = office.key(R.RECEPTIONIST, "/intake")
    typed = {
        "idempotency_key": key,
        "channel": "visit",
        "received_at": "2030-01-01T00:00",
        "name": "",
        "phone": "12<3>",
        "distance_km": "-5",
        "zone": "",
        "address": "人民路 3 号",
        "job_type": "",
        "content": 'a "quoted" <b>word</b>',
    }
    answer = office.send(R.RECEPTIONIST, "/intake", typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    wrong = {a["name"] for a in page.all("input", "select") if a.get("aria-invalid") == "true"}
    assert wrong == {"received_at", "name", "phone", "distance_km", "zone", "job_type"}
    assert page.value_of("phone") == "12<3>"
    assert page.value_of("address") == "人民路 3 号"
    assert "a &#34;quoted&#34; &lt;b&gt;word&lt;/b&gt;" in answer.text
    assert page.value_of("idempotency_key") == key
    assert [a for a in page.all("input") if a.get("value") == "visit" and "checked" in a]
    assert [a for a in page.all("div") if a.get("role") == "alert" and "autofocus" in a]


def test_the_faults_are_told_in_the_language_of_the_page(office: Office) -> None:
    office.go(None, "/language/en?back=/login")
    answer = office.send(R.RECEPTIONIST, "/intake", {"idempotency_key": "k"})
    assert "Please put this right" in answer.text
    assert "is required" in answer.text


def test_a_form_sent_twice_makes_one_ticket(office: Office) -> None:
    key = office.key(R.RECEPTIONIST, "/intake")
    form = {**CALL, "idempotency_key": key}
    first, second = (office.send(R.RECEPTIONIST, "/intake", form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]


def test_a_corrected_matter_after_going_back_keeps_its_words_and_can_be_sent_again(
    office: Office,
) -> None:
    key = office.key(R.RECEPTIONIST, "/intake")
    office.send(R.RECEPTIONIST, "/intake", {**CALL, "idempotency_key": key})
    other = {**CALL, "content": "另一件事", "idempotency_key": key}
    answer = office.send(R.RECEPTIONIST, "/intake", other)
    assert answer.status_code == 409
    assert "另一件事" in answer.text
    again = Page(answer.text).value_of("idempotency_key")
    assert again != key
    answer = office.send(R.RECEPTIONIST, "/intake", {**other, "idempotency_key": again})
    assert answer.status_code == 303


def test_a_form_without_a_key_gets_one_with_its_faults(office: Office) -> None:
    answer = office.send(R.RECEPTIONIST, "/intake", CALL)
    assert answer.status_code == 422
    again = {**CALL, "idempotency_key": Page(answer.text).value_of("idempotency_key")}
    assert office.send(R.RECEPTIONIST, "/intake", again).status_code == 303


def test_an_operator_reports_a_fault_at_a_station_and_a_leak_on_the_way(office: Office) -> None:
    said = {"job_type": "leak", "content": "路边渗水"}
    places = (
        {"station_id": "pump-01"},
        {"address": "人民路口", "distance_km": "1.5", "zone": "city"},
    )
    for place in places:
        key = office.key(R.OPERATOR, "/report")
        form = {**said, **place, "idempotency_key": key, "channel": "call"}
        answer = office.send(R.OPERATOR, "/report", form)
        assert answer.status_code == 303, answer.text
        shown = office.go(R.MANAGER, answer.headers["location"]).text
        assert "路边渗水" in shown
        assert holder_of(R.OPERATOR).name in shown  # who reports is the caller
    nothing = office.send(R.OPERATOR, "/report", {**said, "idempotency_key": "k", "zone": ""})
    assert nothing.status_code == 422
    assert "路边渗水" in nothing.text
    assert Page(nothing.text).value_of("idempotency_key") == "k"


def test_a_technician_who_is_not_known_is_a_fault_and_nobody_is_named(office: Office) -> None:
    ticket = office.take_call()
    office.step(R.MANAGER, ticket, "issue")
    crew = office.crew() | {"technicians.1.id": "nobody"}
    answer = office.step(R.TEAM_LEADER, ticket, "assign", **crew)
    assert answer.status_code == 422
    assert "不是在岗维修人员的账号" in answer.text
    assert state_of(office, ticket) is State.ISSUED


def test_anothers_job_is_not_found_by_page_either(office: Office) -> None:
    ticket = office.take_call()
    assert office.step(R.TECHNICIAN, ticket, "depart").status_code == 404
    assert office.step(R.TECHNICIAN, "no-such", "depart").status_code == 404


def test_a_form_without_its_token_has_no_effect(office: Office) -> None:
    ticket = office.take_call()
    answer = office.send(
        R.MANAGER, f"/tickets/{ticket}/issue", {"csrf_token": "x", "idempotency_key": "k"}
    )
    assert answer.status_code == 403
    assert state_of(office, ticket) is State.LOGGED


def test_a_step_out_of_order_says_what_is_possible_now_and_keeps_the_words(office: Office) -> None:
    ticket = office.take_call()
    answer = office.step(R.DIRECTOR, ticket, "director_sign", opinion="同意")
    assert answer.status_code == 409
    assert "任务单当前状态不能办理这一步" in answer.text
    assert "<dd>同意</dd>" in answer.text


def test_a_step_of_another_post_is_refused(office: Office) -> None:
    ticket = office.take_call()
    answer = office.step(R.TEAM_LEADER, ticket, "issue", task="自己来")
    assert answer.status_code == 403
    assert state_of(office, ticket) is State.LOGGED


def test_the_faults_of_a_fee_stand_at_the_row_that_was_typed(office: Office) -> None:
    ticket = office.take_call()
    for post, command, form in (
        (R.MANAGER, "issue", {}),
        (R.TEAM_LEADER, "assign", office.crew()),
        (R.TECHNICIAN, "depart", {}),
        (R.TECHNICIAN, "arrive", {}),
    ):
        assert office.step(post, ticket, command, **form).status_code == 303
    typed = {"lines.0.item": "", "lines.0.amount_yuan": "",
             "lines.1.item": "水管", "lines.1.amount_yuan": "1.234"}  # fmt: skip
    answer = office.step(R.TECHNICIAN, ticket, "quote_fee", **typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    wrong = [a["name"] for a in page.all("input") if a.get("aria-invalid") == "true"]
    assert wrong == ["lines.1.amount_yuan"]
    assert page.value_of("lines.1.amount_yuan") == "1.234"


def test_a_customer_agrees_to_the_fee_by_their_own_link(office: Office) -> None:
    ticket = office.take_call()
    for post, command, form in (
        (R.MANAGER, "issue", {}),
        (R.TEAM_LEADER, "assign", office.crew()),
        (R.TECHNICIAN, "depart", {}),
        (R.TECHNICIAN, "arrive", {}),
        (R.TECHNICIAN, "quote_fee", {"lines.0.item": "管", "lines.0.amount_yuan": "5"}),
    ):
        assert office.step(post, ticket, command, **form).status_code == 303
    path = office.customer_path(ticket)
    assert "5.00 元" in office.go(None, path).text
    key = Page(office.go(None, path).text).value_of("idempotency_key")
    agreed = office.send(
        None,
        f"{path}/consent",
        {
            "idempotency_key": key,
            "quote": "1",
            "typed_name": "王小明",
        },
    )
    assert agreed.status_code == 303
    with office.parts.db.read() as session:
        assert load(session, ticket).fee.agreed
    assert office.send(None, f"{path}/archive", {"idempotency_key": "x"}).status_code == 404


def test_an_unsigned_opinion_comes_back_with_the_words_and_the_drawing(office: Office) -> None:
    ticket = office.take_call()
    office.work_until_done(ticket)
    path = f"{office.customer_path(ticket)}/customer_sign"
    drawn = "[[[10,10],[80,60]]]"
    answer = office.send(None, path, {"idempotency_key": "k", "opinion": "好", "strokes": drawn})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.value_of("strokes") == drawn
    assert "好</textarea>" in answer.text
    assert office.customer_signs(ticket).status_code == 303
    assert state_of(office, ticket) is State.CUSTOMER_SIGNED


def test_the_position_is_kept_with_the_step_and_nonsense_is_left_out(office: Office) -> None:
    ticket = office.take_call()
    office.step(R.MANAGER, ticket, "issue", where_lat="nan", where_lon="1e99")
    office.step(R.TEAM_LEADER, ticket, "assign", **office.crew())
    office.step(R.TECHNICIAN, ticket, "depart", where_lat="31.30000", where_lon="120.60000")
    history = office.go(R.MANAGER, f"/tickets/{ticket}").text
    assert "31.30000, 120.60000" in history


def test_a_repair_at_a_station_is_signed_by_its_operator_once_the_telemetry_is_back(
    office: Office,
) -> None:
    with office.parts.db.read() as session:
        station = get_station(session, "pump-01")
    now = office.clock.now()
    facts = AlarmFacts("pressure", "low", "critical", 0.15, 0.2, "MPa", now)
    ticket = open_from_alarm(office.parts.desk, "alarm:test", station, facts).id
    for post, command, form in (
        (R.MANAGER, "issue", {}),
        (R.TEAM_LEADER, "assign", office.crew()),
        (R.TECHNICIAN, "depart", {}),
        (R.TECHNICIAN, "arrive", {}),
        (R.TECHNICIAN, "start_work", {}),
        (R.TECHNICIAN, "report_flow_test", {"passed": "true", "pressure_mpa": "0.31"}),
        (R.TECHNICIAN, "finish_work", {"work_done_well": "on", "site_cleared": "on", **TICKED}),
    ):
        assert office.step(post, ticket, command, **form).status_code == 303, command
    at = office.clock.now().astimezone(office.parts.settings.zone).strftime("%Y-%m-%dT%H:%M")
    signed = office.step(
        R.OPERATOR,
        ticket,
        "customer_sign",
        completed_at=at,
        satisfied="true",
        opinion="正常",
        strokes=DRAWN,
    )
    assert signed.status_code == 303
    shown = office.go(R.TEAM_LEADER, f"/tickets/{ticket}").text
    assert "引发报警的遥测尚未恢复正常" in shown
    assert 'id="do-leader_sign"' not in shown
    report_return(office.parts.desk, ticket, now, office.clock.now())
    assert 'id="do-leader_sign"' in office.go(R.TEAM_LEADER, f"/tickets/{ticket}").text
    assert office.step(R.TEAM_LEADER, ticket, "leader_sign").status_code == 303


def test_an_alarm_is_acknowledged_from_the_console_and_keeps_the_first_name(office: Office) -> None:
    for _ in range(2):
        answer = office.send(R.OPERATOR, "/alarms/alarm-1/acknowledge", {"back": "/console"})
        assert answer.headers["location"] == "/console?said=acknowledged"
    with office.parts.db.read() as session:
        assert get_alarm(session, "alarm-1").acked_by_name == holder_of(R.OPERATOR).name
    assert office.send(R.ADMIN, "/alarms/alarm-1/acknowledge", {}).status_code == 403


def test_rows_left_blank_are_dropped_and_faults_find_their_way_back() -> None:
    data, moved = data_of(
        {"lines.0.item": " ", "lines.4.item": "a", "note": "n", "csrf_token": "t"}
    )
    assert data == {"lines": [{"item": "a"}], "note": "n"}
    back = moved_back([FieldError("lines.0.item", "too_long", "")], moved)
    assert back[0].field == "lines.4.item"


def test_a_list_with_no_row_filled_in_shows_its_fault_at_the_first_field() -> None:
    data, moved = data_of({"lines.0.item": "", "lines.0.amount_yuan": ""})
    assert data == {"lines": []}
    assert moved_back([FieldError("lines", "required", "")], moved)[0].field == "lines.0.item"
