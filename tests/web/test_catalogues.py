"""Every word on a screen is in both catalogues, and no word is left without a screen's need."""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir

from api.access.all_rights import WORKFLOWS
from api.pages.console.station_page import RANGES
from api.web import error_page as errors
from api.web import render
from api.web.i18n import LANGUAGES, Catalogue, read_catalogue
from api.web.point_words import quality_word
from api.web.shell import NAV
from dispatch.appointments.appointment import Ground, ToldBy, VisitMatter, VisitOutcome
from dispatch.cases.case import SUPPLEMENT, AnswerWay, CaseKind, HandoverOutcome
from dispatch.cases.cases import CASE_LIFE
from dispatch.cases.required_papers import About
from dispatch.clocks.commitment import Uncomputed
from dispatch.clocks.course import DeadlineStatus
from dispatch.clocks.limits import CaseType
from dispatch.clocks.office_time import TimeKind
from dispatch.knowledge.entry import EntryKind
from dispatch.knowledge.phrases import PhraseStep
from dispatch.queue.waiter import QueueKind
from dispatch.repair.evidence import ContactWay, Hindrance, Unsigned
from dispatch.repair.matter import Channel, JobType, WorkKind
from dispatch.repair.parties import Owner
from dispatch.repair.sheets import MaterialSource, Relation, SignedWay
from dispatch.repair.signoff import CUSTOMER_SIGN
from dispatch.repair.ticket import State
from dispatch.repair.workflow import REPAIR
from dispatch.roster.call_out import CallOutcome
from dispatch.roster.leave import LeaveKind
from dispatch.rulebook import TIME_UNITS
from dispatch.slips.stock_note import StockKind
from kit.actors import Post
from kit.fields import FIELD_MESSAGES
from kit.rights import RIGHTS
from kit.where import WhereKind
from kit.workflow import Workflow
from stations.assets.bare_keys import BARE_KEYS
from stations.assets.station import Zone
from telemetry.alarms.rules import AlarmKind, Severity
from telemetry.codecs.uplink import QuarantineReason
from telemetry.derived.counters import Count
from telemetry.readings import Quality
from tests.dispatch.obstacles import fault_kinds, obstacles

ROOT = Path(__file__).resolve().parents[2]
WEB, PAGES = ROOT / "api" / "web", ROOT / "api" / "pages"

LIVES = {one.name for one in WORKFLOWS if one is not REPAIR}


def names_of(workflow: Workflow[Any, Any]) -> set[str]:
    return {workflow.opening.name, *(line.step.name for line in workflow.lines)}


WORDS: dict[str, Set[str]] = {
    "post": set(Post),
    "right": set(RIGHTS),
    "state": set(State),
    "plain_state": set(State) - {State.NEW},
    "command": {name for workflow in WORKFLOWS for name in names_of(workflow)},
    "said": {CUSTOMER_SIGN.name},
    "channel": set(Channel),
    "job_type": set(JobType),
    "uncomputed": set(Uncomputed),
    "owner": set(Owner),
    "arrival": set(DeadlineStatus),
    "answer": set(DeadlineStatus),
    "case_type": set(CaseType),
    "time_kind": set(TimeKind),
    "time_unit": set(TIME_UNITS.split()),
    "relation": set(Relation),
    "signed_way": set(SignedWay),
    "zone": set(Zone),
    "where": set(WhereKind),
    "metric": set(BARE_KEYS),
    "alarm_kind": set(AlarmKind),
    "severity": set(Severity),
    "quality": {quality_word(quality) for quality in Quality} - {""},
    "quarantine": set(QuarantineReason) | {"dropped"},
    "range": set(RANGES),
    "count": set(Count) - {Count.STEADY},
    "hindrance": set(Hindrance),
    "plain_hindrance": set(Hindrance),
    "contact_way": set(ContactWay),
    "unsigned": set(Unsigned),
    "work_kind": set(WorkKind),
    "limit": {AlarmKind.HIGH, AlarmKind.LOW},
    "lives": LIVES,
    "life": LIVES,
    "leave_kind": set(LeaveKind),
    "entry_kind": set(EntryKind),
    "queue_kind": set(QueueKind),
    "case_kind": set(CaseKind),
    "pause": {SUPPLEMENT},
    "case_view": set(CASE_LIFE.views),
    "about": set(About),
    "answer_way": set(AnswerWay),
    "handover_outcome": set(HandoverOutcome),
    "call_outcome": set(CallOutcome),
    "phrase_step": set(PhraseStep),
    "stock_kind": set(StockKind),
    "material_source": set(MaterialSource),
    "visit_matter": set(VisitMatter),
    "ground": set(Ground),
    "told_by": set(ToldBy),
    "visit_outcome": set(VisitOutcome),
    "weekday": set("1234567"),
    **{f"{one.name}_state": set(one.states()) for one in WORKFLOWS if one is not REPAIR},
}
"""What the screens show of each enumeration."""


def raised_codes() -> set[str]:
    """Every code of an answer that the program raises, read from its source."""
    call = re.compile(
        r"(?:Forbidden|NotFound|Conflict|OutOfOrder|Unavailable|BadRequest|_out_of_order)"
        r"\(\s*\"([a-z_]+)\""
    )
    packages = ("kit", "stations", "dispatch", "telemetry", "api")
    files = [path for name in packages for path in (ROOT / name).rglob("*.py")]
    return {code for path in files for code in call.findall(path.read_text(encoding="utf-8"))}


def extracted() -> set[str]:
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
    found = [
        one
        for folder in (WEB, PAGES)
        for one in extract_from_dir(folder, methods, keywords={"_": None, "text": None})
    ]
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def needed() -> set[str]:
    """Every msgid that a screen can ask for."""
    links = {page.text for page in NAV}
    labels = {f"{kind}.{value}" for kind, values in WORDS.items() for value in values}
    named = {one.code for one in obstacles()} | {one.code for one in fault_kinds()}
    of_records = {
        f"{life}_{what}" for life in LIVES for what in ("not_found", "changed", "unreadable")
    }
    codes = set(FIELD_MESSAGES) | named | of_records | raised_codes()
    return (
        extracted()
        | links
        | labels
        | {text for pair in errors._BY_STATUS.values() for text in pair}
        | {"The page can't be shown"}
        | set(render._NOTICES.values())
        | {f"error.{code}" for code in codes}
    )


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return read_catalogue(request.param)


def test_extraction_sees_the_templates() -> None:
    assert {"Log in", "Customer's signature", "{n} min"} <= extracted()
    assert "not_your_step" in raised_codes()


def test_every_word_that_a_screen_needs_is_in_the_catalogue(catalogue: Catalogue) -> None:
    missing = sorted(msgid for msgid in needed() if not catalogue.knows(msgid))
    assert not missing


def test_both_catalogues_have_the_same_words() -> None:
    chinese, english = (read_catalogue(language).sentences for language in LANGUAGES)
    assert chinese.keys() == english.keys()


def test_no_plain_sentence_is_kept_that_no_screen_uses(catalogue: Catalogue) -> None:
    plain = {m for m in catalogue.sentences if not re.fullmatch(r"[a-z_]+\.[A-Za-z0-9_.]+", m)}
    assert plain <= needed()


def test_a_translation_asks_for_no_other_params_than_its_msgid(catalogue: Catalogue) -> None:
    def fields(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name}

    english = read_catalogue("en")
    for msgid, sentence in catalogue.sentences.items():
        assert fields(sentence) <= fields(english.sentences[msgid]) | fields(msgid), msgid


def test_the_chinese_catalogue_is_chinese() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    sentences = read_catalogue("zh").sentences.items()
    bare = [
        m
        for m, s in sentences
        if re.search(r"[a-z]", re.sub(r"{.*?}", "", m)) and not chinese.search(s)
    ]
    assert not bare


def test_a_chinese_sentence_has_chinese_punctuation() -> None:
    sentences = read_catalogue("zh").sentences.values()
    assert not [s for s in sentences if re.search("[\u4e00-\u9fff]", s) and set(s) & set(",;:?!()")]


def test_templates_hold_no_sentence_of_their_own() -> None:
    """What stands between tags comes from the catalogue; only signs and units are left."""
    parts = (
        r"\{#.*?#\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<[^>]*>",
        r"&[a-z]+;",
        r' [a-z-]+="[^"]*"',
    )
    code = re.compile("|".join(parts), re.DOTALL)
    for path in [*(WEB / "templates").rglob("*.html"), *PAGES.rglob("*.html")]:
        left = set(re.findall(r"[^\W\d_]{2,}", code.sub(" ", path.read_text(encoding="utf-8"))))
        assert left <= {"MPa", "km", "min"}, f"{path.name}: {left}"


def test_the_steps_in_order_are_states_of_the_table() -> None:
    stages = REPAIR.stages()
    assert (stages[0], stages[-1]) == (State.LOGGED, State.ARCHIVED)
    assert len(stages) == 11
