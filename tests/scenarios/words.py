"""The words of the scenarios: those of the screens, so that one thing has one word everywhere.

What is registered, pressed or read on a screen is called here as the catalogue calls it; the
words for how a scenario is told, and for refusals, are the scenarios' own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from api.web.i18n import read_catalogue
from dispatch.cases.paper_file import load_papers
from dispatch.cases.required_papers import About
from tests.company.ground import AREA, START, STATION
from tests.company.papers import STROKES
from tests.company.people import PEOPLE

Thing = TypeVar("Thing")

_SHOWN = read_catalogue("zh").sentences


def _words_of(kind: str) -> dict[str, str]:
    """Return what the screens call each thing of one kind, and what the program calls it."""
    start = f"{kind}."
    named = {k.removeprefix(start): v for k, v in _SHOWN.items() if k.startswith(start)}
    words = {word: name for name, word in named.items() if "." not in name}
    assert len(words) == sum("." not in name for name in named), f"{kind}: one word for two things"
    return words


COMMANDS = _words_of("command")
STATES = _words_of("state")
CHANNELS = _words_of("channel")
POSTS = _words_of("post")
JOB_TYPES = _words_of("job_type")
PLACES = {AREA.name: AREA.id}
_LIVES = (
    *("leave", "waiter", "case", "call_out", "material_slip", "stock_note"),
    *("appointment", "home_service"),
)
STATES_OF_LIVES = {life: _words_of(f"{life}_state") for life in _LIVES}
PHRASE_STEPS = _words_of("phrase_step")
ENTRY_KINDS, QUEUES = _words_of("entry_kind"), _words_of("queue_kind")
CASE_KINDS = _words_of("case_kind")
PAPERS = {one.name: one.key for one in load_papers().on(About.CHANGE_OF_NAME, START.date())}
OUTCOMES = _words_of("call_outcome")
COLLEAGUES = {one.name: one.id for one in PEOPLE.values()}
HINDRANCES = _words_of("hindrance")
CONTACT_WAYS = _words_of("contact_way")
YES_NO = {"是": True, "否": False}

FIELDS = {
    _SHOWN[f"field.{name}"]: name
    for name in (
        *("channel", "received_at", "place_id", "name", "phone", "address", "job_type"),
        *("content", "explained", "task", "lines", "work_done_well", "site_cleared"),
        *("materials", "completed_at", "opinion", "satisfied", "strokes", "reason", "note"),
        *("facility", "up_to", "customer_name", "customer_phone", "payer_name", "way_unknown"),
        *("read_at", "arrive_by", "signer_name", "relation", "typed_name"),
        *("kind", "stand_in", "begins_at", "ends_at", "person", "post", "turn", "ticket"),
        *("case_type", "vulnerable"),
        *("title", "body", "source", "since", "last_day"),
        *("about", "units", "receiver", "receiver_post", "told", "told_at", "way", "question"),
        *("instruction", "contact", "responsible", "papers", "more", "brought_at", "basis"),
        *("ticket_id", "fetched_by", "stock_kind", "technician"),
        *("matter", "ground", "slot", "ticket_number", "wished", "visited_by", "arrangement"),
        *("told_by", "notified_at", "attempts", "waited", "outcome", "result", "done_at"),
        *("crew", "weekday", "begins", "minutes", "capacity"),
        *("left_at_door", "resume_by", "part", "obstruction", "checked"),
        *("measured_mpa", "unit", "accepted_by", "number", "accepted_at", "why", "account"),
        *("witness", "answered", "words", "informant", "happened_at", "told_why"),
        *("station_id", "work_kind", "checks", "extra_help", "customer_present"),
        *("signer_name", "relation"),
    )
} | {
    _SHOWN["Pressure (MPa)"]: "pressure_mpa",
    "第几次报价": "quote",
    "看到的版本": "seen_version",
    "合格": "passed",
}

LINES = {_SHOWN["Item"]: "item", _SHOWN["Amount (yuan)"]: "amount_yuan"} | {
    _SHOWN[f"field.lines.{name}"]: name for name in ("fee_code", "quantity")
}
MATERIALS = {
    _SHOWN[f"field.materials.{name}"]: name
    for name in ("name", "quantity", "unit", "code", "source", "scrapped")
}
ATTEMPTS = {_SHOWN[f"field.attempts.{name}"]: name for name in ("at", "way", "number")}

ROWS = {"lines": LINES, "materials": MATERIALS, "attempts": ATTEMPTS}
"""The fields that are lists, and the words of what stands in each row."""

VALUES: dict[str, dict[str, Any]] = {
    "channel": CHANNELS,
    "job_type": JOB_TYPES,
    "case_type": _words_of("case_type"),
    "place_id": PLACES,
    "facility": _words_of("owner"),
    "relation": _words_of("relation"),
    "way_unknown": YES_NO,
    "station_id": {STATION.name: STATION.id},
    "passed": YES_NO,
    "vulnerable": YES_NO,
    "work_done_well": YES_NO,
    "site_cleared": YES_NO,
    "satisfied": YES_NO,
    "strokes": {"手写": STROKES},
    "kind": _words_of("leave_kind") | CASE_KINDS,
    "stand_in": COLLEAGUES,
    "person": COLLEAGUES,
    "post": POSTS,
    "about": _words_of("about"),
    "receiver": COLLEAGUES,
    "receiver_post": POSTS,
    "way": _words_of("answer_way"),
    "fetched_by": COLLEAGUES,
    "technician": COLLEAGUES,
    "stock_kind": _words_of("stock_kind"),
    "visited_by": COLLEAGUES,
    "matter": _words_of("visit_matter"),
    "ground": _words_of("ground"),
    "told_by": _words_of("told_by"),
    "outcome": _words_of("visit_outcome"),
    "weekday": {f"周{word}": n for n, word in enumerate("一二三四五六日", 1)},
    "answered": YES_NO,
    "customer_present": YES_NO,
    "why": _words_of("unsigned"),
    "work_kind": _words_of("work_kind"),
}
"""What can stand in a field that is chosen, not written."""

SOURCES = _words_of("material_source")

REFUSALS = {
    "填写有误": (422, "invalid"),
    "看不到": (404, "ticket_not_found"),
    "看不到这张请假单": (404, "leave_not_found"),
    "没有这个办法": (404, "page_not_found"),
    "已评价过": (409, "answer_told_before"),
    "期间有人改写": (409, "entry_rewritten"),
    "还没轮到": (403, "not_first_in_line"),
    "看不到这件办件": (404, "case_not_found"),
    "只能由首问责任人办理": (403, "not_the_owner"),
    "不是移交给他的": (403, "not_the_receiver"),
    "没有待接收的移交": (409, "not_handed_over"),
    "已移交待接收": (409, "already_handed_over"),
    "不能批示本人的请示": (403, "asked_themselves"),
    "看不到这张预约单": (404, "appointment_not_found"),
    "看不到这项上门服务": (404, "home_service_not_found"),
    "时段已约满": (409, "slot_full"),
    "没有这个页面": (404, "page_not_found"),
    "只能由代岗人接岗": (403, "not_the_stand_in"),
    "只能由本人办理": (403, "not_the_asker"),
    "无此权限": (403, "post_may_not"),
    "不归他办": (403, "not_your_step"),
    "不担任该岗位": (403, "post_not_held"),
    "不能批自己的": (403, "not_for_oneself"),
    "看不到这张呼叫单": (404, "call_out_not_found"),
    "应由用户本人签字": (403, "customer_signs"),
    "应由运转工签字": (403, "operator_signs"),
    "次序不对": (409, "not_in_this_state"),
    "用户未同意收费": (409, "fee_not_agreed"),
    "还没有报价": (409, "not_quoted"),
    "本公司设施没有用户签字": (409, "no_customer_signs"),
    "到达时间已经确定": (409, "already_promised"),
    "本公司设施不收费": (409, "own_facility"),
    "没有做通水试验": (409, "flow_test_missing"),
    "通水试验不合格": (409, "flow_test_failed"),
    "用户未签字": (409, "signature_due"),
    "看不到这张材料单": (404, "material_slip_not_found"),
    "库存不足": (409, "stock_short"),
    "已完工不能再领料": (409, "work_is_over"),
    "用料还没有记录": (409, "use_not_on_record"),
    "没有剩余材料": (409, "nothing_left_over"),
    "领用与用料退料不符": (409, "material_unaccounted"),
    "遥测未恢复正常": (409, "telemetry_not_back"),
    "用户未签字也无人回访": (409, "customer_not_heard"),
    "维修的人不能自己回访": (403, "of_the_crew"),
    "等候的不是用户": (409, "waits_for_us"),
    "已开始施工": (409, "work_began"),
}


def meant(words: Mapping[str, Thing], word: str) -> Thing:
    """Return what a word means; fail, naming the words that are known, if it means nothing."""
    assert word in words, f"no such word: {word}; known are {'、'.join(map(str, words))}"
    return words[word]


def field_at_fault(word: str) -> str:
    """Return the field that a word means; ``第2行数量`` is one of the second line of a list."""
    found = re.fullmatch(r"第(\d+)行(.+)", word)
    if not found:
        return meant(FIELDS, word)
    row = int(found[1]) - 1
    if found[2] in MATERIALS:
        return f"materials.{row}.{MATERIALS[found[2]]}"
    return f"lines.{row}.{meant(LINES, found[2])}"


def filled_in(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form as the program takes them."""
    data = {meant(FIELDS, word): value for word, value in written.items()}
    for name, value in data.items():
        if name in VALUES:
            data[name] = meant(VALUES[name], value)
        elif name == "papers":
            data[name] = [{"id": meant(PAPERS, paper)} for paper in value]
        elif words := ROWS.get(name):
            data[name] = [
                {meant(words, w): _plain(meant(words, w), v) for w, v in one.items()}
                for one in value
            ]
    return data


def _plain(name: str, value: Any) -> Any:
    if name == "source":
        return meant(SOURCES, value)
    if name == "way":
        return meant(CONTACT_WAYS, value)
    return f"{value:.2f}" if isinstance(value, float) else value
