"""What the ingest knows of the field: stations, their sensors' ranges and units, alarm rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from stations.assets.asset_tables import SensorRow, StationRow
from stations.assets.station import QUANTITIES
from telemetry.alarms.evaluate import AlarmRule, Kind
from telemetry.alarms.log import rule_of
from telemetry.tables import AlarmRuleRow


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
        rules=tuple(rule for rule in rules if rule.kind is not Kind.SILENT),
    )


def load_catalog(session: Session) -> Catalog:
    """Return what stands in the database now."""
    metrics: dict[str, list[str]] = {
        station_id: [] for station_id in session.scalars(select(StationRow.id))
    }
    for station_id, metric in session.execute(select(SensorRow.station_id, SensorRow.metric)):
        metrics.setdefault(station_id, []).append(metric)
    rules = defaultdict(list)
    for row in session.scalars(select(AlarmRuleRow).order_by(AlarmRuleRow.id)):
        rules[row.station_id].append(rule_of(row))
    return Catalog({s: profile_of(named, rules[s]) for s, named in metrics.items()})
