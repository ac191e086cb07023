"""How a case ends or is decided (R-03): answered, referred outside, or a leader asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.cases.case import (
    TEXT,
    AnswerWay,
    Case,
    CaseAnswer,
    CaseContext,
    Given,
    HandoverOutcome,
    LeaderAsked,
    OutsideReferral,
)
from dispatch.cases.ownership import settle
from dispatch.privacy import mask_phone
from dispatch.repair.words import NAME
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp, Step

TOLD_TOO_EARLY = FaultKind("told_too_early", "lies before the matter was received")
NO_CONTACT = FaultKind("no_contact", "is needed: without it nobody can report back (R-03)")

ASKED_THEMSELVES = Obstacle(
    "asked_themselves", "somebody else than the one who asks gives the instruction", forbids=True
)


@dataclass(frozen=True, slots=True)
class Relayed:
    """What the customer was told, how and when."""

    told: str
    way: AnswerWay
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Why the matter is not the company's, who is responsible, and how the customer was told."""

    reason: str
    responsible: str
    contact: str
    way: AnswerWay


@dataclass(frozen=True, slots=True)
class CaseQuestion:
    """What a leader is asked, and how the customer is reached."""

    question: str
    contact: str


@dataclass(frozen=True, slots=True)
class CaseInstruction:
    """What a leader says."""

    instruction: str


def asked_by_another(case: Case, actor: Actor) -> Obstacle | None:
    """R-03: whoever is unsure asks somebody else."""
    themselves = case.asked is not None and case.asked.asked.by.id == actor.id
    return ASKED_THEMSELVES if themselves else None


def _read_told(form: Fields, given: Given) -> Relayed:
    told_at = form.time("told_at", given.now)
    tolerance, received = given.context.rules.tolerance, given.subject.matter.received_at
    if told_at > given.now + tolerance:
        form.fault("told_at", "in_the_future")
    elif told_at < min(received, given.now) - tolerance:
        # Not before now either: after a clock was set back, now is the earliest that is known.
        form.fault("told_at", TOLD_TOO_EARLY)
    return Relayed(form.text("told", longest=TEXT), _read_way(form), told_at)


def _read_way(form: Fields) -> AnswerWay:
    return form.choice("way", AnswerWay, AnswerWay.PHONE)


def _answer(case: Case, said: Relayed, stamp: Stamp) -> Case:
    answer = CaseAnswer(said.told, said.way, said.told_at, stamp)
    return replace(over(case, stamp), answer=answer)


def over(case: Case, stamp: Stamp) -> Case:
    """Return the case with nothing left to wait for."""
    return settle(case, HandoverOutcome.OVERTAKEN, stamp)


def _read_elsewhere(form: Fields, _given: Given) -> Elsewhere:
    return Elsewhere(
        reason=form.text("reason", longest=TEXT),
        responsible=form.text("responsible", longest=NAME, lines=False),
        contact=form.text("contact", longest=NAME, lines=False),
        way=_read_way(form),
    )


def _refer(case: Case, said: Elsewhere, stamp: Stamp) -> Case:
    referral = OutsideReferral(said.reason, said.responsible, said.contact, said.way, stamp)
    return replace(over(case, stamp), referral=referral)


def _read_question(form: Fields, given: Given) -> CaseQuestion:
    contact = form.text("contact", longest=NAME, needed=False, lines=False)
    matter = given.subject.matter
    if not (contact or matter.phone or matter.address):
        form.fault("contact", NO_CONTACT)
    return CaseQuestion(form.text("question", longest=TEXT), contact)


def _ask(case: Case, said: CaseQuestion, stamp: Stamp) -> Case:
    return replace(case, asked=LeaderAsked(said.question, said.contact, stamp))


def _read_instruction(form: Fields, _given: Given) -> CaseInstruction:
    return CaseInstruction(form.text("instruction", longest=TEXT))


def _instruct(case: Case, said: CaseInstruction, stamp: Stamp) -> Case:
    asked = case.asked and replace(case.asked, instruction=said.instruction, instructed=stamp)
    return replace(case, asked=asked)


ANSWER: Step[Case, CaseContext, Relayed] = Step(
    "answer_case", _read_told, _answer, "The customer was told; the case is closed.",
    {"told": "水费可在营业厅缴纳", "way": "phone", "told_at": "2026-11-23T14:20"},
)  # fmt: skip
REFER: Step[Case, CaseContext, Elsewhere] = Step(
    "refer_outside", _read_elsewhere, _refer,
    "The matter is not the company's: the customer was told why, and who is responsible.",
    {"reason": "燃气管道", "responsible": "市燃气公司", "contact": "0350-3021234", "way": "phone"},
)  # fmt: skip
ASK_LEADER: Step[Case, CaseContext, CaseQuestion] = Step(
    "ask_leader", _read_question, _ask, "It is unclear whose matter it is: a leader is asked.",
    {"question": "属本公司办理还是物业办理"}, personal={"contact": mask_phone},
)  # fmt: skip
INSTRUCT: Step[Case, CaseContext, CaseInstruction] = Step(
    "instruct_case", _read_instruction, _instruct, "A leader says how the case is handled.",
    {"instruction": "由本公司先行处理"},
)  # fmt: skip
