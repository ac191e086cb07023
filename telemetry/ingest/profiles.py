"""What the ingest knows of the field: each station's points and alarm rules. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kit.units import ucum
from stations.assets.quantities import Quantities
from stations.assets.station import Station
from telemetry.alarms.rules import AlarmKind, AlarmRule

EXTRA_DECIMALS = 3
"""Digits kept of a converted value below those that are shown."""


class Conversion(NamedTuple):
    """How what is sent becomes a value: ``sent * factor + offset``, rounded to ``digits``."""

    factor: float
    offset: float
    digits: int

    def of(self, sent: float) -> float:
        """Return the value in the quantity's unit."""
        return round(sent * self.factor + self.offset, self.digits)


@dataclass(frozen=True, slots=True)
class Profile:
    """One station, by the keys of its points; ranges and units are those of the quantities.

    ``ranges`` is what each instrument reads, ``possible`` what its quantity can be at all.
    ``sent_units`` are UCUM codes of what is sent. ``conversions`` holds only the points that are
    sent in another unit or scale.
    """

    ranges: Mapping[str, tuple[float, float]]
    possible: Mapping[str, tuple[float, float]]
    units: Mapping[str, str]
    sent_units: Mapping[str, str]
    conversions: Mapping[str, Conversion] = field(default_factory=dict)
    rules: tuple[AlarmRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every station's profile, as read from the database at one time."""

    profiles: Mapping[str, Profile] = field(default_factory=dict)


def profile_of(
    station: Station, quantities: Quantities, rules: Iterable[AlarmRule] = ()
) -> Profile:
    """Return the profile of a station, without points that the catalogue can't explain."""
    formats = station.formats(quantities)
    units = {point.key: point.unit for point in station.points}
    measured = {p.key: quantities[p.quantity] for p in station.points if p.key in formats}
    return Profile(
        ranges={key: (form.lowest, form.highest) for key, form in formats.items()},
        possible={key: (of.lowest, of.highest) for key, of in measured.items()},
        units={key: form.unit for key, form in formats.items()},
        sent_units={key: ucum(units[key] or form.unit) for key, form in formats.items()},
        conversions={
            key: Conversion(form.factor, form.offset, form.decimals + EXTRA_DECIMALS)
            for key, form in formats.items()
            if (form.factor, form.offset) != (1.0, 0.0)
        },
        rules=tuple(rule for rule in rules if rule.kind is not AlarmKind.SILENT),
    )
