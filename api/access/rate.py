"""A limit on how often one address may ask for something, kept by this process in its memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from api.access.denials import TooOften

_MOST_ADDRESSES = 10_000


class RateLimit:
    """At most ``times`` within ``span`` for each address; ``take`` raises ``TooOften``."""

    def __init__(self, times: int, span: timedelta) -> None:
        self._times = times
        self._span = span
        self._asked: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, now: datetime) -> None:
        """Count one request; raise ``TooOften`` with the seconds to wait."""
        with self._lock:
            asked = self._asked.setdefault(address, deque())
            self._asked.move_to_end(address)
            if len(self._asked) > _MOST_ADDRESSES:
                self._asked.popitem(last=False)
            while asked and asked[0] <= now - self._span:
                asked.popleft()
            if len(asked) >= self._times:
                raise TooOften(ceil((asked[0] + self._span - now).total_seconds()))
            asked.append(now)
