"""How a station decides which of its pumps run, and how fast.

Three ways are common in the field: hold a pressure by speed, fill a tank by its level, follow a
timetable. Each says how many pumps are wanted; ``Rota`` says which ones: the lead pump first, a new
lead each day, and no pump that is out of order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

ROTATE_AFTER_S = 24 * 3600
"""A lead pump hands its duty on after this long, so that all wear alike."""


@dataclass(frozen=True, slots=True)
class Duty:
    """How many pumps are wanted, and their relative speed."""

    count: int
    speed: float = 1.0


class Gauges(Protocol):
    """What a controller sees of the network, ``step_s`` seconds from step to step."""

    step_s: int

    def pressure_m(self, node: str) -> float:
        """Return a junction's pressure or a tank's level in m."""
        ...


class Control(Protocol):
    """What a station's controller does each step."""

    def duty(self, network: Gauges, hour: float) -> Duty:
        """Return what is wanted for the next step; ``hour`` is the local time of day."""
        ...


@dataclass(slots=True)
class HoldPressure:
    """Holds the pressure at a junction by speed; another pump when the speed is at its end."""

    node: str
    setpoint_m: float
    most: int
    speed: float = 0.9
    count: int = 1
    _waited: float = 0.0

    GAIN, FASTEST_GAIN, LOWEST = 0.12, 0.3, 0.5
    STAGE_AFTER_S, UNSTAGE_AFTER_S = 20, 180
    UNSTAGE_SPEED = 0.82

    def duty(self, network: Gauges, hour: float) -> Duty:  # noqa: ARG002
        """Return what is wanted for the next step."""
        error = (self.setpoint_m - network.pressure_m(self.node)) / self.setpoint_m
        gain = min(self.FASTEST_GAIN, self.GAIN * network.step_s)
        self.speed = min(1.0, max(self.LOWEST, self.speed + gain * max(-0.5, min(0.5, error))))
        self._stage(network.step_s)
        return Duty(self.count, self.speed)

    def _stage(self, step_s: int) -> None:
        up = self.speed >= 0.995 and self.count < self.most
        down = self.speed <= self.UNSTAGE_SPEED and self.count > 1
        self._waited = self._waited + step_s if up or down else 0.0
        if up and self._waited >= self.STAGE_AFTER_S:
            self.count, self.speed, self._waited = self.count + 1, 0.9, 0.0
        elif down and self._waited >= self.UNSTAGE_AFTER_S:
            self.count, self.speed, self._waited = self.count - 1, 0.95, 0.0


@dataclass(slots=True)
class FillTank:
    """Starts one more pump at each level of ``starts``, and stops it at that of ``stops``."""

    tank: str
    starts: tuple[float, ...]
    stops: tuple[float, ...]
    count: int = 0

    def duty(self, network: Gauges, hour: float) -> Duty:  # noqa: ARG002
        """Return what is wanted for the next step."""
        level = network.pressure_m(self.tank)
        while self.count < len(self.starts) and level < self.starts[self.count]:
            self.count += 1
        while self.count > 0 and level > self.stops[self.count - 1]:
            self.count -= 1
        return Duty(self.count)


@dataclass(slots=True)
class Timetable:
    """Runs as many pumps as the hour of the day says."""

    counts: tuple[int, ...]

    def duty(self, network: Gauges, hour: float) -> Duty:  # noqa: ARG002
        """Return what is wanted for the next step."""
        return Duty(self.counts[int(hour) % 24])


@dataclass(slots=True)
class Rota:
    """Which pumps have the duty: the lead first; the duty moves on by one each day."""

    order: list[str]
    led_s: float = 0.0
    running: tuple[str, ...] = ()

    def choose(self, count: int, out_of_order: Collection[str], step_s: float) -> tuple[str, ...]:
        """Return the pumps that run in the next step."""
        self.led_s += step_s
        # If all pumps of a level control have stopped, the lead changes at once.
        if self.led_s >= ROTATE_AFTER_S or (self.running and count == 0):
            self.order, self.led_s = [*self.order[1:], self.order[0]], 0.0
        able = [pump for pump in self.order if pump not in out_of_order]
        self.running = tuple(able[:count])
        return self.running


@dataclass(slots=True)
class DryRunGuard:
    """Keeps pumps from running dry: off below ``off``, on again above ``on`` (m of water)."""

    read: Callable[[], float]
    off: float
    on: float
    blocked: bool = field(default=False)

    def blocks(self) -> bool:
        """Return whether the pumps must stand still."""
        self.blocked = self.read() < (self.on if self.blocked else self.off)
        return self.blocked
