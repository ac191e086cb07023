"""What goes wrong around simulated stations: kills, twins, clocks, a broker that is away."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from simulators.fleet import LATE_MS, Fleet, Member
from simulators.fleet_plans import Plan
from simulators.link.mqtt_link import Broker, Link
from simulators.link.outbox import DiskOutbox, MemoryOutbox, OutboxTaken
from simulators.link.protocol import Message
from simulators.pump_station.station import Identity
from tests.real_parts import Server, wait_until
from tests.simulators.conftest import Peer

START = 1_767_225_600_000  # 2026-01-01 00:00 UTC
HOUR_MS = 3_600_000

WRITER = """
import sys
from pathlib import Path
from simulators.link.outbox import DiskOutbox
from simulators.link.protocol import Message, Receipt
outbox = DiskOutbox(Path(sys.argv[1]))
print("ready", flush=True)
for seq in range(1, 1_000_000):
    outbox.keep(Message("b", seq, b"x" * 2000))
    if seq % 50 == 0:
        outbox.forget(Receipt("b", ((1, seq - 40),)))
"""


@pytest.mark.parametrize("after_s", [0.02, 0.11, 0.23])
def test_an_outbox_killed_while_it_writes_is_whole_and_without_holes(
    tmp_path: Path, after_s: float
) -> None:
    path = tmp_path / "outbox.sqlite"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    time.sleep(after_s)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    outbox = DiskOutbox(path)
    kept = outbox.after(0, 1_000_000)
    seqs = [message.seq for _, message in kept]
    assert seqs == list(range(seqs[0], seqs[-1] + 1)) if seqs else True
    assert all(message.payload == b"x" * 2000 for _, message in kept)
    assert len(outbox) == len(kept)
    assert outbox.keep(Message("c", 1, b"next"))
    outbox.close()


def test_a_second_simulator_on_the_same_outbox_is_refused(tmp_path: Path) -> None:
    first = DiskOutbox(tmp_path / "outbox.sqlite")
    with pytest.raises(OutboxTaken, match=r"outbox\.sqlite"):
        DiskOutbox(tmp_path / "outbox.sqlite")
    first.keep(Message("b", 1, b"x"))
    first.close()
    again = DiskOutbox(tmp_path / "outbox.sqlite")
    assert len(again) == 1
    again.close()


def test_a_second_fleet_on_the_same_folder_ends_and_says_why(
    mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer = peer_on(mosquitto)
    command = [
        *(sys.executable, "-m", "simulators.fleet", "--stations", "twin-1:direct"),
        *("--mqtt-port", str(mosquitto), "--state-dir", str(tmp_path), "--interval", "0.1"),
    ]
    first = subprocess.Popen(command)
    try:
        wait_until(lambda: peer.of("twin-1"), "the first fleet sends")
        second = subprocess.run(command, capture_output=True, text=True)
        assert second.returncode == 1
        assert "another simulator uses" in second.stderr
        assert "Traceback" not in second.stderr
    finally:
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0


def test_two_simulators_of_one_id_lose_nothing_of_either(
    mosquitto: int, peer_on: Callable[[int], Peer]
) -> None:
    peer = peer_on(mosquitto)
    links = {boot: Link("twin-2", Broker(port=mosquitto), MemoryOutbox()) for boot in "ab"}
    for boot, link in links.items():
        link.start()
        for seq in range(1, 51):
            link.offer(Message(boot, seq, _payload(boot, seq)), 0.0)

    def settled() -> bool:
        for link in links.values():
            link.pump(time.monotonic())
        return not any(link.unreceipted for link in links.values())

    wait_until(settled, "both have every receipt")
    for link in links.values():
        link.stop()
    sent = peer.of("twin-2")
    assert sent.keys() == {(boot, seq) for boot in "ab" for seq in range(1, 51)}
    assert all(set(sent[key]) == {_payload(*key)} for key in sent)


def test_a_broker_that_was_away_for_an_hour_gets_all_of_it(
    start_mosquitto: Callable[..., Server], peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    broker = start_mosquitto()
    link = Link("away-1", Broker(port=broker.port), DiskOutbox(tmp_path / "outbox.sqlite"))
    link.start()
    wait_until(lambda: link.connected, "the connection")
    broker.kill()
    wait_until(lambda: not link.connected, "the break")
    for seq in range(1, 3601):
        assert link.offer(Message("b", seq, _payload("b", seq)), float(seq))
    broker.start()
    peer = peer_on(broker.port)

    def settled() -> bool:
        link.pump(time.monotonic())
        return link.unreceipted == 0

    wait_until(settled, "every receipt of the hour")
    link.stop()
    assert peer.of("away-1").keys() == {("b", seq) for seq in range(1, 3601)}


@pytest.fixture
def fleet_of(mosquitto: int) -> Iterator[Callable[..., Fleet]]:
    made: list[Fleet] = []

    def make(*names: str) -> Fleet:
        broker = Broker(port=mosquitto)
        plans = [Plan(Identity(name), broker, in_town=True) for name in names]
        made.append(Fleet(plans, START, None, threading.Event()))
        return made[-1]

    yield make
    for fleet in made:
        fleet.close()


@pytest.mark.parametrize("moved_ms", [-HOUR_MS, HOUR_MS])
def test_a_clock_that_is_set_leaves_no_silence_and_no_flood(
    moved_ms: int, fleet_of: Callable[..., Fleet]
) -> None:
    fleet = fleet_of("boost-01", "lift-01")
    for second in range(10):
        fleet.live(START + 1000 * second)
    before = [member.link.unreceipted for member in fleet.members]
    for second in range(10, 20):
        fleet.live(START + 1000 * second + moved_ms)
    for member, had in zip(fleet.members, before, strict=True):
        assert 9 <= member.link.unreceipted - had <= 11
        assert abs(member.station.next_ms - (START + 20_000 + moved_ms)) < 2 * 1000 < LATE_MS


def test_a_lost_link_keeps_what_is_made_and_sends_it_when_it_is_found(
    mosquitto: int, peer_on: Callable[[int], Peer], fleet_of: Callable[..., Fleet]
) -> None:
    peer = peer_on(mosquitto)
    fleet = fleet_of("boost-04")
    member: Member = fleet.members[0]
    member.link.start()
    wait_until(lambda: member.link.connected, "the connection")
    member.station.obey("link_lost")
    for second in range(30):
        fleet.live(START + 1000 * second)
    wait_until(lambda: peer.states.get("boost-04", [])[-1:] == [b"offline"], "it is offline")
    assert peer.of("boost-04") == {}
    assert member.link.unreceipted == 30
    member.station.obey("clear:link_lost")

    def arrived() -> bool:
        fleet.live(START + 29_000)
        return member.link.unreceipted == 0

    wait_until(arrived, "the backlog's receipts")
    assert len(peer.of("boost-04")) == 30
    assert peer.states["boost-04"][-1] == b"online"


def test_registers_never_go_back_when_a_fleet_is_killed_and_started_again(
    mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer = peer_on(mosquitto)
    command = [
        *(sys.executable, "-m", "simulators.fleet", "--stations", "lift-01"),
        *("--mqtt-port", str(mosquitto), "--state-dir", str(tmp_path)),
        *("--interval", "0.2", "--speed", "20"),
    ]

    def sent(boots: int) -> list[dict[str, float]]:
        newest = sorted(peer.of("lift-01").items(), key=lambda item: item[0])
        if len({boot for (boot, _), _ in newest}) < boots:
            return []
        return [json.loads(payloads[0])["m"] for _, payloads in newest]

    def enough(boots: int) -> bool:
        return len(sent(boots)) >= 20 * boots

    for boots in (1, 2, 3):
        fleet = subprocess.Popen(command)
        try:
            wait_until(partial(enough, boots), "twenty messages more")
        finally:
            fleet.kill()
            fleet.wait()
    for key in ("meter.1.volume", "meter.e1.energy", "p1.hours"):
        shown = [values[key] for values in sent(3)]
        assert shown == sorted(shown), key
        assert shown[-1] > shown[0]


def _payload(boot: str, seq: int) -> bytes:
    return f'{{"boot":"{boot}","seq":{seq},"t":{seq},"m":{{"level":1.0}}}}'.encode()
