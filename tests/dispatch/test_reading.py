"""Commands as they come from forms and phones: every fault at once, nothing partly."""

from typing import Any

import pytest

from dispatch.money import to_fen, yuan
from dispatch.repair.sheets import FeeLine
from kit.errors import Invalid
from kit.geo import Position
from kit.where import WhereKind, read_where
from tests.dispatch.world import STROKES, TECHNICIAN, TO_DONE, TO_SITE, TO_WORK, World


def faults(world: World, path: tuple[str, ...], command: str, **data: Any) -> set[tuple[str, str]]:
    ticket = world.walk(world.log(), path)
    with pytest.raises(Invalid) as refused:
        world.do(ticket, command, **data)
    return {(error.field, error.code) for error in refused.value.errors}


def test_a_quote_is_read_in_fen_or_in_yuan_from_json_or_a_form(sqlite_world: World) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_SITE)
    lines = '[{"item": "阀门", "amount_fen": 1250}, {"item": "工时", "amount_yuan": "20.5"}]'
    ticket = sqlite_world.do(ticket, "quote_fee", lines=lines)
    assert ticket.fee.quote is not None
    assert ticket.fee.quote.lines == (FeeLine("阀门", 1250), FeeLine("工时", 2050))
    assert ticket.fee.quote.total_fen == 3300


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([], ("lines", "required")),
        ("not json", ("lines", "not_a_list")),
        ("{}", ("lines", "not_a_list")),
        ([{"item": "x"}], ("lines.0.amount_yuan", "required")),
        ([{"item": "x", "amount_yuan": "1.234"}], ("lines.0.amount_yuan", "amount_form")),
        ([{"item": "x", "amount_yuan": "1e9"}], ("lines.0.amount_yuan", "amount_form")),
        ([{"item": "x", "amount_yuan": "99999999"}], ("lines.0.amount_yuan", "too_large")),
        ([{"item": "x", "amount_fen": -1}], ("lines.0.amount_fen", "too_small")),
        ([{"item": "x", "amount_fen": 1.5}], ("lines.0.amount_fen", "not_whole")),
        ([{"item": "x", "amount_fen": float("nan")}], ("lines.0.amount_fen", "not_a_number")),
        ([{"item": "", "amount_fen": 1}], ("lines.0.item", "required")),
        (["x"], ("lines.0", "not_a_list")),
        ([{"item": "x", "amount_fen": 1}] * 51, ("lines", "too_many")),
    ],
)
def test_an_absurd_quote_is_refused(
    sqlite_world: World, lines: Any, fault: tuple[str, str]
) -> None:
    assert fault in faults(sqlite_world, TO_SITE, "quote_fee", lines=lines)


def test_nobody_is_named_twice_or_without_a_name(sqlite_world: World) -> None:
    twice = [{"id": TECHNICIAN.id}] * 2
    assert faults(sqlite_world, ("issue",), "assign", technicians=twice) == {
        ("technicians", "twice")
    }
    assert faults(sqlite_world, ("issue",), "assign", technicians=[{"id": "a"}]) == {
        ("technicians.0.id", "unknown_technician")
    }
    assert faults(sqlite_world, ("issue",), "assign", technicians=None) == {
        ("technicians", "required")
    }


@pytest.mark.parametrize(
    ("pressure", "code"),
    [
        ("", "required"),
        ("-0.1", "too_small"),
        ("4.1", "too_large"),
        ("nan", "not_a_number"),
        ("0,3", "not_a_number"),
    ],
)
def test_the_flow_test_needs_a_pressure_that_a_gauge_can_read(
    sqlite_world: World, pressure: str, code: str
) -> None:
    found = faults(
        sqlite_world, TO_WORK, "report_flow_test", pressure_mpa=pressure, passed="perhaps"
    )
    assert found == {("pressure_mpa", code), ("passed", "not_yes_or_no")}


@pytest.mark.parametrize(
    ("strokes", "code"),
    [
        ([], "signature_missing"),
        ([[[5, 5]]], "signature_missing"),
        ([[[5, 5], [6, 6]]], "signature_missing"),
        ([[["a", "b"], [None, 1]], 7], "signature_missing"),
        ([[[float("nan"), 5], [float("inf"), 90]]], "signature_missing"),
        ([[[10**400, 5], [-1, 90]]], "signature_missing"),
        ([[[1, 1]] * 5001], "signature_too_large"),
        ([[[1, 1]]] * 201, "too_many"),
        ("[[", "not_a_list"),
    ],
)
def test_a_signature_is_drawn_and_bounded(sqlite_world: World, strokes: Any, code: str) -> None:
    assert ("strokes", code) in faults(sqlite_world, TO_DONE, "customer_sign", strokes=strokes)


def test_who_can_not_draw_types_the_name(sqlite_world: World) -> None:
    ticket = sqlite_world.walk(sqlite_world.log(), TO_DONE)
    ticket = sqlite_world.do(ticket, "customer_sign", strokes="", typed_name="王小明")
    assert ticket.signatures.customer is not None
    assert ticket.signatures.customer.signature.typed_name == "王小明"


def test_an_empty_sign_off_gets_all_of_its_faults_at_once(sqlite_world: World) -> None:
    empty = dict.fromkeys(("completed_at", "opinion", "satisfied", "strokes"), "")
    assert faults(sqlite_world, TO_DONE, "customer_sign", **empty) == {
        ("completed_at", "required"),
        ("opinion", "required"),
        ("satisfied", "required"),
        ("strokes", "signature_missing"),
    }


def test_a_signature_comes_back_as_it_was_drawn(world: World) -> None:
    ticket = world.walk(world.log(), (*TO_DONE, "customer_sign"))
    assert ticket.signatures.customer is not None
    drawn = [
        [list(point) for point in stroke] for stroke in ticket.signatures.customer.signature.strokes
    ]
    assert drawn == STROKES


def test_a_position_is_read_or_refused_or_simply_not_known() -> None:
    assert read_where(None).kind is WhereKind.NONE
    found = read_where({"lat": "38.4", "lon": 112.7})
    assert (found.kind, found.position) == (WhereKind.DEVICE, Position(38.4, 112.7))
    with pytest.raises(Invalid) as refused:
        read_where({"lat": 91, "kind": "mars"})
    assert {(e.field, e.code) for e in refused.value.errors} == {
        ("where.lat", "too_large"),
        ("where.lon", "required"),
        ("where.kind", "not_one_of"),
    }


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12.50", 1250), ("0", 0), ("¥8.1", 810), ("0.07", 7), ("-1", None), ("1.", None), ("", None)],
)
def test_yuan_are_whole_fen(typed: str, fen: int | None) -> None:
    assert to_fen(typed) == fen


def test_fen_are_written_as_yuan() -> None:
    assert [yuan(fen) for fen in (0, 7, 1250, 100_000_000)] == [
        "0.00",
        "0.07",
        "12.50",
        "1000000.00",
    ]
