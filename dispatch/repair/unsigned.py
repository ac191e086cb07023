"""No signature of the customer: why, before whom, and the call back by somebody else. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.privacy import mask_name
from dispatch.repair.afterwards import also_afterwards
from dispatch.repair.attempts import hidden_words, mask_attempts, read_attempts
from dispatch.repair.context import Given, Step
from dispatch.repair.evidence import CallBack, FromCrew, NoSignature, Tried, Unsigned
from dispatch.repair.ticket import Outcome, Ticket
from dispatch.repair.words import NAME, TEXT
from kit.actors import Actor
from kit.fields import FaultKind, Fields
from kit.step import Obstacle, Stamp

WITNESS_OF_THE_CREW = FaultKind("witness_of_the_crew", "must be nobody of the crew")

CUSTOMER_NOT_HEARD = Obstacle(
    "customer_not_heard",
    "the customer has not signed, and nobody else has called back or was witness (R-16)",
)


@dataclass(frozen=True, slots=True)
class RecordUnsigned(FromCrew):
    """Why the customer does not sign, and who saw it."""

    why: Unsigned
    account: str
    witness: str


@dataclass(frozen=True, slots=True)
class CalledBack:
    """What came of calling the customer back; ``settles`` as ``evidence.CallBack`` has it."""

    attempts: tuple[Tried, ...]
    answered: bool
    words: str
    satisfied: bool | None
    settles: bool


def customer_heard(ticket: Ticket, _actor: Actor) -> Obstacle | None:
    """R-16: the customer's word is there, or what stands in its place.

    A witness stands in for a refusal. A call back by somebody who is not of the crew stands in for
    any signature, and for the customer's word where no fault was found.
    """
    signed = ticket.signatures
    asked = signed.missing is not None or ticket.outcome is Outcome.NO_FAULT_FOUND
    if not asked or signed.customer is not None or ticket.own_facility:
        return None
    seen = signed.missing is not None and bool(
        signed.missing.why is Unsigned.REFUSED and signed.missing.witness
    )
    return None if seen or any(call.settles for call in signed.calls) else CUSTOMER_NOT_HEARD


def _read_unsigned(form: Fields, given: Given) -> RecordUnsigned:
    why = form.choice("why", Unsigned, Unsigned.REFUSED)
    account = form.text("account", longest=TEXT)
    witness = form.text("witness", longest=NAME, needed=False, lines=False)
    crew = (*given.subject.crew.technicians, *given.subject.crew.relieved)
    if witness in {given.actor.name, *(person.name for person in crew)}:
        form.fault("witness", WITNESS_OF_THE_CREW)
    return RecordUnsigned(why, account, witness)


def _read_call_back(form: Fields, given: Given) -> CalledBack:
    attempts, answered = read_attempts(form, given), form.yes("answered")
    words = form.text("words", longest=TEXT, needed=answered)
    satisfied = form.yes("satisfied") if answered else None
    made = len(attempts) + sum(len(call.attempts) for call in given.subject.signatures.calls)
    tried = made >= given.context.rules.unreached_calls.value
    return CalledBack(attempts, answered, words, satisfied, answered or tried)


def _write_unsigned(ticket: Ticket, said: RecordUnsigned, stamp: Stamp) -> Ticket:
    missing = NoSignature(said.why, said.account, said.witness, stamp)
    return replace(ticket, signatures=replace(ticket.signatures, missing=missing))


def _write_call_back(ticket: Ticket, said: CalledBack, stamp: Stamp) -> Ticket:
    call = CallBack(said.attempts, said.answered, said.words, said.satisfied, said.settles, stamp)
    calls = (*ticket.signatures.calls, call)
    return replace(ticket, signatures=replace(ticket.signatures, calls=calls))


RECORD_UNSIGNED = also_afterwards(
    Step[RecordUnsigned](
        "record_unsigned",
        _read_unsigned,
        _write_unsigned,
        "The customer does not sign: why, and who was there.",
        {"why": "refused", "account": "嫌收费高", "witness": "邻居赵敏"},
        personal={"witness": mask_name, "account": hidden_words},
    )
)
CALL_BACK = Step[CalledBack](
    "call_back",
    _read_call_back,
    _write_call_back,
    "Somebody who is not of the crew has called the customer back.",
    {
        "attempts": [{"at": "2026-11-23T16:30:00+08:00", "way": "call"}],
        "answered": True,
        "words": "已修好,满意",
        "satisfied": True,
    },
    personal={"attempts": mask_attempts, "words": hidden_words},
)
