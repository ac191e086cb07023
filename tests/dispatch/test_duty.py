"""The duty network as pure functions: who is on duty, where nobody is, who is called (R-19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dispatch.roster.call_order import DutyNow, NamedStandIn, who_is_called
from dispatch.roster.leave import Leave, LeaveKind, LeaveRequest, LeaveState
from dispatch.roster.shifts import Gap, Shift, gaps, on_duty
from kit.actors import Colleague, Post
from kit.step import Stamp
from tests.company.people import PEOPLE
from tests.dispatch.world import START

HOUR = timedelta(hours=1)
T, L, D = Post.TECHNICIAN, Post.TEAM_LEADER, Post.DIRECTOR


def shift(login: str, begins: float, ends: float, **changes: object) -> Shift:
    """Return a shift of this person, in hours from the start."""
    person = PEOPLE[login]
    made = Shift(
        id=f"{login}-{begins}",
        office_id="main",
        post=person.post,
        person_id=person.id,
        person_name=person.name,
        phone=f"1390000{len(login):04d}",
        begins_at=START + begins * HOUR,
        ends_at=START + ends * HOUR,
        turn=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # any field of a shift


def leave(login: str, stand_in: str, post: Post) -> Leave:
    other = PEOPLE[stand_in]
    asked = LeaveRequest(
        LeaveKind.LEAVE, post, Colleague(other.id, other.name, (other.post,)),
        START, START + 8 * HOUR, "看病",
    )  # fmt: skip
    return Leave("1", "QJ1", 3, LeaveState.HANDED_OVER, asked, Stamp(PEOPLE[login].actor, START))


def duty(*shifts: Shift, **changes: object) -> DutyNow:
    plain = DutyNow(tuple(shifts), (), (), frozenset(one.id for one in PEOPLE.values()))
    return replace(plain, **changes)  # type: ignore[arg-type] # any field


def named(login: str, post: Post, stand_in: str) -> NamedStandIn:
    person, other = PEOPLE[login], PEOPLE[stand_in]
    return NamedStandIn(person.id, person.name, post, other.id, other.name, "13911112222")


def names(found: DutyNow, at_hours: float = 1, office: str = "main") -> list[str]:
    return [one.name for one in who_is_called(found, START + at_hours * HOUR, office)]


def test_a_shift_begins_at_its_first_minute_and_has_ended_at_its_last() -> None:
    both = (shift("wang", 0, 8), shift("li", 8, 16))
    assert [one.person_name for one in on_duty(both, START)] == ["王师傅"]
    assert [one.person_name for one in on_duty(both, START + 8 * HOUR)] == ["李师傅"]
    assert on_duty(both, START + 16 * HOUR) == ()


def test_of_two_on_duty_the_first_in_turn_is_called_first() -> None:
    both = (shift("wang", 0, 8, turn=2), shift("li", 4, 16))
    assert [one.person_name for one in on_duty(both, START + 5 * HOUR)] == ["李师傅", "王师傅"]


def test_the_hours_with_nobody_are_found_before_between_and_after() -> None:
    both = (shift("wang", 2, 8), shift("li", 9, 16))
    found = gaps(both, START, START + 24 * HOUR)
    assert found == tuple(
        Gap(START + a * HOUR, START + b * HOUR) for a, b in ((0, 2), (8, 9), (16, 24))
    )
    assert gaps((), START, START + HOUR) == (Gap(START, START + HOUR),)
    assert gaps((shift("wang", -5, 30),), START, START + 24 * HOUR) == ()


spans = st.lists(st.tuples(st.integers(-5, 50), st.integers(1, 20)), max_size=12)


@given(spans)
def test_every_half_hour_is_in_a_gap_exactly_when_nobody_is_on_duty(
    found: list[tuple[int, int]],
) -> None:
    shifts = [shift("wang", begins, begins + hours) for begins, hours in found]
    empty = gaps(shifts, START, START + 48 * HOUR)
    for half in range(96):
        at = START + half * HOUR / 2
        assert any(one.begins_at <= at < one.ends_at for one in empty) != bool(on_duty(shifts, at))
    assert all(a.ends_at < b.begins_at for a, b in pairwise(empty))


def test_the_order_is_technician_stand_in_leader_director() -> None:
    shifts = (shift("zhao", 0, 24), shift("chen", 0, 24), shift("wang", 0, 8))
    found = duty(*shifts, stand_ins=(named("wang", T, "li"),))
    assert names(found) == ["王师傅", "李师傅", "陈队长", "赵处长"]
    assert names(found, 9) == ["陈队长", "赵处长"]


def test_whoever_is_on_leave_is_skipped_and_their_stand_in_is_called() -> None:
    away = leave("wang", "li", T)
    found = duty(shift("wang", 0, 8), shift("chen", 0, 8), absences=(away,))
    assert names(found) == ["李师傅", "陈队长"]
    both = replace(found, absences=(away, leave("li", "chen", T)))
    assert names(both) == ["陈队长"]


def test_a_closed_account_is_skipped() -> None:
    found = duty(shift("wang", 0, 8), shift("li", 0, 8))
    assert names(replace(found, active=frozenset({"u-li"}))) == ["李师傅"]


def test_where_an_office_has_nobody_the_others_are_called() -> None:
    found = duty(shift("wang", 0, 8, office_id="east"), shift("li", 0, 8, office_id="west"))
    assert names(found, office="east") == ["王师傅"]
    assert names(found, office="south") == ["李师傅", "王师傅"]
    assert names(duty()) == []
