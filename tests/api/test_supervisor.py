"""Child processes on a leash: none outlives its supervisor, one that dies is started again."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.demo.supervisor import ChildFailed, ChildSpec, Supervisor
from tests.real_parts import wait_until

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

SLEEPER = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


def spec(tmp_path: Path, code: str, **options: Any) -> ChildSpec:
    command = [sys.executable, "-c", code]
    plain = ChildSpec("child", command, tmp_path / "log", dict(os.environ))
    return replace(plain, **options)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that has ended and was not yet reaped by its parent is not alive.
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_every_child_is_ended_at_the_end(tmp_path: Path) -> None:
    with Supervisor(print).minding() as supervisor:
        supervisor.start(spec(tmp_path, SLEEPER), spec(tmp_path, SLEEPER))
        pids = [child.process.pid for child in supervisor._children]
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


def test_a_child_that_ends_while_it_starts_is_told_with_its_last_words(tmp_path: Path) -> None:
    code = "import sys; print('no such table', file=sys.stderr); sys.exit(3)"
    with (
        Supervisor(print).minding() as supervisor,
        pytest.raises(ChildFailed, match="(?s)exit code 3.*no such table"),
    ):
        supervisor.start(spec(tmp_path, code, ready=lambda: False))


def test_a_child_that_dies_is_started_again_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(said.append).minding() as supervisor:
        supervisor.start(spec(tmp_path, SLEEPER))
        first = supervisor._children[0].process.pid
        os.kill(first, signal.SIGKILL)

        def restarted() -> bool:
            supervisor.look()
            return supervisor._children[0].process.pid != first

        wait_until(restarted, "the child was started again")
    assert "child ended by signal SIGKILL" in said[0]
    assert "started again (process" in said[-1]


def test_a_child_that_was_to_end_by_itself_is_not_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(said.append).minding() as supervisor:
        supervisor.start(spec(tmp_path, "", ends_by_itself=True))

        def gone() -> bool:
            supervisor.look()
            return not supervisor._children

        wait_until(gone, "the child has ended")
    assert said == []


def test_a_child_that_will_not_end_is_killed_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.demo.supervisor.GRACE_S", 0.2)
    code = f"""
        import subprocess, sys, signal, time, pathlib
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}])
        pathlib.Path({str(tmp_path / "pid")!r}).write_text(f"{{child.pid}} ")
        time.sleep(600)
    """
    pid_file = tmp_path / "pid"
    with Supervisor(print).minding() as supervisor:
        ready = lambda: pid_file.exists() and pid_file.read_text().endswith(" ")  # noqa: E731
        supervisor.start(spec(tmp_path, textwrap.dedent(code), ready=ready))
    wait_until(lambda: not alive(int(pid_file.read_text())), "the grandchild has ended")


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
@pytest.mark.parametrize("number", [*ENDINGS, signal.SIGKILL], ids=lambda n: n.name)
def test_however_the_supervisor_ends_no_child_is_left(
    number: signal.Signals, tmp_path: Path
) -> None:
    code = f"""
        import os, sys
        from pathlib import Path
        from api.demo.supervisor import ChildSpec, Supervisor
        log = Path({str(tmp_path / "log")!r})
        command = [sys.executable, "-c", {SLEEPER!r}]
        with Supervisor(print).minding() as supervisor:
            supervisor.start(*(ChildSpec("x", command, log, dict(os.environ)) for _ in range(3)))
            pids = [str(child.process.pid) for child in supervisor._children]
            print(*pids, flush=True)
            supervisor.run()
    """
    with (
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
        ) as supervisor,
        ExitStack() as last,
    ):
        last.callback(supervisor.kill)  # leaving Popen waits for its end, also after a failure
        assert supervisor.stdout is not None
        pids = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert len(pids) == 3
        begun = time.monotonic()
        supervisor.send_signal(number)
        supervisor.wait(60)
        wait_until(lambda: not any(map(alive, pids)), "every child has ended")
    # Sleepers end at once: the grace of seconds is for those that don't.
    assert time.monotonic() - begun < 60


def act_on_endings() -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform != "linux", reason="looks through Linux's /proc")
@pytest.mark.parametrize("number", [*ENDINGS, signal.SIGKILL], ids=lambda n: n.name)
def test_a_signal_sent_to_make_alone_ends_its_recipe(
    number: signal.Signals, tmp_path: Path
) -> None:
    (tmp_path / "recipe.py").write_text(
        textwrap.dedent(f"""
            import os, sys
            from pathlib import Path
            from api.demo.make_watch import MakeWatch
            from api.demo.supervisor import ChildSpec, Supervisor
            command = [sys.executable, "-c", {SLEEPER!r}]
            with Supervisor(print, MakeWatch().told_to_end).minding() as supervisor:
                supervisor.start(ChildSpec("x", command, Path("log").absolute(), dict(os.environ)))
                print(os.getpid(), supervisor._children[0].process.pid, flush=True)
                supervisor.run()
        """)
    )
    (tmp_path / "Makefile").write_text(f"all:\n\t@exec '{sys.executable}' recipe.py\n")
    # This make is nobody's child: under `make test` it would speak as a recursive one.
    environ = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    with (
        subprocess.Popen(
            ["make"],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
            # A test run in the background or under nohup ignores these, and make would as well.
            preexec_fn=act_on_endings,
        ) as make,
        ExitStack() as last,
    ):
        last.callback(make.kill)  # leaving Popen waits for its end, also after a failure
        assert make.stdout is not None
        pids = [int(pid) for pid in make.stdout.readline().split()]
        make.send_signal(number)
        make.wait(60)
        wait_until(lambda: not any(map(alive, pids)), "recipe and child have ended")
