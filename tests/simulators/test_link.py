"""A station keeps what it sent until its receipt comes, through kills, restarts and silence."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulators.link.mqtt_link import Broker, Link, Patience
from simulators.link.outbox import DiskOutbox, MemoryOutbox, Outbox
from simulators.link.protocol import Message, Receipt, decode_receipt
from tests.real_parts import Server, wait_until
from tests.simulators.conftest import Peer


def message(seq: int, boot: str = "b") -> Message:
    payload = f'{{"boot":"{boot}","seq":{seq},"t":{seq},"m":{{"level":1.0}}}}'.encode()
    return Message(boot, seq, payload)


@pytest.fixture(params=["memory", "disk"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    made: Outbox = (
        MemoryOutbox(5) if request.param == "memory" else DiskOutbox(tmp_path / "o.sqlite", 5)
    )
    yield made
    made.close()


def test_an_outbox_gives_back_what_it_keeps_in_order(outbox: Outbox) -> None:
    for seq in (1, 2, 3):
        assert outbox.keep(message(seq))
    kept = outbox.after(0, 2)
    assert [m.payload for _, m in kept] == [message(1).payload, message(2).payload]
    assert [m.seq for _, m in outbox.after(kept[-1][0], 10)] == [3]


def test_an_outbox_forgets_only_what_a_receipt_covers(outbox: Outbox) -> None:
    for one in (message(1), message(2), message(3), message(2, boot="c")):
        outbox.keep(one)
    assert outbox.forget(Receipt("b", ((2, 900_000_000),))) == 2
    assert outbox.forget(Receipt("b", ((2, 2),))) == 0
    assert [(m.boot, m.seq) for _, m in outbox.after(0, 9)] == [("b", 1), ("c", 2)]
    assert len(outbox) == 2


def test_a_full_outbox_keeps_the_oldest_and_counts_what_it_refused(outbox: Outbox) -> None:
    assert [outbox.keep(message(seq)) for seq in range(1, 8)] == [True] * 5 + [False] * 2
    assert outbox.refused == 2
    assert [m.seq for _, m in outbox.after(0, 9)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"boot":"b"}', b'{"boot":"b","ranges":[[1]]}'])
def test_what_is_no_receipt_is_called_so(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_receipt(payload)


def pumped(link: Link, condition: Callable[[], object], what: str) -> None:
    def done() -> object:
        link.pump(time.monotonic())
        return condition()

    wait_until(done, what)


@pytest.mark.parametrize("protocol", ["5", "311"])
def test_everything_arrives_once_when_receipts_come(
    protocol: str, mosquitto: int, peer_on: Callable[[int], Peer]
) -> None:
    peer = peer_on(mosquitto)
    name = f"link-{protocol}"
    link = Link(name, Broker(port=mosquitto, protocol=protocol), MemoryOutbox())
    link.start()
    for seq in range(1, 501):
        link.offer(message(seq), time.monotonic())
    pumped(link, lambda: link.unreceipted == 0, "all receipts")
    link.stop()
    assert peer.of(name) == {("b", seq): [message(seq).payload] for seq in range(1, 501)}
    assert link.counts.resent == 0
    wait_until(lambda: peer.states[name] == [b"online", b"offline"], "the farewell")


def test_what_has_no_receipt_is_sent_again_as_the_same_bytes(
    mosquitto: int, peer_on: Callable[[int], Peer]
) -> None:
    peer = peer_on(mosquitto)
    peer.receipting = False
    patience = Patience(resend_after_s=0.2)
    link = Link("link-again", Broker(port=mosquitto), MemoryOutbox(), patience=patience)
    link.start()
    link.offer(message(1), time.monotonic())
    link.offer(message(2), time.monotonic())
    pumped(link, lambda: len(peer.of("link-again").get(("b", 2), [])) >= 2, "sent again")
    peer.receipt("link-again", "b", (1, 2))
    pumped(link, lambda: link.unreceipted == 0, "the receipt")
    link.stop()
    sent = peer.of("link-again")
    assert set(sent[("b", 1)]) == {message(1).payload}
    assert set(sent[("b", 2)]) == {message(2).payload}


def test_never_more_than_the_window_is_without_a_receipt(
    mosquitto: int, peer_on: Callable[[int], Peer]
) -> None:
    peer = peer_on(mosquitto)
    peer.receipting = False
    patience = Patience(window=10)
    link = Link("link-window", Broker(port=mosquitto), MemoryOutbox(), patience=patience)
    link.start()
    for seq in range(1, 31):
        link.offer(message(seq), time.monotonic())
    pumped(link, lambda: len(peer.of("link-window")) == 10, "the first window")
    peer.receipt("link-window", "b", (1, 4))
    pumped(link, lambda: len(peer.of("link-window")) == 14, "four more")
    for _ in range(20):
        link.pump(time.monotonic())
    assert link.counts.sent == 14
    link.stop()


def test_a_link_that_is_down_holds_messages_back(
    mosquitto: int, peer_on: Callable[[int], Peer]
) -> None:
    peer = peer_on(mosquitto)
    link = Link("link-hold", Broker(port=mosquitto), MemoryOutbox())
    link.start()
    now = time.monotonic()
    link.offer(Message("b", 1, message(1).payload, hold_s=60.0), now)
    wait_until(lambda: link.connected, "the connection")
    link.pump(now + 59.0)
    assert link.counts.sent == 0
    link.pump(now + 61.0)
    wait_until(lambda: ("b", 1) in peer.of("link-hold"), "the message held back")
    link.stop()


def test_a_broker_that_restarts_loses_nothing(
    start_mosquitto: Callable[..., Server], peer_on: Callable[[int], Peer]
) -> None:
    broker = start_mosquitto()
    link = Link("link-restart", Broker(port=broker.port), MemoryOutbox())
    link.start()
    link.offer(message(1), time.monotonic())
    pumped(link, lambda: link.counts.sent, "the first message")
    broker.kill()
    wait_until(lambda: not link.connected, "the break")
    link.offer(message(2), time.monotonic())
    link.pump(time.monotonic())
    broker.start()
    peer = peer_on(broker.port)
    pumped(link, lambda: link.unreceipted == 0, "all receipts after the restart")
    link.stop()
    assert peer.of("link-restart").keys() == {("b", 1), ("b", 2)}


def start_station(port: int, state_dir: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "simulators.station_cli", "--station", "kept-1"),
            *("--mqtt-port", str(port), "--interval", "0.05", "--state-dir", str(state_dir)),
            *more,
        ]
    )


def kept_on_disk(state_dir: Path) -> dict[tuple[str, int], bytes]:
    with sqlite3.connect(state_dir / "outbox-kept-1.sqlite") as db:
        return {
            (row[0], row[1]): row[2] for row in db.execute("SELECT boot, seq, payload FROM message")
        }


def test_a_killed_station_sends_again_what_had_no_receipt(
    start_mosquitto: Callable[..., Server], peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    broker = start_mosquitto()
    peer = peer_on(broker.port)
    peer.receipting = False
    first = start_station(broker.port, tmp_path)
    wait_until(lambda: len(peer.of("kept-1")) >= 20, "twenty messages")
    first.send_signal(signal.SIGKILL)
    first.wait()
    wait_until(lambda: peer.states["kept-1"][-1] == b"offline", "the last will")
    sent = peer.of("kept-1")
    kept = kept_on_disk(tmp_path)
    assert sent.items() <= {key: [payload] for key, payload in kept.items()}.items()

    peer.receipting = True
    second = start_station(broker.port, tmp_path)
    try:
        wait_until(lambda: not kept_on_disk(tmp_path).keys() & kept.keys(), "the old receipts")
        wait_until(lambda: len({boot for boot, _ in peer.of("kept-1")}) == 2, "the new boot")
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
    heard = peer.of("kept-1")
    assert all(set(heard[key]) == {payload} for key, payload in kept.items())


def test_a_station_has_the_fault_that_it_is_told_on_mqtt(
    start_mosquitto: Callable[..., Server], peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    broker = start_mosquitto()
    peer = peer_on(broker.port)
    station = start_station(broker.port, tmp_path, "--kind", "direct")

    def pressure() -> float:
        newest = max(peer.of("kept-1").items(), key=lambda item: item[0][1])
        return float(json.loads(newest[1][0])["m"]["pressure"])

    try:
        wait_until(lambda: peer.of("kept-1"), "the first message")
        assert pressure() > 0.3
        peer.command("kept-1", b"nonsense")
        peer.command("kept-1", b'{"fault":"flood"}')
        command = [sys.executable, "-m", "simulators.fault", "kept-1", "burst"]
        subprocess.run([*command, "--mqtt-port", str(broker.port)], check=True)
        wait_until(lambda: pressure() < 0.2, "the burst")
        subprocess.run([*command[:-1], "clear", "--mqtt-port", str(broker.port)], check=True)
        wait_until(lambda: pressure() > 0.3, "the pressure to return")
    finally:
        station.send_signal(signal.SIGTERM)
        assert station.wait(30) == 0


def test_a_fleet_runs_the_stations_of_its_file_in_one_process(
    start_mosquitto: Callable[..., Server], peer_on: Callable[..., Peer], tmp_path: Path
) -> None:
    accounts = {"pump-01": "one", "pump-02": "two", "centre": "three"}
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    for name, password in accounts.items():
        command = ["mosquitto_passwd", "-b", str(passwords), name, password]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    broker = start_mosquitto(f"allow_anonymous false\npassword_file {passwords}\n")
    peer = peer_on(broker.port, "centre", "three")
    config = tmp_path / "fleet.json"
    entries = [
        {"station": "pump-01", "interval": 0.1, "password": "one"},
        {"station": "pump-02", "interval": 0.1, "password": "two", "kind": "direct"},
    ]
    config.write_text(json.dumps(entries))
    command = [sys.executable, "-m", "simulators.fleet", "--config", str(config)]
    fleet = subprocess.Popen([*command, "--mqtt-port", str(broker.port)])
    try:
        wait_until(lambda: len(peer.of("pump-01")) > 3 and len(peer.of("pump-02")) > 3, "both")
    finally:
        fleet.send_signal(signal.SIGINT)
        assert fleet.wait(30) == 0


def test_a_fault_for_a_broker_that_is_not_there_says_so() -> None:
    command = [sys.executable, "-m", "simulators.fault", "p1", "burst", "--mqtt-port", "1"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 1
    assert "127.0.0.1:1 can't be reached" in run.stderr
