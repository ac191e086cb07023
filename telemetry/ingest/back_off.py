"""Waits between attempts, longer after each failure."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic

log = logging.getLogger(__name__)


class BackOff:
    """Says when the next attempt is due, and what is wrong meanwhile; logs each change.

    ``waits_s`` are in seconds; the last one is repeated for ever.
    """

    def __init__(self, waits_s: Sequence[float]) -> None:
        self._waits_s = waits_s
        self._failures = 0
        self._due_at = 0.0
        self.trouble = ""

    @property
    def due(self) -> bool:
        """Whether the next attempt may begin."""
        return monotonic() >= self._due_at

    def failed(self, trouble: str) -> None:
        """Note a failure: the next attempt waits longer."""
        if trouble != self.trouble:
            log.warning("ingest: %s", trouble)
        self.trouble = trouble
        wait_s = self._waits_s[min(self._failures, len(self._waits_s) - 1)]
        self._due_at = monotonic() + wait_s
        self._failures += 1

    def succeeded(self) -> None:
        """Note a success: nothing is wrong any more."""
        if self.trouble:
            log.info("ingest: over: %s", self.trouble)
        self.trouble, self._failures, self._due_at = "", 0, 0.0
