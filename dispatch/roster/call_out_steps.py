"""The steps of a call-out: somebody accepts, declines or is not reached, and the next is called.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dispatch.roster.call_order import Callee
from dispatch.roster.call_out import (
    Call,
    CalledFor,
    CallOut,
    CallOutcome,
    CallOutState,
    first_with_telephone,
)
from dispatch.rulebook import DispatchRules
from kit import step, workflow
from kit.fields import FaultKind, Fields
from kit.rights import Reach, reach
from kit.rules import CitedNumber
from kit.step import Asked, Numbered, Stamp, Step

TEXT = 500
"""Longest reason or note, in characters."""

UNKNOWN_TICKET = FaultKind("no_such_ticket", "is no ticket that still waits for a crew")
CALLING_ALREADY = FaultKind("calling_already", "is being called out for already")
NOT_CALLED = FaultKind("not_called", "has not been called by this call-out")
ANSWERS_FOR_SELF = FaultKind("answers_for_self", "must be yourself: only the office enters others")


@dataclass(frozen=True, slots=True)
class CallOutRequest:
    """What is begun: for which ticket, why, whom to call first, in what time they answer."""

    matter: CalledFor
    reason: str
    called: tuple[Callee, ...]
    time_to_answer: CitedNumber


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What came of calling somebody, and who is called next because of it."""

    person_id: str
    note: str = ""
    called: tuple[Callee, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOutContext:
    """What a call-out is given: rules, the ticket, and who can be called for an office.

    ``ticket`` gives the ticket, locked, while it waits for a crew, else None; ``is_calling`` tells
    whether a call-out for it has not ended.
    """

    rules: DispatchRules
    ticket: Callable[[str], CalledFor | None]
    is_calling: Callable[[str], bool]
    order: Callable[[str], tuple[Callee, ...]]


Given = step.Given[CallOut, CallOutContext]
Line = workflow.Line[CallOut, CallOutContext]


def read_call_out(form: Fields, asked: Asked[CallOutContext]) -> CallOutRequest:
    """Read for which ticket people are called, and why."""
    given, context = form.plain("ticket"), asked.context
    matter = context.ticket(given) if given else None
    if matter is None:
        form.fault("ticket", UNKNOWN_TICKET if given else "required")
    elif context.is_calling(matter.ticket_id):
        form.fault("ticket", CALLING_ALREADY)
    order = context.order(matter.office_id) if matter else ()
    return CallOutRequest(
        matter=matter or CalledFor("", "", ""),
        reason=form.text("reason", longest=TEXT),
        called=first_with_telephone(order),
        time_to_answer=context.rules.call_answer,
    )


def make_call_out(numbered: Numbered, said: CallOutRequest, stamp: Stamp) -> CallOut:
    """Return the call-out that this request begins."""
    begun = CallOut(
        numbered.id, numbered.number, 1, CallOutState.CALLING, said.matter, said.reason,
        said.time_to_answer, stamp, (),
    )  # fmt: skip
    return _calling(begun, said.called, stamp)


def _calling(call_out: CallOut, callees: Iterable[Callee], stamp: Stamp) -> CallOut:
    calls = tuple(
        Call(one, call_out.turn, stamp.at)
        if one.phone
        else Call(one, call_out.turn, stamp.at, CallOutcome.NOT_REACHED, stamp)
        for one in callees
    )
    return replace(call_out, calls=(*call_out.calls, *calls))


def _read_person(form: Fields, given: Given) -> str:
    """Read whose answer it is: one's own if one was called, else of whoever is being called."""
    subject, actor = given.subject, given.actor
    named = form.plain("person")
    if named and named != actor.id and reach(actor, "call_outs.see") is not Reach.ANY:
        form.fault("person", ANSWERS_FOR_SELF)
    elif named and not any(one.to.id == named for one in subject.calls):
        form.fault("person", NOT_CALLED)
    if named:
        return named
    if subject.is_of(actor):
        return actor.id
    called = subject.open_call or (subject.calls[-1] if subject.calls else None)
    if called is None:
        form.fault("person", "required")
    return called.to.id if called else ""


def _read_acceptance(form: Fields, given: Given) -> CallAnswer:
    return CallAnswer(_read_person(form, given), form.text("note", longest=TEXT, needed=False))


def _read_refusal(form: Fields, given: Given) -> CallAnswer:
    return _and_next(form, given, form.text("note", longest=TEXT))


def _read_silence(form: Fields, given: Given) -> CallAnswer:
    return _and_next(form, given, form.text("note", longest=TEXT, needed=False))


def _and_next(form: Fields, given: Given, note: str) -> CallAnswer:
    person_id, subject = _read_person(form, given), given.subject
    waiting = subject.open_call
    if waiting is not None and waiting.to.id != person_id:
        return CallAnswer(person_id, note)  # somebody else is being called meanwhile
    order = given.context.order(subject.matter.office_id)
    return CallAnswer(person_id, note, subject.next_called(order))


def _read_stop(form: Fields, _given: Given) -> CallAnswer:
    return CallAnswer("", form.text("note", longest=TEXT))


def _read_again(form: Fields, given: Given) -> CallAnswer:
    subject = given.subject
    order = given.context.order(subject.matter.office_id)
    note = form.text("note", longest=TEXT, needed=False)
    return CallAnswer("", note, subject.next_called(order, subject.turn + 1))


def _telling(outcome: CallOutcome) -> Callable[[CallOut, CallAnswer, Stamp], CallOut]:
    """Return what writes this outcome of calling somebody, and calls the next."""

    def write(call_out: CallOut, said: CallAnswer, stamp: Stamp) -> CallOut:
        place = max(
            (n for n, one in enumerate(call_out.calls) if one.to.id == said.person_id), default=-1
        )
        calls = tuple(
            replace(one, outcome=outcome, told=stamp, note=said.note) if n == place else one
            for n, one in enumerate(call_out.calls)
        )
        return _calling(replace(call_out, calls=calls), said.called, stamp)

    return write


def _write_stop(call_out: CallOut, said: CallAnswer, stamp: Stamp) -> CallOut:
    return replace(call_out, ended=stamp, note=said.note)


def _write_again(call_out: CallOut, said: CallAnswer, stamp: Stamp) -> CallOut:
    return _calling(replace(call_out, turn=call_out.turn + 1), said.called, stamp)


ACCEPT = Step(
    "accept_call", _read_acceptance, _telling(CallOutcome.ACCEPTED),
    "Somebody who was called accepts; the team leader still names the crew (R-15).",
)  # fmt: skip
DECLINE = Step(
    "decline_call", _read_refusal, _telling(CallOutcome.DECLINED),
    "Somebody who was called declines, with the reason; the next is called.",
    {"note": "正在另一处抢修"},
)  # fmt: skip
NO_ANSWER = Step(
    "record_no_answer", _read_silence, _telling(CallOutcome.NO_ANSWER),
    "The telephone rang and nobody took the call; the next is called.",
)  # fmt: skip
NOT_REACHED = Step(
    "record_not_reached", _read_silence, _telling(CallOutcome.NOT_REACHED),
    "The telephone could not be reached (no signal, switched off): no refusal; the next is called.",
    {"note": "不在服务区"},
)  # fmt: skip
CALL_NEXT = Step(
    "call_next", _read_silence, _telling(CallOutcome.NO_ANSWER),
    "The time to answer has passed: the next is called.",
)  # fmt: skip
RUN_OUT = Step(
    "run_out_of_people", _read_silence, _telling(CallOutcome.NO_ANSWER),
    "Everybody has been called, and nobody has accepted.",
)  # fmt: skip
CALL_AGAIN = Step(
    "call_again", _read_again, _write_again,
    "Everybody who has not declined is called once more, by the roster of now.",
)  # fmt: skip
STOP = Step(
    "stop_calling", _read_stop, _write_stop,
    "Nobody is needed any more, with the reason.", {"note": "已另派人"},
)  # fmt: skip
