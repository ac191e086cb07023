"""What a site file says, as plain values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kit.errors import FieldError
from stations.assets.areas import ResidentialArea
from stations.assets.offices import ServiceOffice
from stations.assets.station import Station
from telemetry.alarms.rules import AlarmRule

Path = tuple[str | int, ...]
"""Where a value stands in a file's mapping: ``("station", 0, "equipment", 1, "kind")``."""


@dataclass(frozen=True, slots=True)
class StationEntry:
    """One station with all its alarm rules."""

    station: Station
    rules: tuple[AlarmRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Offices, residential areas and stations, each in the order of its file."""

    offices: tuple[ServiceOffice, ...] = ()
    areas: tuple[ResidentialArea, ...] = ()
    stations: tuple[StationEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteSource:
    """A file that was taken apart: its values, and the way back to the place of each.

    ``where`` says in words where a value stands (``site.toml:12``); ``read_file`` returns the text
    of a file beside it, or raises ``OSError``. In a ``strict`` source a number in quotes is text.
    ``faults`` were found on the way, each with its place.
    """

    name: str
    raw: Mapping[str, Any]
    where: Callable[[Path], str]
    read_file: Callable[[str], str]
    strict: bool = True
    faults: tuple[FieldError, ...] = ()
