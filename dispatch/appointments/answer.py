"""The answer to a request for service at home: yes with a time, no with the reason (R-13). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.appointments.appointment import AgreedTime, Appointment
from dispatch.appointments.booking import CONTENT, Given, read_time
from kit.actors import Actor
from kit.fields import Fields
from kit.step import Obstacle, Stamp, Step

ANSWER_IN_TIME = Obstacle("answer_in_time", "the time for an answer has not passed unanswered")


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes: the time, and what the customer is to have ready."""

    agreed: AgreedTime
    explained: str = ""


@dataclass(frozen=True, slots=True)
class No:
    """A no: its reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The time for an answer has passed; there is nothing more to say."""


def not_missed_yet(one: Appointment, _actor: Actor) -> Obstacle | None:
    """R-13: an answer is missed once, and stays missed."""
    return ANSWER_IN_TIME if one.answer is None or one.answer_missed else None


def _read_yes(form: Fields, given: Given) -> Yes:
    agreed = read_time(form, given.subject.asked, 1, given.now, given.context)
    return Yes(agreed, form.text("explained", longest=CONTENT, needed=False))


def _read_no(form: Fields, _given: Given) -> No:
    return No(form.text("reason", longest=CONTENT))


def _read_nothing(_form: Fields, _given: Given) -> Unanswered:
    return Unanswered()


def _agree(one: Appointment, said: Yes, stamp: Stamp) -> Appointment:
    asked = replace(one.asked, explained=said.explained or one.asked.explained)
    return replace(_answered(one, stamp), asked=asked, agreed=said.agreed)


def _decline(one: Appointment, said: No, stamp: Stamp) -> Appointment:
    return replace(_answered(one, stamp), decline_reason=said.reason)


def _answered(one: Appointment, stamp: Stamp) -> Appointment:
    # An answer that comes late, but before the program has looked, is late all the same.
    late = one.answer is not None and stamp.at > one.answer.due_at
    return replace(
        one, answered=stamp, answer_missed=one.answer_missed or (stamp if late else None)
    )


def _miss(one: Appointment, _said: Unanswered, stamp: Stamp) -> Appointment:
    return replace(one, answer_missed=stamp)


AGREE = Step("agree_home_service", _read_yes, _agree, "Service at home is agreed, with a time.",
             {"slot": "…@2026-11-24", "explained": "请备好身份证"})  # fmt: skip
DECLINE = Step("decline_home_service", _read_no, _decline, "It is declined, with the reason.",
               {"reason": "不在供水范围"})  # fmt: skip
MISS_HOME_ANSWER = Step(
    "miss_home_answer", _read_nothing, _miss, "The time for an answer has passed."
)
