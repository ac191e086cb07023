"""The time limit of the answer: set at intake, changed with the case type, missed (R-06). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.clocks.course import Term
from dispatch.clocks.limits import CaseType, Limit, answer_limit
from dispatch.clocks.office_time import OfficeTime
from dispatch.repair.context import Given, Step
from dispatch.repair.matter import Channel, Intake
from dispatch.repair.sheets import AnswerDue
from dispatch.repair.ticket import Ticket
from dispatch.repair.words import TEXT, Note, read_note
from dispatch.rulebook import DispatchRules
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

SAME_CASE_TYPE = FaultKind("same_case_type", "is the case type that it has already")

NO_ANSWER = Obstacle("no_answer", "nobody waits for the answer to an alarm", moot=True)
ANSWER_MISSED = Obstacle("answer_missed", "the missed time limit is on record already")


@dataclass(frozen=True, slots=True)
class Classification:
    """Another case type, why, and the limit by the rules in force now (R-05, R-06)."""

    case_type: CaseType
    reason: str
    limit: Limit


def first_answer(
    intake: Intake, logged_at: datetime, rules: DispatchRules, office: OfficeTime
) -> AnswerDue:
    """Return by when what came in is to be answered: as an ordinary matter, until it is more.

    A letter counts from when it was read, as its arrival commitment does. Nobody waits for the
    answer to an alarm.
    """
    if intake.channel is Channel.ALARM:
        return AnswerDue()
    start, case_type = intake.read_at or intake.received_at, CaseType.IMMEDIATE
    limit = answer_limit(case_type, start, rules, office)
    return AnswerDue(case_type, start, (Term(logged_at, limit),))


def waits_for_answer(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-06: a customer waits for an answer, an alarm does not."""
    return NO_ANSWER if ticket.answer.start is None else None


def not_yet_missed(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-06: a limit that was missed stays missed."""
    return ANSWER_MISSED if ticket.answer.missed_at else None


def _read_classification(form: Fields, given: Given) -> Classification:
    answer, context = given.subject.answer, given.context
    case_type = form.choice("case_type", CaseType, CaseType.IMMEDIATE)
    if form.given("case_type") and case_type is answer.case_type:
        form.fault("case_type", SAME_CASE_TYPE)
    limit = answer_limit(case_type, answer.start or given.now, context.rules, context.office)
    return Classification(case_type, form.text("reason", longest=TEXT), limit)


def _write_classification(ticket: Ticket, said: Classification, stamp: Stamp) -> Ticket:
    terms = (*ticket.answer.terms, Term(stamp.at, said.limit))
    return replace(ticket, answer=replace(ticket.answer, case_type=said.case_type, terms=terms))


def _write_miss(ticket: Ticket, _said: Note, stamp: Stamp) -> Ticket:
    return replace(ticket, answer=replace(ticket.answer, missed_at=stamp.at))


CLASSIFY = Step[Classification](
    "classify",
    _read_classification,
    _write_classification,
    "The matter gets another case type, and with it another time limit.",
    {"case_type": "promised", "reason": "须开挖路面"},
)
MISS_ANSWER = Step[Note](
    "miss_answer", read_note, _write_miss, "The time limit passed without an answer."
)
