"""A request to end, set by a signal."""

from __future__ import annotations

import signal
from types import FrameType


class Stop:
    """A request to end: a flag that is checked between two pieces of work, never waited for.

    A handler may interrupt the main thread anywhere, even inside another handler. A
    ``threading.Event`` would not do: if the interrupted thread holds its lock, ``Event.set`` waits
    for ever.
    """

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        """Ask for the end."""
        self._asked = True

    def is_set(self) -> bool:
        """Whether the end was asked for."""
        return self._asked

    def on(self, *numbers: signal.Signals) -> Stop:
        """Let these signals ask for the end; call it on the main thread. Returns itself."""
        for number in numbers:
            signal.signal(number, self._on_signal)
        return self

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
