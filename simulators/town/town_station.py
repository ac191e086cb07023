"""A station of the town: it sends messages at its interval, with the values of the town.

The same seed, start and faults at the same ticks give the same bytes, in any process. It has the
shape of ``simulators.pump_station.station.SimulatedStation``, and the fleet runs both.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from simulators.link.protocol import Message, encode
from simulators.pump_station.station import Identity, Pace, outage_s
from simulators.town.instruments import Panel, unit_of
from simulators.town.town_plant import Town


class TownStation:
    """One station of a town, from its start (milliseconds since 1970 UTC).

    The town belongs to whoever made it. ``late_ms`` is how long after the town's start this
    station sends its first message.
    """

    def __init__(
        self,
        town: Town,
        identity: Identity,
        start_ms: int,
        pace: Pace | None = None,
        *,
        late_ms: int = 0,
        script: Iterable[tuple[float, str]] = (),
        outages: bool = True,
        units: bool = False,
    ) -> None:
        self.identity, self.pace = identity, pace or Pace()
        self.boot = f"{start_ms:x}-{identity.seed:x}"
        self._town, self._works = town, town.works[identity.station]
        self._start_ms, self._late_ms, self._ticks, self._seq = start_ms, late_ms, 0, 0
        self._script = sorted(script, key=lambda step: step[0])
        self._outages = outages
        stream = f"{identity.station}:town:{identity.seed}"
        self._panel = Panel(self._works, random.Random(f"{stream}:noise"))  # noqa: S311
        self._link = random.Random(f"{stream}:link")  # noqa: S311
        make = self._works.make
        self._units = {key: unit_of(make, key) for key in self._panel.keys} if units else False
        self._stopped_ms: int | None = None

    @property
    def next_ms(self) -> int:
        """When the next message is due, in milliseconds since 1970 UTC."""
        return self._start_ms + self._ticks * self.pace.interval_ms

    @property
    def link_lost(self) -> bool:
        """Whether the link is down, so that no message gets out."""
        return self._works.defects.has("link_lost")

    @property
    def faults(self) -> list[str]:
        """What is wrong at present, as commands."""
        return self._works.defects.names()

    def obey(self, command: str) -> None:
        """Begin or end a fault from the next tick on; raise ``ValueError`` if it can't have it."""
        self._works.defects.obey(command, self._works.lead)

    def tick(self) -> Message | None:
        """Simulate up to the next message and return it; ``None`` from a silent station."""
        t_ms = self.next_ms
        lived_s = self._ticks * self.pace.interval_ms / 1000.0
        while self._script and self._script[0][0] <= lived_s:
            self.obey(self._script.pop(0)[1])
        self._town.live_until((self._late_ms / 1000.0 + lived_s) * self.pace.speed)
        self._ticks += 1
        values = self._panel.read()
        hold_s = outage_s(self._link, self.pace) if self._outages else 0.0
        if self._works.defects.has("silent"):
            return None
        self._seq += 1
        payload = encode(self.boot, self._seq, self._told_ms(t_ms), values, units=self._units)
        return Message(self.boot, self._seq, payload, hold_s)

    def skip_to(self, now_ms: int) -> None:
        """Go on from ``now_ms``: the machine slept meanwhile, or its clock was set.

        The town skips the time of a sleep too; a clock that was set back changes the messages, but
        not the town.
        """
        missed = (now_ms - self.next_ms) // self.pace.interval_ms
        if missed >= 0:
            self._ticks += missed
        else:
            self._start_ms -= self.next_ms - now_ms

    def close(self) -> None:
        """Nothing is held open: the town is closed by whoever made it."""

    def _told_ms(self, t_ms: int) -> int:
        """Return the time that the station's own clock shows."""
        if not self._works.defects.has("clock_stopped"):
            self._stopped_ms = None
            return t_ms
        self._stopped_ms = t_ms if self._stopped_ms is None else self._stopped_ms
        return self._stopped_ms
