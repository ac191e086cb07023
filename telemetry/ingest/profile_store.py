"""The catalog of the ingest, as it stands in the database."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from stations.assets.quantities import Quantities
from stations.assets.station_store import all_stations, stations_stamp
from telemetry.alarms.rule_store import rules_of, rules_stamp
from telemetry.alarms.rules import AlarmRule
from telemetry.ingest.profiles import Catalog, profile_of


def catalog_stamp(session: Session) -> tuple[object, ...]:
    """Return a stamp that differs after any change of the catalog."""
    return (*stations_stamp(session), *rules_stamp(session))


def load_catalog(session: Session, quantities: Quantities) -> Catalog:
    """Return the catalog as it is in the database now."""
    rules: dict[str, list[AlarmRule]] = defaultdict(list)
    for rule in rules_of(session):
        rules[rule.station_id].append(rule)
    return Catalog(
        {
            station.id: profile_of(station, quantities, rules[station.id])
            for station in all_stations(session)
        }
    )
