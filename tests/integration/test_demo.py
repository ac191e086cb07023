"""``sanlai demo`` as a newcomer runs it: it starts, works, ends without a trace, and goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.old_demo import unpack
from tests.real_parts import DEADLINE_S, die_with_parent, free_port, wait_until

START_WITHIN_S = 180
"""On a machine that runs other tests beside it."""

BROKERS = [pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto")), "nats"]
"""The NATS server comes with the program's own packages, so it is never missing."""


@dataclass
class Demo:
    """A demo under way."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str
    output: Path

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def children(self) -> list[int]:
        """Every process below the demo's."""
        return descendants(self.process.pid)

    def runtime(self) -> dict[str, Any]:
        path = self.folder / "demo.json"
        made: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return made

    def person(self, login: str) -> httpx.Client:
        """Return an HTTP client that is logged in."""
        entries = json.loads((self.folder / "demo-logins.json").read_text())
        password = next(one["password"] for one in entries if one["login"] == login)
        answer = httpx.post(
            f"{self.url}/api/v1/session",
            json={"login": login, "password": password},
            timeout=DEADLINE_S,
            trust_env=False,
        )
        headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['token']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=DEADLINE_S, trust_env=False)

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


def descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(") ")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        for child in parents.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}/exe").exists() for pid in pids)


def environment(folder: Path, port: int, broker: str = "auto") -> dict[str, str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SANLAI_")}
    return environ | {
        "SANLAI_DATA_DIR": str(folder),
        "SANLAI_HTTP_PORT": str(port),
        "SANLAI_MQTT_PORT": str(free_port()),
        "SANLAI_DEMO_BROKER": broker,
    }


@contextlib.contextmanager
def running(folder: Path, broker: str = "auto") -> Iterator[Demo]:
    port = free_port()
    output = folder.with_name(f"output-{port}.txt")
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "demo"],
            env=environment(folder, port, broker),
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    demo = Demo(process, folder, f"http://127.0.0.1:{port}", output)
    try:
        wait_until(
            lambda: "is ready" in demo.said() or process.poll() is not None,
            "the demo is ready",
            START_WITHIN_S,
        )
        assert process.poll() is None, demo.said()
        yield demo
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(DEADLINE_S)
            finally:
                process.kill()  # its children go with it


@pytest.mark.parametrize("broker", BROKERS)
def test_the_demo_runs_from_station_to_page_and_ends_without_a_trace(
    broker: str, tmp_path: Path
) -> None:
    folder = tmp_path / "a demo"  # a path with a space in it
    with running(folder, broker) as demo:
        assert httpx.get(f"{demo.url}/health/ready", timeout=30).status_code == 200
        page = httpx.get(demo.url, follow_redirects=True, timeout=30)
        assert page.status_code == 200
        assert 'type="password"' in page.text
        with demo.person("operator") as operator:
            seen: dict[str, object] = {}

            def flowing() -> bool:
                answer = operator.get("/api/v1/stations/pump-01").raise_for_status()
                seen["last"] = json.dumps(answer.json())
                return "pressure" in str(seen["last"]) and '"value": 0.' in str(seen["last"])

            wait_until(flowing, f"readings of pump-01 came through ({seen})")
        with demo.person("receptionist") as receptionist:

            def under_way() -> bool:
                found = receptionist.get("/api/v1/tickets").raise_for_status().json()
                return bool(found["total"] >= 3)

            wait_until(under_way, "some intake is under way")
        children = demo.children()
        assert len(children) >= 4
        begun = time.monotonic()
        assert demo.end() == 0, demo.said()
        assert time.monotonic() - begun < 30
        wait_until(lambda: gone(children), "every child has ended")
        assert "Traceback" not in demo.said()
        assert demo.runtime() == {}


def test_a_second_start_keeps_what_was_there_and_a_reset_deletes_it(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running(folder) as demo:
        logins = (folder / "demo-logins.json").read_text()
        assert (folder / "demo-logins.json").stat().st_mode & 0o077 == 0

        def people_done() -> bool:
            log = folder / "log" / "people.log"
            return log.exists() and not any(
                "simulators.people" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
                for pid in demo.children()
                if Path(f"/proc/{pid}/cmdline").exists()
            )

        wait_until(people_done, "the people have told their stories", START_WITHIN_S)
        with demo.person("receptionist") as receptionist:
            before = receptionist.get("/api/v1/tickets").raise_for_status().json()
        assert demo.end(signal.SIGTERM) == 0
    with running(folder) as demo:
        assert (folder / "demo-logins.json").read_text() == logins
        wait_until(people_done, "the people have told their stories again", START_WITHIN_S)
        with demo.person("receptionist") as receptionist:
            after = receptionist.get("/api/v1/tickets").raise_for_status().json()
        # A second telling of the stories adds nothing.
        assert told(before) == told(after) != set()
        assert demo.end(signal.SIGHUP) == 0
    (folder / "mine.txt").write_text("not the demo's")
    done = sanlai("demo-reset", folder, free_port())
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_folder_of_version_0_1_goes_on_under_the_program_of_today(tmp_path: Path) -> None:
    folder, seen = unpack(tmp_path)
    with running(folder) as demo:
        with demo.person("manager") as manager:
            page = manager.get("/api/v1/tickets", params={"page_size": 200}).raise_for_status()
            there = {one["id"]: one["number"] for one in page.json()["rows"]}
            for ticket_id, was in seen["tickets"].items():
                assert there[ticket_id] == was["ticket"]["number"]
            assert manager.get("/api/v1/archive/verify").raise_for_status().json()["sound"]
        with demo.person("operator") as operator:

            def last_reading() -> str:
                found = operator.get("/api/v1/stations/pump-01").raise_for_status().json()
                return str(found["link"]["last_reading_at"])

            first = last_reading()
            wait_until(
                lambda: last_reading() != first, "readings of pump-01 come through", START_WITHIN_S
            )
        assert demo.end() == 0, demo.said()
        assert "Traceback" not in demo.said()


def told(page: dict[str, Any]) -> set[str]:
    return {one["number"] for one in page["rows"] if one["channel"] != "alarm"}


def test_a_demo_killed_without_a_word_leaves_nothing_running(tmp_path: Path) -> None:
    with running(tmp_path / "demo") as demo:
        children = demo.children()
        assert len(children) >= 4
        demo.end(signal.SIGKILL)
        wait_until(lambda: gone(children), "every child has ended")


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Give one demo to the tests that leave it running."""
    with running(tmp_path_factory.mktemp("lasting") / "demo") as demo:
        yield demo


def test_a_second_demo_on_the_folder_and_a_reset_are_refused_while_one_runs(
    lasting: Demo, tmp_path: Path
) -> None:
    for command in ("demo", "demo-reset"):
        done = sanlai(command, lasting.folder, free_port())
        assert done.returncode == 2, done.stderr
        assert "a demo is running" in done.stderr
    done = sanlai("demo", tmp_path / "other", int(lasting.url.rpartition(":")[2]))
    assert done.returncode == 2
    assert "SANLAI_HTTP_PORT" in done.stderr
    assert lasting.process.poll() is None


def sanlai(command: str, folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli", command],
        env=environment(folder, port),
        capture_output=True,
        text=True,
        timeout=START_WITHIN_S,
    )


def test_a_reset_where_no_demo_was_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "sanlai.db").write_text("real records")
    done = sanlai("demo-reset", tmp_path, free_port())
    assert done.returncode == 0
    assert "no demo" in done.stdout
    assert (tmp_path / "sanlai.db").read_text() == "real records"


def test_a_fault_given_to_a_station_of_the_demo_opens_one_ticket(lasting: Demo) -> None:
    subprocess.run(
        [sys.executable, "-m", "api.cli", "fault", "pump-02", "burst"],
        env=environment(lasting.folder, free_port()), check=True, timeout=DEADLINE_S,
    )  # fmt: skip
    with lasting.person("manager") as manager:

        def ticket() -> list[dict[str, Any]]:
            asked = {"channel": "alarm"}
            found = manager.get("/api/v1/tickets", params=asked).raise_for_status().json()
            items: list[dict[str, Any]] = found["rows"]
            return [one for one in items if one["station_id"] == "pump-02"]

        wait_until(ticket, "the burst has its ticket", START_WITHIN_S)
        assert len(ticket()) == 1


TOWN = [
    *("wells-01", "lift-01", "lift-02"),
    *("boost-01", "boost-02", "boost-03", "boost-04", "boost-05"),
]


def test_the_town_sends_every_point_and_each_comes_in_the_catalogues_unit(lasting: Demo) -> None:
    with lasting.person("operator") as operator:

        def values(station: str) -> dict[str, Any]:
            answer = operator.get(f"/api/v1/stations/{station}").raise_for_status().json()
            return {one["metric"]: (one["value"], one["unit"]) for one in answer["values"]}

        def complete() -> bool:
            return all(value is not None for name in TOWN for value, _ in values(name).values())

        wait_until(complete, "every point of the town has a value", START_WITHIN_S)
        # Sent in kgf/cm2, in metres of water, and in litres a second.
        for station, key, unit, least, most in (
            ("lift-02", "zone.main.pressure", "MPa", 0.28, 0.52),
            ("boost-02", "zone.high.pressure", "MPa", 0.45, 0.72),
            ("boost-04", "zone.1.pressure", "MPa", 0.35, 0.68),
            ("boost-02", "meter.1.flow", "m3/h", 10, 90),
            ("boost-03", "meter.e1.energy", "kW.h", 1, 1e6),
        ):
            value, shown = values(station)[key]
            assert shown == unit
            assert least < value < most, (station, key, value)
        quarantine = operator.get("/api/v1/quarantine").raise_for_status().json()
        assert quarantine["counts"] == []


def test_a_fault_of_one_pump_in_the_town_opens_a_ticket_for_its_station(lasting: Demo) -> None:
    subprocess.run(
        [sys.executable, "-m", "api.cli", "fault", "boost-03", "pump_trip@p1"],
        env=environment(lasting.folder, free_port()), check=True, timeout=DEADLINE_S,
    )  # fmt: skip
    with lasting.person("manager") as manager:

        def opened() -> bool:
            found = manager.get("/api/v1/tickets", params={"channel": "alarm"}).raise_for_status()
            return any(one["station_id"] == "boost-03" for one in found.json()["rows"])

        wait_until(opened, "the trip has its ticket", START_WITHIN_S)
