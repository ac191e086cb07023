"""Child processes that end with this one: started in order, supervised, stopped in order.

Each child has a session of its own, so that a Ctrl-C in the terminal reaches the supervisor
alone, which ends the children in reverse order. On Linux the kernel also kills a child when the
supervisor itself is killed (``kill -9``).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

READY_WITHIN_S = 90
"""How long a child may take to be ready, on a slow machine at its first start."""

GRACE_S = 5
"""How long a child may take to end in order before it is killed."""

BACK_OFF_S = (0.5, 1, 2, 5, 10, 30)
"""Pauses before a child that died is started again; the last one repeats."""

_STEADY_S = 60
"""A child that ran this long has recovered: its next death starts with the first pause again."""

_PR_SET_PDEATHSIG = 1
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child process: what to run, where its output goes, and how to see that it is ready."""

    name: str
    command: list[str]
    log: Path
    environ: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    ends_by_itself: bool = False


class ChildFailed(Exception):
    """A child that ended, or was not ready in time, while it was being started."""


class Stopped(Exception):
    """A signal asked the supervisor to end."""


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0
    restart_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """Starts children in order, restarts those that die, ends all at the first signal.

    ``say`` tells the person who started it; ``told_to_end`` is another way to hear of the end.
    """

    say: Callable[[str], None]
    told_to_end: Callable[[], bool] = lambda: False
    _children: list[_Child] = field(default_factory=list)
    _signals: int = 0

    @contextmanager
    def minding(self) -> Iterator[Supervisor]:
        """Catch SIGINT, SIGTERM and SIGHUP meanwhile, and end every child at the end."""
        before = {number: signal.signal(number, self._on_signal) for number in _STOP_SIGNALS}
        try:
            yield self
        finally:
            self.end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # Only a number changes here. Setting an Event would wait for ever for its lock if the
        # signal came while this thread was about to wait for that Event.
        self._signals += 1

    def start(self, *specs: ChildSpec) -> None:
        """Start children side by side, and return when all are ready.

        Raises ``ChildFailed``, or ``Stopped`` when a signal came meanwhile.
        """
        started = [_Child(spec, _launch(spec), time.monotonic()) for spec in specs]
        self._children += started
        for child in started:
            self._await_ready(child)

    def _await_ready(self, child: _Child) -> None:
        end = child.started + READY_WITHIN_S
        while not child.spec.ready():
            if child.process.poll() is not None:
                raise ChildFailed(_epitaph(child))
            if time.monotonic() > end:
                raise ChildFailed(f"{child.spec.name} is not ready after {READY_WITHIN_S} s")
            self._pause(0.1)

    def run(self) -> None:
        """Supervise the children until a signal comes."""
        with contextlib.suppress(Stopped):
            while True:
                self.look()
                self._pause(0.25)

    def look(self) -> None:
        """Look at each child once: say who died, and restart whoever has waited long enough."""
        now = time.monotonic()
        for child in list(self._children):
            if child.restart_at is not None:
                if now >= child.restart_at:
                    self._restart(child, now)
            elif child.process.poll() is not None:
                self._bury(child, now)

    def _bury(self, child: _Child, now: float) -> None:
        if child.spec.ends_by_itself:
            self._children.remove(child)
            if child.process.returncode != 0:
                self.say(_epitaph(child))
            return
        if now - child.started > _STEADY_S:
            child.deaths = 0
        pause = BACK_OFF_S[min(child.deaths, len(BACK_OFF_S) - 1)]
        child.deaths += 1
        child.restart_at = now + pause
        self.say(f"{_epitaph(child)}\n  {child.spec.name} is started again in {pause:g} s")

    def _restart(self, child: _Child, now: float) -> None:
        child.process = _launch(child.spec)
        child.started, child.restart_at = now, None
        self.say(f"{child.spec.name} is started again (process {child.process.pid})")

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            if self._signals or self.told_to_end():
                raise Stopped
            if time.monotonic() >= until:
                return
            time.sleep(0.02)

    def end_all(self) -> None:
        """End every child, the last started first; kill whoever does not end in time.

        A second signal meanwhile kills the rest at once.
        """
        asked = self._signals
        for child in reversed(self._children):
            _signal_group(child.process, signal.SIGTERM)
            end = time.monotonic() + GRACE_S
            while child.process.poll() is None:
                if time.monotonic() > end or self._signals > max(asked, 1):
                    break
                time.sleep(0.02)
            # The leader has ended, or will not: whatever is left of its group goes with it.
            _signal_group(child.process, signal.SIGKILL)
            child.process.wait()
        self._children.clear()


def _launch(spec: ChildSpec) -> subprocess.Popen[bytes]:
    spec.log.parent.mkdir(parents=True, exist_ok=True)
    with spec.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the command is the program's own
            spec.command,
            env=dict(spec.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with(signal.SIGKILL),  # one thread forks here
        )


def die_with(number: signal.Signals) -> Callable[[], None] | None:
    """Return a ``preexec_fn``: the kernel sends the child this signal when its parent dies.

    To the kernel the parent is the thread that forked, so only the main thread may start children.
    ``None`` off Linux.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def tell_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return tell_kernel


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _epitaph(child: _Child) -> str:
    code = child.process.returncode
    how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    tail = _last_lines(child.spec.log)
    said = f"; last lines of {child.spec.log}:\n{tail}" if tail else ""
    return f"{child.spec.name} ended {how}{said}"


def _last_lines(path: Path, lines: int = 8) -> str:
    with contextlib.suppress(OSError):
        text = path.read_bytes()[-8192:].decode(errors="replace").rstrip()
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
    return ""
