"""Whether the ``make`` that runs this process has been asked to stop.

Ctrl-C in a terminal reaches both make and its recipe. A signal sent to make alone does not: on
SIGINT and SIGHUP make waits for its recipe without passing the signal on. So the recipe watches
make through Linux's ``/proc``; on other systems it can't.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_NAMES = ("make", "gmake")
_WATCHED = (signal.SIGINT, signal.SIGHUP)


class MakeWatch:
    """Looks at the parent process, if that is make."""

    def __init__(self) -> None:
        parent = os.getppid()
        is_make = _read(parent, "comm").strip() in _NAMES
        self._make = parent if is_make else None
        # make never acts on a signal that it ignored from the start (as in a background job).
        self._caught = _caught_signals(parent) & _mask() if is_make else 0

    def told_to_end(self) -> bool:
        """Whether make has died, or has begun to end: then it catches that signal no more."""
        if self._make is None:
            return False
        if os.getppid() != self._make:
            return True
        return _caught_signals(self._make) & self._caught != self._caught


def _mask() -> int:
    return sum(1 << (number - 1) for number in _WATCHED)


def _caught_signals(pid: int) -> int:
    for line in _read(pid, "status").splitlines():
        if line.startswith("SigCgt:"):
            return int(line.split()[1], 16)
    return 0


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
