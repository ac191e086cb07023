"""Writing a site as the TOML that reads back as the same site. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomli_w

from api.site.read_alarms import default_id
from api.site.site import Site, StationEntry
from kit.datum import Datum
from stations.assets.areas import ResidentialArea
from stations.assets.equipment import Equipment
from stations.assets.offices import ServiceOffice
from stations.assets.points import MeasuringPoint
from stations.assets.quantities import Quantities
from stations.assets.station import Station
from stations.assets.territories import Territory
from telemetry.alarms.rules import AlarmKind, AlarmRule

HEAD = """\
# A site file of Sanlai. `sanlai site check FILE` reports its faults, `sanlai site load FILE` loads
# it. Positions are in the datum that is named here; units are UCUM codes (https://ucum.org).

"""

_NOTHING: tuple[object, ...] = ("", None, [], ())


def to_toml(site: Site, quantities: Quantities) -> str:
    """Return the site file; what has its usual value is left out."""
    return HEAD + tomli_w.dumps(to_tables(site, quantities))


def to_tables(site: Site, quantities: Quantities) -> dict[str, Any]:
    """Return a site as the mapping that a site file holds."""
    return {"datum": str(Datum.WGS84)} | _given(
        {
            "office": [_office(one) for one in site.offices],
            "area": [_area(one) for one in site.areas],
            "station": [_station(one, quantities) for one in site.stations],
        }
    )


def _given(table: Mapping[str, Any], **usual: Any) -> dict[str, Any]:
    """Return the table without what is empty or as usual."""
    return {
        key: value
        for key, value in table.items()
        if value not in _NOTHING and not (key in usual and value == usual[key])
    }


def _office(one: ServiceOffice) -> dict[str, Any]:
    return _given(
        {
            "id": one.id,
            "name": one.name,
            "name_en": one.name_en,
            "lat": one.position.lat,
            "lon": one.position.lon,
            "territory": _geojson(one.territory),
        }
    )


def _geojson(territory: Territory) -> dict[str, Any] | None:
    if not territory:
        return None
    polygons = [
        [[[p.lon, p.lat] for p in ring] for ring in (one.outer, *one.holes)]
        for one in territory.polygons
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _area(one: ResidentialArea) -> dict[str, Any]:
    return _given(
        {
            "id": one.id,
            "name": one.name,
            "name_en": one.name_en,
            "pinyin": one.pinyin,
            "zone": str(one.zone),
            "lat": one.position.lat,
            "lon": one.position.lon,
            "road_km": one.road_km,
            "office": one.office_id,
        }
    )


def _station(entry: StationEntry, quantities: Quantities) -> dict[str, Any]:
    one = entry.station
    return _given(
        {
            "id": one.id,
            "name": one.name,
            "name_en": one.name_en,
            "address": one.address,
            "zone": str(one.zone),
            "lat": one.position.lat,
            "lon": one.position.lon,
            "road_km": one.road_km,
            "office": one.office_id,
            "equipment": [_equipment(part, one) for part in one.equipment],
            "alarm": [_alarm(rule, one, quantities) for rule in entry.rules],
        }
    )


def _equipment(one: Equipment, station: Station) -> dict[str, Any]:
    return _given(
        {
            "id": one.id,
            "kind": str(one.kind),
            "name": one.name,
            "name_en": one.name_en,
            "point": [_point(point) for point in station.points_of(one.id)],
        }
    )


def _point(one: MeasuringPoint) -> dict[str, Any]:
    return _given(
        {
            "key": one.key,
            "quantity": one.quantity,
            "phase": one.phase,
            "position": one.position,
            "unit": one.unit,
            "scale": one.scale,
            "offset": one.offset,
            "lowest": one.lowest,
            "highest": one.highest,
            "decimals": one.decimals,
            "roll_over": one.roll_over,
        },
        quantity=one.key,
        scale=1.0,
        offset=0.0,
    )


def _alarm(rule: AlarmRule, station: Station, quantities: Quantities) -> dict[str, Any]:
    silent = rule.kind is AlarmKind.SILENT
    table = {
        "id": rule.id,
        "point": rule.metric,
        "kind": str(rule.kind),
        "severity": str(rule.severity),
        "limit": None if silent else rule.limit,
        "unit": "" if silent else _unit(rule.metric, station, quantities),
        "deadband": rule.deadband,
        "after_s": rule.after_s if silent else None,
        "on_delay_s": rule.on_delay_s,
        "off_delay_s": rule.off_delay_s,
        "needs_hands": rule.needs_hands,
        "latch": rule.latch,
    }
    usual = {"id": default_id(station.id, rule.metric, rule.kind), "deadband": 0.0}
    return _given(table, **usual, on_delay_s=0.0, off_delay_s=0.0)


def _unit(key: str, station: Station, quantities: Quantities) -> str:
    point = station.point(key)
    quantity = quantities.get(point.quantity) if point else None
    return quantity.unit if quantity else ""
