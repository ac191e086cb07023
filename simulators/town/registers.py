"""Counters that only go up: m3, kW.h and hours, kept on disk as a meter keeps its own.

They are saved together every ``SAVE_S`` seconds of the plant, next to the outbox. After a kill a
register starts ahead of what was saved, by the most that it may have counted since: it may jump a
little, but never goes back.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

SAVE_S = 10.0
MARGIN = {"volume": 8.0, "energy": 0.6, "hours": 0.003}
"""More than any register of the town counts in ``SAVE_S``: 2,800 m3/h, 200 kW, one hour an hour."""


@dataclass(slots=True)
class Registers:
    """The registers of one station, by key."""

    values: dict[str, float] = field(default_factory=dict)

    def value(self, key: str) -> float:
        """Return what a register shows."""
        return self.values.get(key, 0.0)

    def add(self, key: str, amount: float) -> None:
        """Count on; a negative amount counts nothing."""
        self.values[key] = self.values.get(key, 0.0) + max(0.0, amount)

    def set(self, key: str, value: float) -> None:
        """Take over a value that is counted elsewhere, unless it would go back."""
        self.values[key] = max(value, self.values.get(key, 0.0))


def read_registers(path: Path) -> dict[str, dict[str, float]]:
    """Return what was saved, by station and key; nothing where nothing was.

    What a killed process saved is moved ahead by ``MARGIN``. A file that can't be read is put
    aside, and the registers start from 0, as on a new meter.
    """
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        clean = bool(saved["clean"])
        return {
            str(station): {str(key): _ahead(str(key), float(value), clean) for key, value in of}
            for station, of in (
                (name, values.items()) for name, values in saved["stations"].items()
            )
        }
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        aside = path.with_suffix(".unreadable")
        log.warning("%s is no file of registers (%s); it is kept as %s", path, fault, aside.name)
        path.replace(aside)
        return {}


def write_registers(
    path: Path, stations: Mapping[str, Mapping[str, float]], *, clean: bool
) -> None:
    """Save all registers; a kill at any moment leaves the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps({"clean": clean, "stations": stations}), encoding="utf-8")
    scratch.replace(path)


def _ahead(key: str, value: float, clean: bool) -> float:
    return value if clean else value + MARGIN[key.rpartition(".")[2]]
