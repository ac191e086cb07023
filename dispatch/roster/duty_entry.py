"""Reads what is entered into the duty network: shifts (R-19) and named stand-ins (R-20). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dispatch.phones import normal_phone
from dispatch.roster.shifts import Shift
from dispatch.rulebook import DispatchRules
from kit.actors import Colleague, Post
from kit.fields import FaultKind, Fields

UNKNOWN_PERSON = FaultKind("unknown_person", "is neither the id nor the name of an active account")
TWO_OF_THIS_NAME = FaultKind("two_of_this_name", "is the name of several people: give the id")
NOT_THEIR_POST = FaultKind("not_their_post", "is not a post that {person} holds")
NOT_A_DUTY_NUMBER = FaultKind("not_a_duty_number", "is not a telephone number")
ENDS_BEFORE = FaultKind("ends_before", "must be later than the beginning")
SHIFT_TOO_LONG = FaultKind("shift_too_long", "lies more than {hours} hours after the beginning")
SHIFTS_OVERLAP = FaultKind("shifts_overlap", "{person} is on call from {begins} to {ends} already")
UNKNOWN_OFFICE = FaultKind("unknown_office", "is neither the id nor the name of a service office")
NEVER_STOOD_IN = FaultKind("never_stood_in", "is a post at which nobody stands in for another")
STANDS_IN_FOR_SELF = FaultKind("stands_in_for_self", "must be somebody else")

MOST_SHIFTS = 2000
"""Shifts that are entered at once."""
LAST_TURN = 99
_NEVER = datetime.min.replace(tzinfo=UTC)
"""Stands in for a time that can't be read."""


@dataclass(frozen=True, slots=True)
class DutyGround:
    """What an entry is checked against: active people, offices by id, rules, shifts on record.

    ``stands_in`` are the posts at which somebody may stand in for another.
    """

    people: tuple[Colleague, ...]
    offices: Mapping[str, str]
    rules: DispatchRules
    shifts: tuple[Shift, ...]
    stands_in: frozenset[Post]


@dataclass(frozen=True, slots=True)
class StandInEntry:
    """Who stands in for whom, at which post, and the stand-in's telephone number (B角)."""

    person: Colleague
    post: Post
    stand_in: Colleague
    phone: str


def read_shifts(form: Fields, ground: DutyGround) -> tuple[Shift, ...]:
    """Read ``shifts``, each with its faults; the shifts have no id yet."""
    kept = list(ground.shifts)

    def read(row: Fields) -> Shift:
        shift = _read_shift(row, ground)
        if not row.errors:
            _check_overlap(row, shift, kept)
            kept.append(shift)
        return shift

    return form.items("shifts", read, least=1, most=MOST_SHIFTS)


def _read_shift(form: Fields, ground: DutyGround) -> Shift:
    person, post = _read_person(form, "person", ground.people), _read_post(form)
    if person.id and post not in person.posts:
        form.fault("post", NOT_THEIR_POST, person=person.name)
    begins, ends = _read_time(form, "begins_at"), _read_time(form, "ends_at")
    hours = ground.rules.shift_longest.value
    if begins and ends and ends <= begins:
        form.fault("ends_at", ENDS_BEFORE)
    elif begins and ends and (ends - begins).total_seconds() > hours * 3600:
        form.fault("ends_at", SHIFT_TOO_LONG, hours=f"{hours:g}")
    return Shift(
        id="",
        office_id=_read_office(form, ground.offices),
        post=post,
        person_id=person.id,
        person_name=person.name,
        phone=_read_phone(form),
        begins_at=begins or _NEVER,
        ends_at=ends or _NEVER,
        turn=form.whole("turn", least=1, most=LAST_TURN) if form.given("turn") else 1,
    )


def _check_overlap(form: Fields, shift: Shift, others: Iterable[Shift]) -> None:
    """Nobody is on call twice at once: the second telephone would not be answered."""
    for one in others:
        if one.person_id == shift.person_id and one.overlaps(shift.begins_at, shift.ends_at):
            begins, ends = (
                at.astimezone(form.zone).strftime("%Y-%m-%d %H:%M")
                for at in (one.begins_at, one.ends_at)
            )
            params = {"person": shift.person_name, "begins": begins, "ends": ends}
            form.fault("begins_at", SHIFTS_OVERLAP, **params)
            return


def read_stand_in(form: Fields, ground: DutyGround) -> StandInEntry:
    """Read who stands in for whom; the stand-in need not hold the post."""
    person = _read_person(form, "person", ground.people)
    stand_in = _read_person(form, "stand_in", ground.people)
    post = _read_post(form)
    if person.id and post not in person.posts:
        form.fault("post", NOT_THEIR_POST, person=person.name)
    elif post not in ground.stands_in:
        form.fault("post", NEVER_STOOD_IN)
    if person.id and person.id == stand_in.id:
        form.fault("stand_in", STANDS_IN_FOR_SELF)
    return StandInEntry(person, post, stand_in, _read_phone(form))


def _read_person(form: Fields, name: str, people: tuple[Colleague, ...]) -> Colleague:
    """Read a person by id, or by a name that only one active account has."""
    given = form.plain(name)
    found = [one for one in people if one.id == given] or [
        one for one in people if one.name == given
    ]
    if not given:
        form.fault(name, "required")
    elif not found:
        form.fault(name, UNKNOWN_PERSON)
    elif len(found) > 1:
        form.fault(name, TWO_OF_THIS_NAME)
    else:
        return found[0]
    return Colleague("", given, ())


def _read_office(form: Fields, offices: Mapping[str, str]) -> str:
    """Read an office by id or name; the only one need not be named."""
    given = form.plain("office")
    if not given and len(offices) == 1:
        return next(iter(offices))
    found = given if given in offices else next((i for i, n in offices.items() if n == given), "")
    if not found:
        form.fault("office", UNKNOWN_OFFICE if given else "required")
    return found


def _read_post(form: Fields) -> Post:
    return form.choice("post", Post, Post.SYSTEM)


def _read_phone(form: Fields) -> str:
    given = form.plain("phone")
    number = normal_phone(given)
    if not given:
        form.fault("phone", "required")
    elif number is None:
        form.fault("phone", NOT_A_DUTY_NUMBER)
    return number or ""


def _read_time(form: Fields, name: str) -> datetime | None:
    found = form.time(name, _NEVER)
    if not form.given(name):
        form.fault(name, "required")
    return None if found == _NEVER else found
