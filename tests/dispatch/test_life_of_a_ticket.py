from datetime import timedelta

import pytest

from dispatch.repair.masking import knows_of
from dispatch.repair.sheets import Signatures
from dispatch.repair.step_taking import take_step
from dispatch.repair.ticket import Outcome, State, Ticket, customer_of
from dispatch.repair.tickets import load
from dispatch.repair.workflow import REPAIR
from kit.actors import SYSTEM, Actor
from kit.errors import Forbidden, Invalid, NotFound, OutOfOrder
from kit.refusals import refused_attempts
from tests.dispatch.world import (
    DIRECTOR,
    LEADER,
    MANAGER,
    OPERATOR,
    OTHER_TECHNICIAN,
    RECEPTIONIST,
    STAFF,
    STATION_TO_DONE,
    STROKES,
    TECHNICIAN,
    TO_ARCHIVE,
    TO_DONE,
    TO_SITE,
    TO_WORK,
    World,
    usual_actor,
)


def test_a_call_goes_through_the_whole_chain_into_the_archive(world: World) -> None:
    ticket = world.walk(world.log(), TO_ARCHIVE)
    assert ticket.state is State.ARCHIVED
    assert ticket.outcome is Outcome.REPAIRED
    assert ticket.signatures.customer is not None
    assert ticket.signatures.customer.fee_fen == 3500
    assert ticket.signatures.leader is not None
    assert ticket.signatures.leader.by == LEADER
    assert ticket.signatures.director is not None
    assert ticket.signatures.director.by == DIRECTOR
    assert ticket.version == 1 + len(TO_ARCHIVE)


def test_an_alarm_goes_through_the_whole_chain_without_a_fee(world: World) -> None:
    ticket = world.walk(world.alarm(), (*STATION_TO_DONE, "customer_sign"))
    world.returned(ticket)
    ticket = world.walk(ticket, ("leader_sign", "director_sign", "archive"))
    assert ticket.state is State.ARCHIVED
    assert ticket.fee.quote is None
    assert ticket.signatures.customer is not None
    assert ticket.signatures.customer.recorded_by == OPERATOR


@pytest.mark.parametrize("place", range(len(TO_ARCHIVE)))
def test_at_each_point_every_wrong_person_is_refused(sqlite_world: World, place: int) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_ARCHIVE[:place])
    command = TO_ARCHIVE[place]
    right = usual_actor(ticket, command)
    may_also = {TECHNICIAN} if right == customer_of(ticket) else set()
    for actor in set(STAFF) - {right} - may_also:
        # Who may not know of the ticket is told that there is none.
        answer = Forbidden if knows_of(actor, ticket) else NotFound
        # The leader enters for the crew, but not without saying who told it.
        unmarked = (Invalid,) if actor is LEADER else ()
        with pytest.raises((answer, OutOfOrder, *unmarked)):
            sqlite_world.do(ticket, command, actor)
    assert sqlite_world.do(ticket, command).version == ticket.version + 1


@pytest.mark.parametrize("place", range(len(TO_ARCHIVE) + 1))
def test_at_each_point_every_other_step_is_refused_with_what_is_allowed(
    sqlite_world: World, place: int
) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_ARCHIVE[:place])
    here = {line.step.name for line in REPAIR.lines if ticket.state in line.sources}
    for command in {line.step.name for line in REPAIR.lines} - here:
        actor = usual_actor(ticket, command)
        if command in ("miss_arrival", "telemetry_returned", "telemetry_relapsed"):
            actor = SYSTEM
        # Before the crew is named, its steps are nobody's.
        hidden = () if knows_of(actor, ticket) else (NotFound,)
        with pytest.raises((OutOfOrder, Forbidden, *hidden)) as refused:
            sqlite_world.do(ticket, command, actor)
        if isinstance(refused.value, OutOfOrder):
            assert command not in refused.value.allowed  # test_who_may.py says what is in it
    with sqlite_world.db.read() as session:
        assert load(session, ticket.id) == ticket


def test_a_refused_attempt_is_put_on_record(world: World) -> None:
    ticket = world.log()
    with pytest.raises(NotFound):
        world.do(ticket, "issue", TECHNICIAN)
    with pytest.raises(OutOfOrder):
        world.do(ticket, "assign")
    with world.db.read() as session:
        found = [(r.actor, r.command, r.code) for r in refused_attempts(session, ticket.id)]
    assert found == [
        (LEADER, "assign", "not_in_this_state"),
        (TECHNICIAN, "issue", "not_your_step"),
    ]


def test_a_technician_who_is_not_named_can_do_nothing_on_the_job(world: World) -> None:
    ticket = world.walk(world.log(), ("issue", "assign"))
    with pytest.raises(NotFound):
        world.do(ticket, "depart", OTHER_TECHNICIAN)
    with world.db.read() as session:
        (attempt,) = refused_attempts(session, ticket.id)
    assert (attempt.actor, attempt.code) == (OTHER_TECHNICIAN, "not_your_step")
    assert REPAIR.allowed(ticket, OTHER_TECHNICIAN) == []


def test_the_customer_of_another_ticket_can_not_consent(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee"))
    stranger = customer_of(world.log(name="张三"))
    with pytest.raises(NotFound):
        world.do(ticket, "consent", stranger)


def test_work_does_not_start_without_consent_to_the_latest_quote(world: World) -> None:
    ticket = world.walk(world.log(), TO_SITE)
    assert_refused(world, ticket, "start_work", "fee_not_agreed")
    ticket = world.do(ticket, "quote_fee")
    assert_refused(world, ticket, "start_work", "fee_not_agreed")
    ticket = world.walk(ticket, ("consent", "quote_fee"))
    assert_refused(world, ticket, "start_work", "fee_not_agreed")
    assert world.walk(ticket, ("consent", "start_work")).state is State.WORKING


def test_consent_to_a_quote_that_was_replaced_is_not_taken(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee", "quote_fee"))
    with pytest.raises(Invalid) as refused:
        world.do(ticket, "consent", quote=1)
    assert [e.code for e in refused.value.errors] == ["quote_changed"]


def test_a_second_yes_to_the_same_quote_is_neither_asked_for_nor_taken(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee", "consent"))
    assert_refused(world, ticket, "consent", "already_agreed")
    assert "consent" not in [one.line.step.name for one in REPAIR.blocked(ticket, TECHNICIAN)]


def test_a_fee_that_grows_needs_consent_again_before_the_work_is_finished(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_WORK, "quote_fee", "report_flow_test"))
    assert_refused(world, ticket, "finish_work", "fee_not_agreed")
    assert world.walk(ticket, ("consent", "finish_work")).state is State.WORK_DONE


def test_work_is_not_finished_before_the_latest_flow_test_passed(world: World) -> None:
    ticket = world.walk(world.log(), TO_WORK)
    assert_refused(world, ticket, "finish_work", "flow_test_missing")
    ticket = world.do(ticket, "report_flow_test")
    ticket = world.do(ticket, "report_flow_test", passed=False)
    assert_refused(world, ticket, "finish_work", "flow_test_failed")
    reasons = [o.code for b in REPAIR.blocked(ticket, TECHNICIAN) for o in b.obstacles]
    assert reasons == ["flow_test_failed"]


def test_finishing_needs_work_done_well_and_the_site_cleared_said_at_once(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_WORK, "report_flow_test"))
    with pytest.raises(Invalid) as refused:
        world.do(ticket, "finish_work", work_done_well=False, site_cleared="", materials=[{}])
    assert {(e.field, e.code) for e in refused.value.errors} == {
        ("work_done_well", "must_be_confirmed"),
        ("site_cleared", "must_be_confirmed"),
        ("materials.0.name", "required"),
        ("materials.0.quantity", "required"),
        ("materials.0.unit", "required"),
    }


def test_the_technician_hands_the_phone_to_the_customer_for_consent_and_signature(
    world: World,
) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee"))
    with pytest.raises(Invalid):
        world.do(ticket, "consent", TECHNICIAN, customer_present=False)
    ticket = world.do(ticket, "consent", TECHNICIAN, signer_name="王大妈")
    assert ticket.fee.consent is not None
    assert (ticket.fee.consent.name, ticket.fee.consent.recorded_by) == ("王大妈", TECHNICIAN)
    ticket = world.walk(ticket, ("start_work", "report_flow_test", "finish_work"))
    ticket = world.do(ticket, "customer_sign", TECHNICIAN)
    assert ticket.signatures.customer is not None
    assert ticket.signatures.customer.recorded_by == TECHNICIAN
    assert len(ticket.signatures.customer.signature.strokes) == len(STROKES)


def test_a_declined_offer_is_signed_by_the_superiors_and_archived(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee", "decline", "leader_sign"))
    assert_refused(world, ticket, "send_back", "not_worked_on", DIRECTOR)
    ticket = world.walk(ticket, ("director_sign", "archive"))
    assert (ticket.state, ticket.outcome) == (State.ARCHIVED, Outcome.DECLINED)
    assert ticket.ending is not None
    assert ticket.ending.reason == "自己修"


@pytest.mark.parametrize("who", [RECEPTIONIST, MANAGER])
def test_a_matter_can_be_withdrawn_with_its_reason_before_anyone_is_there(
    world: World, who: Actor
) -> None:
    ticket = world.walk(world.log(), ("issue", "assign", "depart"))
    with pytest.raises(Invalid):
        world.do(ticket, "withdraw", who, reason="  ")
    ticket = world.walk(world.do(ticket, "withdraw", who), ("archive",))
    assert (ticket.state, ticket.outcome) == (State.ARCHIVED, Outcome.WITHDRAWN)


def test_what_is_sent_back_must_be_proven_and_signed_anew(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_DONE, "customer_sign", "leader_sign"))
    ticket = world.do(ticket, "send_back", DIRECTOR)
    assert ticket.state is State.WORKING
    assert (ticket.work.flow_test, ticket.work.report) == (None, None)
    assert ticket.signatures == Signatures()
    assert_refused(world, ticket, "finish_work", "flow_test_missing")
    ticket = world.walk(ticket, (*TO_ARCHIVE[TO_ARCHIVE.index("report_flow_test") :],))
    assert ticket.state is State.ARCHIVED


def test_the_team_leader_can_name_others_before_and_during_the_work(world: World) -> None:
    other = [{"id": OTHER_TECHNICIAN.id, "name": OTHER_TECHNICIAN.name}]
    ticket = world.walk(world.log(), ("issue", "assign", "depart"))
    ticket = world.do(ticket, "assign", technicians=other)
    assert (ticket.state, ticket.crew.departed_at) == (State.ASSIGNED, None)
    ticket = world.do(ticket, "depart", OTHER_TECHNICIAN)
    ticket = world.do(ticket, "arrive", OTHER_TECHNICIAN)
    ticket = world.do(ticket, "assign")
    assert ticket.state is State.ON_SITE
    with pytest.raises(NotFound):
        world.do(ticket, "quote_fee", OTHER_TECHNICIAN)


def test_an_alarm_is_not_signed_off_before_its_telemetry_is_back(world: World) -> None:
    ticket = world.walk(world.alarm(), (*STATION_TO_DONE, "customer_sign"))
    assert_refused(world, ticket, "leader_sign", "telemetry_not_back")
    once = world.returned(ticket)
    again = world.returned(ticket)
    assert once == again
    assert world.do(ticket, "leader_sign").state is State.LEADER_SIGNED


def test_at_a_station_the_operator_signs_and_nobody_is_billed(world: World) -> None:
    ticket = world.walk(world.alarm(), TO_SITE)
    assert_refused(world, ticket, "quote_fee", "own_facility")
    ticket = world.walk(ticket, ("start_work", "report_flow_test", "finish_work"))
    with pytest.raises(Forbidden, match="operator signs"):
        world.do(ticket, "customer_sign", TECHNICIAN)
    assert world.do(ticket, "customer_sign", OPERATOR).state is State.CUSTOMER_SIGNED


def test_the_operator_does_not_sign_for_a_customer(world: World) -> None:
    ticket = world.walk(world.log(), TO_DONE)
    with pytest.raises(Forbidden, match="only the customer"):
        world.do(ticket, "customer_sign", OPERATOR)


def test_an_unknown_command_or_ticket_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.do(world.log(), "explode", MANAGER)
    with pytest.raises(NotFound):
        world.do(world.log(), "log", RECEPTIONIST)
    with pytest.raises(NotFound):
        take_step(world.desk, "no-such", "issue", {}, MANAGER, "k")


def test_the_completion_time_lies_between_the_start_of_the_work_and_now(world: World) -> None:
    ticket = world.walk(world.log(), TO_DONE)
    assert ticket.work.started_at is not None
    early = (ticket.work.started_at - timedelta(minutes=1)).isoformat()
    late = (world.clock.now() + timedelta(minutes=10)).isoformat()
    for time, code in (
        (early, "before_start"),
        (late, "in_the_future"),
        ("gestern", "not_a_time"),
    ):
        with pytest.raises(Invalid) as refused:
            world.do(ticket, "customer_sign", completed_at=time)
        assert [(e.field, e.code) for e in refused.value.errors] == [("completed_at", code)]


def assert_refused(
    world: World, ticket: Ticket, command: str, code: str, actor: Actor | None = None
) -> None:
    with pytest.raises(OutOfOrder) as refused:
        world.do(ticket, command, actor)
    assert refused.value.code == code
    assert command not in refused.value.allowed
