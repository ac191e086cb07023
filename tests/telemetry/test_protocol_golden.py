"""Byte-exact messages of docs/station-protocol.md; the simulators' tests hold to the same file."""

import json
from pathlib import Path
from typing import Any

import pytest

from stations.assets.quantities import load_quantities
from telemetry.codecs.native import decode, encode_receipt
from telemetry.codecs.topics import parse_topic
from telemetry.ingest.broker_port import Incoming
from telemetry.ingest.profiles import Catalog, profile_of
from telemetry.ingest.sorter import Sorter
from tests.telemetry.conftest import a_station

GOLDEN = Path(__file__).parent.parent / "golden"
DATA = json.loads((GOLDEN / "data_messages.json").read_text(encoding="utf-8"))
POINTS = json.loads((GOLDEN / "point_messages.json").read_text(encoding="utf-8"))
RECEIPTS = json.loads((GOLDEN / "receipts.json").read_text(encoding="utf-8"))
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "station-protocol.md"


@pytest.mark.parametrize("golden", [*DATA, *POINTS], ids=lambda golden: golden["name"])
def test_a_golden_data_message_decodes_to_what_it_says(golden: dict[str, Any]) -> None:
    message, faults = decode(golden["payload"].encode())
    assert (message.boot, message.seq, message.t) == (golden["boot"], golden["seq"], golden["t"])
    assert (message.m, message.u, faults) == (golden["m"], golden["u"], [])
    assert message.q == golden.get("q")
    assert parse_topic(golden["topic"]).station == golden["station"]


@pytest.mark.parametrize("golden", DATA, ids=lambda golden: golden["name"])
def test_a_golden_data_message_becomes_one_reading_at_its_time(golden: dict[str, Any]) -> None:
    catalog = Catalog(
        {
            golden["station"]: profile_of(
                a_station(golden["station"], golden["m"]), load_quantities()
            )
        }
    )
    came = Incoming(golden["topic"], golden["payload"].encode(), 1, 1)
    batch = Sorter().sort_out([came], catalog, golden["t"])
    (reading,) = batch.readings
    assert reading.time_us == golden["time_us"]
    assert reading.values == golden["m"]
    assert batch.refusals == []


@pytest.mark.parametrize("golden", RECEIPTS, ids=lambda golden: golden["name"])
def test_a_receipt_is_written_byte_for_byte(golden: dict[str, Any]) -> None:
    rejected = [(seq, reason) for seq, reason in golden["rejected"]]
    assert encode_receipt(golden["boot"], golden["seqs"], rejected) == golden["payload"].encode()


@pytest.mark.parametrize("golden", [*DATA, *POINTS, *RECEIPTS], ids=lambda golden: golden["name"])
def test_the_protocol_document_shows_every_golden_message(golden: dict[str, Any]) -> None:
    assert golden["payload"] in DOCUMENT.read_text(encoding="utf-8")
