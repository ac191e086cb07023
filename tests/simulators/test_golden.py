"""The simulators speak the protocol to the byte, as the golden messages have it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulators.link.protocol import Receipt, data_topic, decode_receipt, encode, receipt_topic

GOLDEN = Path(__file__).parents[1] / "golden"


def cases(file: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in json.loads((GOLDEN / file).read_text())]


@pytest.mark.parametrize("case", cases("data_messages.json"))
def test_a_message_of_a_simulator_is_the_golden_one(case: dict[str, Any]) -> None:
    units = case["u"] is not None
    sent = encode(case["boot"], case["seq"], case["t"], case["m"], units=units)
    assert sent == case["payload"].encode()
    assert data_topic(case["station"]) == case["topic"]


@pytest.mark.parametrize("case", cases("receipts.json"))
def test_a_golden_receipt_is_understood(case: dict[str, Any]) -> None:
    receipt = decode_receipt(case["payload"].encode())
    ranges = tuple((first, last) for first, last in case["ranges"])
    rejected = tuple((seq, reason) for seq, reason in case["rejected"])
    assert receipt == Receipt(case["boot"], ranges, rejected)
    assert receipt_topic("pump-01") == case["topic"]
    kept = {(case["boot"], seq) for seq in range(1, 20)} | {("another", 1)}
    assert sorted(seq for _, seq in receipt.among(kept)) == sorted(case["seqs"])
