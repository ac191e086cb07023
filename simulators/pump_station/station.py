"""A simulated pump station: a plant, its instruments, and its faults.

``SimulatedStation`` is deterministic: the same seed, start and faults at the same ticks give the
same bytes, in any process. The command line runs one, live on MQTT or dry on the screen.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from simulators.link.protocol import DECIMALS, Message, encode
from simulators.pump_station.hydraulics import Kind
from simulators.pump_station.plant import Conditions, Plant, Snapshot

NOISE = {"pressure": 0.0012, "current": 0.12, "voltage": 0.5, "flow": 0.25, "level": 0.002}
"""Standard deviation of each instrument, in its unit."""

OUTAGES_PER_HOUR = 2.0
OUTAGE_S = (3.0, 20.0)
"""How often the radio link drops out, and for how long; the messages wait at the station."""


class Fault(StrEnum):
    """The faults of a station; ``CLEAR`` ends all of them."""

    BURST = "burst"
    WORN_PUMP = "worn_pump"
    PHASE_LOSS = "phase_loss"
    FROZEN_SENSOR = "frozen_sensor"
    SILENT = "silent"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which station this is, how it is built, and the seed of all that varies about it."""

    station: str
    kind: Kind = Kind.BOOSTER
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """Milliseconds between messages; plant seconds per second; hours that local time is ahead.

    A plant faster than the clock (``speed`` above 1) passes through its day sooner; the messages
    keep the clock's time.
    """

    interval_ms: int = 1000
    speed: float = 1.0
    utc_offset_h: float = 8.0


class SimulatedStation:
    """One station from its start (milliseconds since 1970 UTC). Close it when done."""

    def __init__(
        self,
        identity: Identity,
        start_ms: int,
        pace: Pace | None = None,
        *,
        script: Iterable[tuple[float, str]] = (),
        outages: bool = True,
        units: bool = False,
    ) -> None:
        self.identity, self.pace = identity, pace or Pace()
        # Each new count needs its own name. It is made of start and seed, so that a dry run repeats
        # it and a restart, at least a millisecond later, does not.
        self.boot = f"{start_ms:x}-{identity.seed:x}"
        self._start_ms, self._ticks, self._seq = start_ms, 0, 0
        self._script = sorted(script, key=lambda step: step[0])
        self._outages, self._units = outages, units
        second = day_second(start_ms, self.pace)
        self._plant = Plant(identity.kind, self._stream("plant"), second)
        self._noise = random.Random(self._stream("noise"))  # noqa: S311  simulated noise
        self._link = random.Random(self._stream("link"))  # noqa: S311  simulated drop-outs
        self._lived_s = 0.0
        self._truth = self._plant.advance()
        self._silent = self._frozen = False
        self._frozen_pressure: float | None = None

    @property
    def next_ms(self) -> int:
        """When the next message is due, in milliseconds since 1970 UTC."""
        return self._start_ms + self._ticks * self.pace.interval_ms

    @property
    def conditions(self) -> Conditions:
        """What is wrong with the plant at present."""
        return self._plant.conditions

    def fault(self, fault: Fault) -> None:
        """Add this fault from the next tick on; ``CLEAR`` ends all faults."""
        conditions = self._plant.conditions
        if fault is Fault.CLEAR:
            conditions.burst = conditions.worn_pump = conditions.phase_loss = False
            self._silent = self._frozen = False
            self._frozen_pressure = None
        elif fault is Fault.SILENT:
            self._silent = True
        elif fault is Fault.FROZEN_SENSOR:
            self._frozen = True
        else:
            setattr(conditions, fault.value, True)

    @property
    def link_lost(self) -> bool:
        """Never: this kind of station has no such fault."""
        return False

    @property
    def faults(self) -> list[str]:
        """What is wrong at present, by name."""
        present = asdict(self._plant.conditions) | {
            Fault.FROZEN_SENSOR.value: self._frozen,
            Fault.SILENT.value: self._silent,
        }
        return sorted(name for name, there in present.items() if there)

    def obey(self, command: str) -> None:
        """Have the fault of this name; raise ``ValueError`` if there is none."""
        self.fault(Fault(command))

    def tick(self) -> Message | None:
        """Simulate up to the next message and return it; ``None`` from a silent station.

        A silent station makes no message, so its sequence numbers have no gap.
        """
        t_ms = self.next_ms
        elapsed_s = (t_ms - self._start_ms) / 1000.0
        while self._script and self._script[0][0] <= elapsed_s:
            self.obey(self._script.pop(0)[1])
        self._live_until(elapsed_s * self.pace.speed)
        self._ticks += 1
        values = self._measure(self._truth)
        hold_s = outage_s(self._link, self.pace) if self._outages else 0.0
        if self._silent:
            return None
        self._seq += 1
        payload = encode(self.boot, self._seq, t_ms, values, units=self._units)
        return Message(self.boot, self._seq, payload, hold_s)

    def skip_to(self, now_ms: int) -> None:
        """Go on from ``now_ms``: the machine slept and measured nothing, or its clock was set.

        A clock that was set back changes the messages, but not the plant.
        """
        missed = (now_ms - self.next_ms) // self.pace.interval_ms
        if missed >= 0:
            self._ticks += missed
        else:
            self._start_ms -= self.next_ms - now_ms

    def close(self) -> None:
        """Give back what the plant holds."""
        self._plant.close()

    def _stream(self, name: str) -> str:
        return f"{self.identity.station}:{self.identity.kind}:{self.identity.seed}:{name}"

    def _live_until(self, plant_s: float) -> None:
        # EPANET counts whole seconds; a message between two of them reads the former one.
        while self._lived_s + 1.0 <= plant_s:
            self._lived_s += 1.0
            self._truth = self._plant.advance()

    def _measure(self, truth: Snapshot) -> dict[str, float]:
        gauss = self._noise.gauss
        read = {
            "pressure": truth.pressure + gauss(0.0, NOISE["pressure"]),
            "current": truth.current + gauss(0.0, NOISE["current"]) * truth.running,
            "voltage": truth.voltage + gauss(0.0, NOISE["voltage"]),
            "flow": truth.flow + gauss(0.0, NOISE["flow"]) * truth.running,
            "level": truth.level + gauss(0.0, NOISE["level"]),
        }
        if self._frozen:
            if self._frozen_pressure is None:
                self._frozen_pressure = read["pressure"]
            read["pressure"] = self._frozen_pressure
        values: dict[str, float] = {
            metric: round(max(0.0, value), DECIMALS[metric]) for metric, value in read.items()
        }
        values["pump_state"] = int(truth.running)
        return values


def day_second(epoch_ms: int, pace: Pace) -> float:
    """Return the local time of day in seconds."""
    return (epoch_ms / 1000.0 + pace.utc_offset_h * 3600.0) % 86400.0


def outage_s(chance: random.Random, pace: Pace) -> float:
    """Draw how long the radio link is down from this message on: mostly not at all."""
    starts, length = chance.random(), chance.uniform(*OUTAGE_S)
    return length if starts < OUTAGES_PER_HOUR * pace.interval_ms / 3_600_000.0 else 0.0
