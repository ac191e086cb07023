"""``sanlai demo`` as a newcomer runs it: it starts, works, ends without a trace, and goes on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.demo_process import (
    START_WITHIN_S,
    Demo,
    environment,
    gone,
    running,
)
from tests.integration.old_demo import unpack
from tests.real_parts import DEADLINE_S, free_port, wait_until

BROKERS = [pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto")), "nats"]
"""The NATS server comes with the program's own packages, so it is never missing."""


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
