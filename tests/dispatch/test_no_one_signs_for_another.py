"""Whose hand signed, by which way, and when by which clock (R-14, R-16)."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.repair.reading import read_record
from dispatch.repair.search import count_signed_ways
from dispatch.repair.sheets import Relation, Signature, SignedWay
from dispatch.repair.ticket import Ticket, customer_of
from dispatch.repair.verify import verify_archive
from dispatch.repair.workflow import REPAIR
from kit.actors import Actor
from kit.errors import Invalid
from tests.company.papers import SIGNED
from tests.dispatch.world import (
    LEADER,
    OPERATOR,
    OTHER_TECHNICIAN,
    STATION_TO_DONE,
    TECHNICIAN,
    TO_ARCHIVE,
    TO_DONE,
    TO_SITE,
    World,
)

BOTH = [{"id": TECHNICIAN.id}, {"id": OTHER_TECHNICIAN.id}]


def faults(world: World, ticket: Ticket, actor: Actor, **said: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        world.do(ticket, "customer_sign", actor, **said)
    return {(error.field, error.code) for error in refused.value.errors}


def signed(ticket: Ticket) -> Signature:
    assert ticket.signatures.customer is not None
    return ticket.signatures.customer.signature


@pytest.mark.parametrize("name", [TECHNICIAN.name, f" {TECHNICIAN.name[0]} {TECHNICIAN.name[1:]}"])
def test_a_technician_does_not_sign_as_the_customer(sqlite_world: World, name: str) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_DONE)
    assert faults(sqlite_world, ticket, TECHNICIAN, signer_name=name) == {
        ("signer_name", "signer_is_crew")
    }


def test_nor_does_the_other_one_of_the_crew_nor_by_keyboard(sqlite_world: World) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), ("issue",))
    ticket = sqlite_world.do(ticket, "assign", technicians=BOTH)
    ticket = sqlite_world.walk(ticket, TO_DONE[2:])
    said = {"signer_name": OTHER_TECHNICIAN.name, "typed_name": "王小明", "strokes": ""}
    assert faults(sqlite_world, ticket, TECHNICIAN, **said) == {
        ("signer_name", "signer_is_crew"),
        ("typed_name", "drawn_on_device"),
        ("strokes", "drawn_on_device"),
    }


def test_on_the_companys_device_name_and_relation_are_asked_for(sqlite_world: World) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_DONE)
    blank = dict.fromkeys(SIGNED, "")
    assert faults(sqlite_world, ticket, TECHNICIAN, **blank) == {
        ("signer_name", "required"),
        ("relation", "required"),
        ("strokes", "drawn_on_device"),
    }


def test_a_signature_says_by_which_way_by_whom_and_by_which_clocks(world: World) -> None:
    ticket = world.walk(world.log(), TO_DONE)
    wrong_clock = "2026-11-23T12:33:00+08:00"
    said = {"signer_name": "王大妈", "relation": "family", "device_at": wrong_clock}
    ticket = world.do(ticket, "customer_sign", TECHNICIAN, **said)
    found = signed(ticket)
    assert (found.way, found.signer, found.relation) == (
        SignedWay.DEVICE,
        "王大妈",
        Relation.FAMILY,
    )
    assert found.device_at is not None
    assert found.device_at.isoformat() == "2026-11-23T04:33:00+00:00"
    assert ticket.signatures.customer is not None
    assert ticket.signatures.customer.at == world.clock.now()


def test_by_their_own_link_a_customer_draws_or_types(world: World) -> None:
    for said, signer in (
        (dict.fromkeys(SIGNED, "") | {"typed_name": "王小明"}, "王小明"),
        ({"signer_name": "李四", "relation": "tenant"}, "李四"),
        ({"signer_name": "", "relation": ""}, "王小明"),
    ):
        ticket = world.walk(world.log(), TO_DONE)
        ticket = world.do(ticket, "customer_sign", customer_of(ticket), **said)
        assert (signed(ticket).way, signed(ticket).signer) == (SignedWay.LINK, signer)


def test_a_stations_operator_signs_in_their_own_name_by_hand(sqlite_world: World) -> None:
    ticket = sqlite_world.walk(sqlite_world.alarm(), STATION_TO_DONE)
    typed = {"typed_name": OPERATOR.name, "strokes": ""}
    assert ("typed_name", "drawn_on_device") in faults(sqlite_world, ticket, OPERATOR, **typed)
    found = signed(sqlite_world.do(ticket, "customer_sign", OPERATOR, signer_name="别人"))
    assert (found.signer, found.relation) == (OPERATOR.name, None)


def test_consent_to_a_fee_is_signed_as_well(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_SITE, "quote_fee"))
    with pytest.raises(Invalid) as refused:
        world.do(ticket, "consent", TECHNICIAN, strokes="")
    assert [(e.field, e.code) for e in refused.value.errors] == [("strokes", "drawn_on_device")]
    ticket = world.do(ticket, "consent", TECHNICIAN, signer_name="王大妈")
    consent = ticket.fee.consent
    assert consent is not None
    assert (consent.name, consent.recorded_by) == ("王大妈", TECHNICIAN)
    assert consent.signature is not None
    assert consent.signature.way is SignedWay.DEVICE


def test_who_signed_is_masked_and_the_way_is_not(world: World) -> None:
    ticket = world.walk(world.log(), TO_DONE)
    ticket = world.do(ticket, "customer_sign", TECHNICIAN, signer_name="王大妈")
    with world.db.read() as session:
        seen = read_record(session, OPERATOR, ticket.id, REPAIR)
    assert "王大妈" not in str(seen)
    assert "王小明" not in str(seen)
    assert signed(seen.ticket) == Signature(
        (), "", SignedWay.DEVICE, "王**", Relation.SELF, signed(ticket).device_at
    )
    (event,) = [one for one in seen.events if one.command == "customer_sign"]
    assert (event.data["signature"]["way"], event.data["signature"]["strokes"]) == ("device", [])


def test_the_archive_counts_the_ways(world: World) -> None:
    for actor in (None, None, TECHNICIAN):
        ticket = world.walk(world.log(), TO_DONE)
        ticket = world.do(ticket, "customer_sign", actor)
        world.walk(ticket, TO_ARCHIVE[len(TO_DONE) + 1 :])
    with world.db.read() as session:
        assert count_signed_ways(session) == {"link": 2, "device": 1}
        assert verify_archive(session) == []


def test_of_two_leaders_the_second_is_told_of_the_first_and_confirms(world: World) -> None:
    ticket = world.do(world.log(), "issue")
    seen, other = ticket.version, [{"id": OTHER_TECHNICIAN.id}]
    first = world.do(ticket, "assign", LEADER, seen_version=seen)
    assert first.crew.technicians[0].id == TECHNICIAN.id
    with pytest.raises(Invalid) as refused:
        world.do(ticket, "assign", LEADER, technicians=other, seen_version=seen)
    (error,) = refused.value.errors
    assert (error.field, error.code) == ("technicians", "named_meanwhile")
    assert error.params == {"by": LEADER.name, "who": TECHNICIAN.name}
    again = world.do(ticket, "assign", LEADER, technicians=other, seen_version=first.version)
    assert again.crew.technicians[0].id == OTHER_TECHNICIAN.id


def test_another_step_meanwhile_is_no_reason_to_ask_again(sqlite_world: World) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), ("issue", "assign"))
    sqlite_world.do(ticket, "depart")
    for wrong, code in (("x", "not_a_number"), (99, "too_large"), (-1, "too_small")):
        with pytest.raises(Invalid) as refused:
            sqlite_world.do(ticket, "assign", LEADER, seen_version=wrong)
        assert [e.code for e in refused.value.errors] == [code]
    after = sqlite_world.do(ticket, "assign", LEADER, seen_version=ticket.version)
    assert after.version == ticket.version + 2
