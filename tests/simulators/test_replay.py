"""A recording arrives row by row, in our units, and the replay ends at the last receipt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulators.recordings import Row, find_recordings, read_recording
from simulators.replay import length_ms, messages
from simulators.timing import Times, now_ms, start_of
from tests.simulators.conftest import Peer

HEADER = (
    "datetime;Accelerometer1RMS;Accelerometer2RMS;Current;Pressure;Temperature;Thermocouple;"
    "Voltage;Volume Flow RateRMS;anomaly;changepoint"
)
START = 1_767_225_600_000


def recording_of(folder: Path, *lines: str, name: str = "one.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join((HEADER, *lines, "")).encode())
    return path


def line(second: int, pressure: float = 0.05, flow: float = 32.0) -> str:
    return f"2020-03-09 10:14:{second:02};0.02;0.04;1.33;{pressure};79.3;26.0;233.1;{flow};0.0;0.0"


def replay(*arguments: str | Path | int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulators.replay", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_a_row_becomes_our_metrics_in_our_units_without_its_labels(tmp_path: Path) -> None:
    path = recording_of(tmp_path, line(33, pressure=-0.273216, flow=122.664))
    recording = read_recording(path)
    values = {
        "vibration": 0.02,
        "vibration_2": 0.04,
        "current": 1.33,
        "pressure": -0.0273216,
        "temperature": 79.3,
        "water_temperature": 26.0,
        "voltage": 233.1,
        "flow": 7.35984,
    }
    assert recording.rows == [Row(1_583_748_873_000, values)]
    assert recording.faults == []


def test_what_is_wrong_in_a_file_is_named_by_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = recording_of(
        tmp_path,
        line(1),
        "2020-03-09 10:14:02;0.02",
        line(3).replace("233.1", "nan"),
        line(4).replace("2020-03-09 10:14:04", "yesterday"),
        line(0),
        line(6),
    )
    recording = read_recording(path)
    assert [row.t_ms % 60_000 for row in recording.rows] == [1000, 6000]
    starts = [f"{path}:{number}: " for number in (3, 4, 5, 6)]
    assert all(
        fault.startswith(start) for fault, start in zip(recording.faults, starts, strict=True)
    )
    assert "'nan' in 'Voltage'" in recording.faults[1]


def test_a_column_that_nobody_knows_is_named_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("datetime;Current;Mood\n2020-03-09 10:14:33;1.5;good\n")
    recording = read_recording(path)
    assert recording.rows[0].values == {"current": 1.5}
    assert recording.faults == [f"{path}:1: the column 'Mood' is not known and is not sent"]


@pytest.mark.parametrize("content", ["", "a;b\n1;2\n", "datetime,Current\n2020-01-01,1\n"])
def test_a_file_that_is_no_recording_is_called_so(content: str, tmp_path: Path) -> None:
    path = tmp_path / "not.csv"
    path.write_text(content)
    recording = read_recording(path)
    assert recording.rows == ()
    assert recording.faults[0].startswith(f"{path}:1: no recording")


def test_a_folder_is_its_csv_files_in_order(tmp_path: Path) -> None:
    for name in ("b/2.csv", "a/1.csv", "b/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    first, second = tmp_path / "a/1.csv", tmp_path / "b/2.csv"
    assert find_recordings([tmp_path, second]) == [first, second]


def test_gaps_within_a_file_are_kept_and_files_follow_one_another(tmp_path: Path) -> None:
    one = read_recording(recording_of(tmp_path, line(1), line(2), line(9), name="1.csv"))
    two = read_recording(recording_of(tmp_path, line(20), line(23), name="2.csv"))
    sent = list(messages([one, two], START))
    bodies = [json.loads(due.message.payload) for due in sent]
    assert [body["t"] - START for body in bodies] == [0, 1000, 8000, 18_000, 21_000]
    assert [due.after_ms for due in sent] == [0, 1000, 8000, 18_000, 21_000]
    assert [body["seq"] for body in bodies] == [1, 2, 3, 1, 2]
    assert len({body["boot"] for body in bodies}) == 2
    assert length_ms([one, two]) == 21_000


def test_the_same_replay_is_the_same_messages_and_another_start_is_not(tmp_path: Path) -> None:
    recording = read_recording(recording_of(tmp_path, line(1), line(2)))
    first, again = ([due.message for due in messages([recording], START)] for _ in range(2))
    later = [due.message for due in messages([recording], START + 1)]
    assert first == again
    assert {m.boot for m in first}.isdisjoint({m.boot for m in later})
    assert all(len(m.boot) <= 32 for m in first)


def test_rows_may_keep_the_times_of_the_recording(tmp_path: Path) -> None:
    recording = read_recording(recording_of(tmp_path, line(33)))
    (due,) = messages([recording], START, original=True)
    assert json.loads(due.message.payload)["t"] == 1_583_748_873_000


def test_a_live_replay_begins_now_and_a_fast_one_ends_now() -> None:
    before = now_ms()
    live = start_of(Times.AUTO, None, 1.0, 60_000)
    fast = start_of(Times.AUTO, None, 0.0, 60_000)
    after = now_ms()
    assert before <= live <= after
    assert before - 60_000 <= fast <= after - 60_000
    assert start_of(Times.LIVE, START, 0.0, 60_000) == START


@pytest.mark.parametrize("protocol", ["5", "311"])
def test_every_row_arrives_and_the_replay_ends_at_the_last_receipt(
    protocol: str, mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer = peer_on(mosquitto)
    path = recording_of(tmp_path, *(line(second) for second in range(60)))
    name = f"replay-{protocol}"
    run = replay(
        path, "--station", name, "--speed", 0, "--mqtt-port", mosquitto, "--protocol", protocol
    )
    assert run.returncode == 0, run.stderr
    assert "60 of 60 rows have their receipt" in run.stderr
    sent = peer.of(name)
    assert sorted(seq for _, seq in sent) == list(range(1, 61))
    assert all(len(copies) == 1 for copies in sent.values())
    times = [json.loads(copies[0])["t"] for copies in sent.values()]
    assert max(times) - min(times) == 59_000
    assert 0 <= now_ms() - max(times) < 300_000


def test_a_replay_keeps_its_speed(
    mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer_on(mosquitto)
    path = recording_of(tmp_path, line(0), line(40))
    began = now_ms()
    run = replay(path, "--station", "replay-fast", "--speed", 20, "--mqtt-port", mosquitto)
    assert run.returncode == 0, run.stderr
    assert now_ms() - began >= 2000


def test_a_replay_without_receipts_says_how_many_are_missing_and_what_to_do(
    mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer = peer_on(mosquitto)
    peer.receipting = False
    path = recording_of(tmp_path, *(line(second) for second in range(30)))
    arguments = (path, "--station", "replay-mute", "--speed", 0, "--mqtt-port", mosquitto)
    run = replay(*arguments, "--give-up-after", 1, "--window", 10)
    assert run.returncode == 1
    assert "30 rows are without one" in run.stderr
    assert len(peer.of("replay-mute")) == 10

    peer.receipting = True
    start = run.stderr.split("--start ")[1].strip()
    assert replay(*arguments, "--start", start).returncode == 0
    sent = peer.of("replay-mute")
    assert len(sent) == 30
    assert all(len(set(copies)) == 1 for copies in sent.values())


def test_rows_that_are_not_taken_are_counted_and_told_by_the_exit_code(
    mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer = peer_on(mosquitto)
    peer.reject = lambda seq: "unknown_metric" if seq == 2 else None
    path = recording_of(tmp_path, line(1), line(2), line(3))
    run = replay(path, "--station", "replay-odd", "--speed", 0, "--mqtt-port", mosquitto)
    assert run.returncode == 3
    assert "1 of them were not taken: unknown_metric" in run.stderr


def test_a_bad_row_is_told_by_the_exit_code_and_its_neighbours_arrive(
    mosquitto: int, peer_on: Callable[[int], Peer], tmp_path: Path
) -> None:
    peer = peer_on(mosquitto)
    path = recording_of(tmp_path, line(1), "rubbish", line(3))
    run = replay(path, "--station", "replay-bad", "--speed", 0, "--mqtt-port", mosquitto)
    assert run.returncode == 3
    assert f"{path}:3: " in run.stderr
    assert len(peer.of("replay-bad")) == 2


@pytest.mark.needs("recordings")
def test_real_recordings_arrive_row_for_row(
    recordings: Path, mosquitto: int, peer_on: Callable[[int], Peer]
) -> None:
    peer = peer_on(mosquitto)
    files = [recordings / "valve1/0.csv", recordings / "other/1.csv"]
    rows = sum(len(file.read_text().splitlines()) - 1 for file in files)
    run = replay(*files, "--station", "replay-real", "--speed", 0, "--mqtt-port", mosquitto)
    assert run.returncode == 0, run.stderr
    assert rows > 1500
    assert len(peer.of("replay-real")) == rows


@pytest.mark.needs("recordings")
def test_every_real_recording_reads_without_a_fault(recordings: Path) -> None:
    files = find_recordings([recordings])
    assert len(files) == 16
    for file in files:
        recording = read_recording(file)
        lines = [line for line in file.read_text().splitlines()[1:] if line.strip()]
        assert recording.faults == []
        assert len(recording.rows) == len(lines)
