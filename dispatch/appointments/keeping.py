"""The steps of an agreed time: kept, moved, told that it can't be kept, waived, done. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.appointments.appointment import (
    AgreedTime,
    Appointment,
    Attempt,
    CannotKeep,
    Result,
    ToldBy,
    VisitOutcome,
)
from dispatch.appointments.booking import CONTENT, Given, read_phone, read_time
from kit.actors import Post
from kit.fields import FaultKind, Fields
from kit.step import Stamp, Step

TEXT = 500
"""Longest reason or note, in characters."""

TIME_WAS_MOVED = FaultKind(
    "time_was_moved", "is no longer the agreed time: it was moved since; look again"
)
BEFORE_AGREED = FaultKind("before_agreed", "lies before the time was agreed")
BEFORE_ARRIVAL = FaultKind("before_it_arrived", "lies before the arrival")
BEFORE_THE_TIME = FaultKind("before_the_time", "lies before the agreed time")
NOT_WAITED = FaultKind(
    "not_waited", "only {minutes} minutes after the agreed time or the arrival it counts as waived"
)
TOO_EARLY_TO_ARRIVE = FaultKind(
    "too_early_to_arrive", "lies more than {hours} h ahead: nobody arrives so early"
)
TIME_HAS_COME = FaultKind("time_has_come", "can't be chosen any more: the agreed time has come")
NO_SUCH_TECHNICIAN = FaultKind("no_such_technician", "is not the account of an active technician")


@dataclass(frozen=True, slots=True)
class SentTechnician:
    """The technician who was sent."""

    technician_id: str
    technician_name: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A new time, and why."""

    agreed: AgreedTime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Notified:
    """How, when and why the customer was told that the time can't be kept."""

    told_by: ToldBy
    told_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody arrived for this agreed time, counted as ``AgreedTime.n``."""

    arrangement: int


@dataclass(frozen=True, slots=True)
class Absence:
    """The customer was not there: every attempt to reach them."""

    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It is no longer wanted: why."""

    reason: str


def _agreed(given: Given) -> AgreedTime:
    agreed = given.subject.agreed
    if agreed is None:  # the table lets no such appointment come here
        raise ValueError(f"{given.subject.number} has no agreed time")
    return agreed


def _same_time(form: Fields, given: Given) -> int:
    """Read which agreed time is meant, so that nobody acts on one that was moved meanwhile."""
    n = form.whole("arrangement", least=1, most=10_000)
    if n != _agreed(given).n and not form.errors:
        form.fault("arrangement", TIME_WAS_MOVED)
    return n


def _past(form: Fields, name: str, given: Given, least: datetime, fault: FaultKind) -> datetime:
    """Read a time that lies between ``least`` and now; now when none is given."""
    at, tolerance = form.time(name, given.now), given.context.rules.tolerance
    if at > given.now + tolerance:
        form.fault(name, "in_the_future")
    elif at < least - tolerance:
        form.fault(name, fault)
    return at


def _read_technician(form: Fields, given: Given) -> SentTechnician:
    person_id = form.plain("visited_by")
    name = given.context.technician_name(person_id) if person_id else None
    if not person_id:
        form.fault("visited_by", "required")
    elif name is None:
        form.fault("visited_by", NO_SUCH_TECHNICIAN)
    return SentTechnician(person_id, name or "")


def _read_move(form: Fields, given: Given) -> Moved:
    by_customer, agreed = given.actor.post is Post.CUSTOMER, _agreed(given)
    _same_time(form, given)
    if by_customer and given.now >= agreed.begins_at:
        form.fault("slot", TIME_HAS_COME)
    made = read_time(form, given.subject.asked, agreed.n + 1, given.now, given.context)
    return Moved(made, form.text("reason", longest=TEXT, needed=not by_customer))


def _read_told(form: Fields, given: Given) -> Notified:
    _same_time(form, given)
    return Notified(
        told_by=form.choice("told_by", ToldBy, ToldBy.PHONE),
        told_at=_past(form, "notified_at", given, _agreed(given).agreed_at, BEFORE_AGREED),
        reason=form.text("reason", longest=TEXT),
    )


def _read_arrival(form: Fields, given: Given) -> Came:
    n, hours = _same_time(form, given), given.context.rules.visit_earliest.value
    ahead = (_agreed(given).begins_at - given.now).total_seconds() / 3600
    if ahead > hours:
        form.fault("arrangement", TOO_EARLY_TO_ARRIVE, hours=round(hours))
    return Came(n)


def _read_absence(form: Fields, given: Given) -> Absence:
    agreed = _agreed(given)

    def read(part: Fields) -> Attempt:
        if not part.given("at"):
            part.fault("at", "required")
        at = _past(part, "at", given, agreed.begins_at, BEFORE_THE_TIME)
        return Attempt(at, read_phone(part, "number"))

    attempts = form.items("attempts", read, least=1, most=20)
    waived_from = given.subject.waived_from
    if waived_from is None or given.now < waived_from:
        form.fault("waited", NOT_WAITED, minutes=round(agreed.wait.value))
    return Absence(attempts)


def _read_result(form: Fields, given: Given) -> Result:
    arrived = given.subject.arrived
    least = arrived.at if arrived else given.now
    return Result(
        outcome=form.choice("outcome", VisitOutcome, VisitOutcome.SETTLED),
        text=form.text("result", longest=CONTENT),
        done_at=_past(form, "done_at", given, least, BEFORE_ARRIVAL),
    )


def _read_cancel(form: Fields, given: Given) -> Cancelled:
    needed = given.actor.post is not Post.CUSTOMER
    return Cancelled(form.text("reason", longest=TEXT, needed=needed))


def _send(one: Appointment, said: SentTechnician, _stamp: Stamp) -> Appointment:
    return replace(one, technician_id=said.technician_id, technician_name=said.technician_name)


def _move(one: Appointment, said: Moved, _stamp: Stamp) -> Appointment:
    # Whoever was to come at the old time is not known to be free at the new one.
    return replace(one, agreed=said.agreed, technician_id="", technician_name="")


def _tell(one: Appointment, said: Notified, stamp: Stamp) -> Appointment:
    agreed = one.agreed
    if agreed is None:
        return one
    told = CannotKeep(
        said.told_at, said.told_by, said.reason, agreed.begins_at, agreed.tell_by, stamp
    )
    return replace(one, cannot_keep=(*one.cannot_keep, told))


def _arrive(one: Appointment, _said: Came, stamp: Stamp) -> Appointment:
    return replace(one, arrived=stamp)


def _waive(one: Appointment, said: Absence, stamp: Stamp) -> Appointment:
    return replace(one, attempts=said.attempts, waived=stamp)


def _finish(one: Appointment, said: Result, stamp: Stamp) -> Appointment:
    return replace(one, result=said, recorded=stamp)


def _cancel(one: Appointment, said: Cancelled, stamp: Stamp) -> Appointment:
    return replace(one, cancelled=stamp, cancel_reason=said.reason)


def arrangement_of(one: Appointment) -> int | None:
    """Return which agreed time a form is about: it is replaced when the time moves."""
    return one.agreed.n if one.agreed else None


SEND = Step("send_technician", _read_technician, _send, "A technician is named who goes there.",
            {"visited_by": "u-wang"})  # fmt: skip
MOVE = Step("move_appointment", _read_move, _move, "Another time is agreed, in a free slot.",
            {"arrangement": 1, "slot": "…@2026-11-24", "reason": "用户要求"},
            edition=arrangement_of)  # fmt: skip
TELL = Step("tell_cannot_keep", _read_told, _tell, "The customer is told that it can't be kept.",
            {"arrangement": 1, "told_by": "phone", "reason": "抢修"},
            edition=arrangement_of)  # fmt: skip
ARRIVE = Step("arrive_as_agreed", _read_arrival, _arrive, "The technician is there.",
              {"arrangement": 1}, edition=arrangement_of)  # fmt: skip
NO_SHOW = Step("record_no_show", _read_absence, _waive, "The customer was absent and not reached.",
               {"attempts": [{"at": "2026-11-24T09:10", "number": "13800001234"}]})  # fmt: skip
RESULT = Step("record_result", _read_result, _finish, "What came of it is recorded at once.",
              {"outcome": "settled", "result": "水表已更换"})  # fmt: skip
CANCEL = Step("cancel_appointment", _read_cancel, _cancel, "It is no longer wanted.",
              {"reason": "用户不再需要"})  # fmt: skip
