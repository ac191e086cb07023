"""A quote picks from the fee standard in force (R-14); a free line stays possible, and marked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dispatch.fees.fee_standard import FeeItem, PickedFee
from dispatch.fees.fee_store import enter_fees
from dispatch.repair.ticket import Ticket
from kit.errors import Invalid
from tests.dispatch.world import TO_SITE, World

LABOUR = FeeItem("RG-01", "人工", "小时", 4500, date(2026, 1, 1))
RAISED = FeeItem("RG-01", "人工", "小时", 5000, date(2026, 11, 23))
NEXT = FeeItem("RG-01", "人工", "小时", 9900, date(2026, 11, 24))
COMING = FeeItem("KW-01", "开挖", "米", 100, date(2026, 12, 1))


@pytest.fixture
def on_site(world: World) -> Ticket:
    with world.db.write() as session:
        enter_fees(session, [LABOUR, RAISED, NEXT, COMING])
    return world.walk(world.log(), TO_SITE)


def test_the_price_comes_from_the_list_of_the_day(world: World, on_site: Ticket) -> None:
    lines = [
        {"fee_code": "RG-01", "quantity": "1.5"},
        {"item": "特制弯头", "amount_yuan": "12.00"},
    ]
    quote = world.do(on_site, "quote_fee", lines=lines).fee.quote
    assert quote is not None
    assert [(one.item, one.amount_fen) for one in quote.lines] == [
        ("人工", 7500),
        ("特制弯头", 1200),
    ]
    picked, free = (one.standard for one in quote.lines)
    assert picked is not None
    assert (picked.price_fen, picked.since) == (5000, RAISED.since)
    assert free is None, "a free line is known by that"


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ({"fee_code": "XX", "quantity": "1"}, "lines.0.fee_code", "unknown_fee"),
        ({"fee_code": "KW-01", "quantity": "1"}, "lines.0.fee_code", "unknown_fee"),
        ({"fee_code": "RG-01"}, "lines.0.quantity", "required"),
        ({"fee_code": "RG-01", "quantity": "0"}, "lines.0.quantity", "too_small"),
        ({"fee_code": "RG-01", "quantity": "0.0001"}, "lines.0.quantity", "quantity_too_fine"),
        (
            {"fee_code": "RG-01", "quantity": "1", "amount_yuan": "1"},
            "lines.0.amount_yuan",
            "price_is_set",
        ),
    ],
)
def test_a_line_that_the_list_does_not_bear_out_is_refused(
    world: World, on_site: Ticket, line: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        world.do(on_site, "quote_fee", lines=[line])
    assert [(one.field, one.code) for one in caught.value.errors] == [(field, code)]


def test_half_a_fen_is_rounded_up_and_no_float_is_on_the_way() -> None:
    def cost(quantity: str, price: int) -> int:
        return PickedFee("x", Decimal(quantity), "米", price, date.min).amount_fen

    assert cost("0.5", 1) == 1
    assert cost("0.499", 1) == 0
    assert cost("1.005", 1000) == 1005
    assert cost("0.1", 3) == 0
