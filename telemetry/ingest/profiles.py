"""What the ingest knows of the field: each station's ranges, units and alarm rules. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from stations.assets.station import QUANTITIES
from telemetry.alarms.rules import AlarmKind, AlarmRule


@dataclass(frozen=True, slots=True)
class Profile:
    """One station: the range and the unit of each metric it senses, and its limits by metric."""

    ranges: dict[str, tuple[float, float]]
    units: dict[str, str]
    rules: tuple[AlarmRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every station's profile, as of one look into the database."""

    profiles: dict[str, Profile] = field(default_factory=dict)


def profile_of(metrics: list[str], rules: list[AlarmRule]) -> Profile:
    """Return the profile of a station that senses these metrics."""
    known = [QUANTITIES[metric] for metric in metrics if metric in QUANTITIES]
    return Profile(
        ranges={q.key: (q.lowest, q.highest) for q in known},
        units={q.key: q.unit for q in known},
        rules=tuple(rule for rule in rules if rule.kind is not AlarmKind.SILENT),
    )
