"""Whether a station's clock can be believed, by the times of its newest messages. Pure.

Only a message with a higher number than all before it in its boot shows what the clock says now; a
backlog shows only what it said then. A clock is doubtful while it

- runs ahead of the receipt by more than ``AHEAD_MS``,
- has jumped back: the newest message is older by more than ``BACK_MS`` than one before it,
- stands still: the same time has come for ``STILL_MS``, in new messages,
- is behind: the newest messages are late, and in ``BEHIND_MS`` their times have advanced no faster
than time itself. In a backlog that is sent in order they do, so it is only late.
"""

from __future__ import annotations

from dataclasses import dataclass

AHEAD_MS = 60_000
BACK_MS = 2_000
STILL_MS = 60_000
BEHIND_MS = 120_000

GAIN = 1.5
"""Seconds of a station's time that may pass in a second of receipt before it is a backlog."""


@dataclass(slots=True)
class _Seen:
    """What the newest messages of one station said; times in ms since 1970 UTC."""

    boot: str
    seq: int
    newest_t: int
    t: int
    t_since: int  # when the time ``t`` was received first
    late_t: int = 0  # the time said by the message from which being late is measured
    late_since: int = 0  # when that was received; 0 while nothing is late
    behind: bool = False


class StationClocks:
    """What is known of the clocks; in memory only, learnt again within two minutes."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def doubtful(
        self, station: str, boot: str, seq: int, t: int, now_ms: int, late_from: int
    ) -> bool:
        """Take in the time ``t`` of a message; return whether it comes from a doubtful clock.

        A time before ``late_from`` is late.
        """
        seen = self._seen.get(station)
        if seen is None or seen.boot != boot:
            seen = self._seen[station] = _Seen(boot, seq, t, t, now_ms)
        elif seq <= seen.seq:
            return False
        still = self._stands_still(seen, t, now_ms)
        back = t < seen.newest_t - BACK_MS
        seen.seq, seen.newest_t = seq, max(seen.newest_t, t)
        if t < late_from or seen.late_since:
            _note_late(seen, t, now_ms, late_from)
        return t > now_ms + AHEAD_MS or back or still or seen.behind

    @staticmethod
    def _stands_still(seen: _Seen, t: int, now_ms: int) -> bool:
        if t != seen.t:
            seen.t, seen.t_since = t, now_ms
        return now_ms - seen.t_since >= STILL_MS


def _note_late(seen: _Seen, t: int, now_ms: int, late_from: int) -> None:
    if t >= late_from:
        seen.late_since, seen.behind = 0, False
    elif not seen.late_since:
        seen.late_t, seen.late_since = t, now_ms
    elif now_ms - seen.late_since >= BEHIND_MS:
        seen.behind = t - seen.late_t <= GAIN * (now_ms - seen.late_since)
        seen.late_t, seen.late_since = t, now_ms
