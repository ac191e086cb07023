"""Whose facility it is decides on the fee, consent and who signs; three people are not one."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.repair.masking import masked_ticket
from dispatch.repair.parties import Owner, Party
from dispatch.repair.reading import read_record
from dispatch.repair.reception import log_matter
from dispatch.repair.search import TicketFilter, find_tickets
from dispatch.repair.sheets import Fee, Signatures
from dispatch.repair.ticket import Outcome, State, Ticket, customer_of
from dispatch.repair.verify import verify_archive
from dispatch.repair.workflow import REPAIR
from kit.actors import Actor
from kit.errors import Invalid, OutOfOrder
from tests.dispatch.world import (
    LEADER,
    MANAGER,
    OPERATOR,
    RECEPTIONIST,
    STATION,
    STATION_TO_DONE,
    TECHNICIAN,
    TO_DONE,
    TO_SITE,
    TO_WORK,
    World,
)

BURST: dict[str, Any] = {
    "facility": "company",
    "job_type": "burst",
    "address": "和平路与建设街交叉口",
}
PARTIES: dict[str, Any] = {
    "facility": "customer",
    "up_to": "水表",
    "customer_name": "张大妈",
    "customer_phone": "0350-3022150 转 802",
    "payer_name": "和平物业",
    "payer_phone": "13900000000",
}


def faults(world: World, raw: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        world.log(**raw)
    return {(error.field, error.code) for error in refused.value.errors}


def test_a_burst_in_the_street_is_repaired_without_fee_consent_or_customer(world: World) -> None:
    ticket = world.log(**BURST, name="路人甲")
    assert (ticket.customer, ticket.payer, ticket.own_facility) == (None, None, True)
    ticket = world.walk(ticket, TO_SITE)
    with pytest.raises(OutOfOrder, match="no customer to bill"):
        world.do(ticket, "quote_fee")
    ticket = world.walk(ticket, ("start_work", "report_flow_test", "finish_work"))
    for signer in (TECHNICIAN, OPERATOR, customer_of(ticket)):
        with pytest.raises(OutOfOrder, match="no customer: the team leader"):
            world.do(ticket, "customer_sign", signer)
    ticket = world.walk(ticket, ("leader_sign", "director_sign", "archive"))
    assert (ticket.state, ticket.outcome) == (State.ARCHIVED, Outcome.REPAIRED)
    assert ticket.signatures.customer is None
    with world.db.read() as session:
        assert verify_archive(session) == []


def test_at_a_customers_the_leader_does_not_sign_first(world: World) -> None:
    for ticket in (world.walk(world.log(), TO_DONE), world.walk(world.alarm(), STATION_TO_DONE)):
        with pytest.raises(OutOfOrder, match="signs first"):
            world.do(ticket, "leader_sign")
        blocked = [one.line.step.name for one in REPAIR.blocked(ticket, LEADER)]
        assert "leader_sign" not in blocked


@pytest.mark.parametrize(
    ("said", "actor", "owner"),
    [
        ({}, RECEPTIONIST, Owner.CUSTOMER),
        ({"station_id": STATION.id}, RECEPTIONIST, Owner.COMPANY),
        ({"channel": "staff"}, TECHNICIAN, Owner.COMPANY),
        ({"channel": "staff", "facility": "other"}, TECHNICIAN, Owner.OTHER),
    ],
)
def test_whose_it_is_where_nobody_says(
    sqlite_world: World, said: dict[str, Any], actor: Actor, owner: Owner
) -> None:
    raw = {"name": "王小明", "phone": "13812345678", "address": "x", "content": "漏水"} | {
        "channel": "call",
        "job_type": "leak",
        "distance_km": 1,
        "zone": "city",
        **said,
    }
    ticket = log_matter(sqlite_world.desk, raw, actor, sqlite_world.key())
    assert ticket.facility.owner is owner


def test_reporter_customer_and_payer_are_three_people(world: World) -> None:
    ticket = world.log(**PARTIES)
    assert ticket.intake.name == "王小明"
    assert ticket.customer == Party("张大妈", "0350-3022150-802")
    assert ticket.payer == Party("和平物业", "13900000000")
    assert customer_of(ticket).name == "张大妈"
    assert world.log().payer == world.log().customer == Party("王小明", "13812345678")


def test_the_company_has_no_customer_and_a_number_needs_its_name(sqlite_world: World) -> None:
    assert faults(sqlite_world, PARTIES | {"facility": "company"}) == {
        ("facility", "company_has_no_customer")
    }
    assert faults(sqlite_world, {"payer_phone": "1", "facility": "mine"}) == {
        ("payer_phone", "phone_form"),
        ("payer_name", "required"),
        ("facility", "not_one_of"),
    }


def test_the_crew_corrects_on_site_whose_it_is_and_the_fee_is_void(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee", "consent"))
    ticket = world.do(ticket, "correct_facility", up_to="水表", reason="漏点在表前")
    assert (ticket.own_facility, ticket.fee) == (True, Fee(void_n=1))
    assert ticket.correction is not None
    assert (ticket.correction.reason, ticket.correction.stamp.by) == ("漏点在表前", TECHNICIAN)
    ticket = world.walk(ticket, ("start_work", "report_flow_test", "finish_work", "leader_sign"))
    assert ticket.outcome is Outcome.REPAIRED


def test_a_sheet_from_before_the_correction_is_not_agreed_to(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee"))
    ticket = world.do(world.do(ticket, "correct_facility"), "correct_facility")
    ticket = world.do(ticket, "quote_fee")
    assert ticket.fee.quote is not None
    assert ticket.fee.quote.n == 2
    with pytest.raises(Invalid, match="latest quote"):
        world.do(ticket, "consent", quote=1)


def test_nobody_pays_by_the_consent_of_another(world: World) -> None:
    ticket = world.walk(world.log(), TO_WORK)
    ticket = world.do(ticket, "correct_facility", **PARTIES)
    assert ticket.fee.quote is not None
    assert ticket.fee.consent is None
    ticket = world.do(ticket, "report_flow_test")
    with pytest.raises(OutOfOrder, match="not consented"):
        world.do(ticket, "finish_work")
    assert world.walk(ticket, ("consent", "finish_work")).state is State.WORK_DONE


def test_after_the_work_a_new_payer_is_not_made_to_pay(world: World) -> None:
    ticket = world.walk(world.log(), TO_DONE)
    ticket = world.do(ticket, "correct_facility", LEADER, **PARTIES)
    assert ticket.fee == Fee(void_n=1)
    ticket = world.do(ticket, "customer_sign")
    assert ticket.signatures.customer is not None
    assert ticket.signatures.customer.fee_fen == 0


def test_a_correction_after_the_customer_signed_is_signed_anew(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_DONE, "customer_sign"))
    with pytest.raises(OutOfOrder):
        world.do(ticket, "correct_facility")
    ticket = world.do(ticket, "correct_facility", MANAGER)
    assert ticket.state is State.WORK_DONE
    assert (ticket.signatures, ticket.ending, ticket.fee) == (Signatures(), None, Fee(void_n=1))
    assert world.do(ticket, "leader_sign").state is State.LEADER_SIGNED
    with world.db.read() as session:
        assert verify_archive(session) == []


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"facility": "customer"}, "facility", "nothing_corrected"),
        ({"facility": ""}, "facility", "required"),
        ({"reason": " "}, "reason", "required"),
        ({"payer_name": "张三"}, "facility", "company_has_no_customer"),
    ],
)
def test_a_correction_changes_something_and_says_why(
    sqlite_world: World, said: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        sqlite_world.do(sqlite_world.log(), "correct_facility", LEADER, **said)
    assert [(e.field, e.code) for e in refused.value.errors] == [(field, code)]


def test_customer_and_payer_are_masked_as_the_reporter_is(world: World) -> None:
    ticket = world.log(**PARTIES)
    ticket = world.do(ticket, "correct_facility", LEADER, **PARTIES | {"up_to": "入户阀"})
    seen = str(shown(world, ticket, OPERATOR))
    for secret in ("王小明", "13812345678", "张大妈", "3022150", "和平物业", "13900000000"):
        assert secret in str(shown(world, ticket, MANAGER))
        assert secret not in seen
    assert "张**" in seen


def test_who_reported_the_companys_own_burst_is_masked_and_staff_are_not(world: World) -> None:
    burst = world.do(world.log(**BURST, name="路人甲"), "issue")
    assert "路人甲" not in str(shown(world, burst, OPERATOR))
    assert STATION.name in masked_ticket(world.alarm(), OPERATOR).intake.name
    found = world.do(
        world.log(**BURST),
        "correct_facility",
        LEADER,
        facility="other",
        customer_name="李四四",
    )
    back = world.do(found, "correct_facility", LEADER)
    assert "李四四" not in str(shown(world, back, OPERATOR))


def test_whoever_may_see_persons_finds_them_by_number_and_name(world: World) -> None:
    ticket = world.log(**PARTIES)
    for text in ("3022150", "13900000000", "张大妈", "和平物业", "13812345678"):
        assert found_by(world, RECEPTIONIST, text) == [ticket.id]
        assert found_by(world, OPERATOR, text) == []


def shown(world: World, ticket: Ticket, viewer: Actor) -> tuple[object, ...]:
    with world.db.read() as session:
        record = read_record(session, viewer, ticket.id, REPAIR)
        return record.ticket, *record.events


def found_by(world: World, viewer: Actor, text: str) -> list[str]:
    with world.db.read() as session:
        found = find_tickets(session, viewer, world.clock.now(), TicketFilter(text=text))
    return [ticket.id for ticket in found.tickets]
