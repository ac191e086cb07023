"""Reading service offices with their territories, and residential areas."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from api.site.site_fields import SiteFields, place_of
from kit.datum import Datum
from stations.assets.areas import ResidentialArea
from stations.assets.offices import ServiceOffice
from stations.assets.station import STATION_ID, Zone
from stations.assets.territories import (
    MOST_POSITIONS,
    UNDRAWN,
    Polygon,
    Ring,
    Territory,
    polygon_fault,
)

_OFFICE = ("id", "name", "name_en", "datum", "lat", "lon", "territory")
_AREA = ("id", "name", "name_en", "pinyin", "zone", "datum", "lat", "lon", "road_km", "office")
_GEOJSON = ("Polygon", "MultiPolygon", "Feature", "FeatureCollection", "GeometryCollection")


def read_office(
    form: SiteFields, datum: Datum | None, read_file: Callable[[str], str]
) -> ServiceOffice | None:
    """Read one service office; None when anything is wrong with it."""
    before = len(form.errors)
    form.known(_OFFICE)
    said = form.datum(datum)
    found = ServiceOffice(
        id=office_id(form, "id", needed=True),
        name=form.words("name", 80),
        name_en=form.words("name_en", 80, needed=False),
        position=form.position(said),
        territory=_territory(form, said, read_file),
    )
    return found if len(form.errors) == before else None


def read_area(form: SiteFields, datum: Datum | None) -> ResidentialArea | None:
    """Read one residential area; None when anything is wrong with it."""
    before = len(form.errors)
    form.known(_AREA)
    found = ResidentialArea(
        id=form.words("id", 64),
        name=form.words("name", 80),
        name_en=form.words("name_en", 80, needed=False),
        pinyin=form.words("pinyin", 80, needed=False).lower(),
        zone=form.choice("zone", Zone, Zone.CITY),
        position=form.position(form.datum(datum)),
        road_km=form.amount_or_none("road_km", above=0),
        office_id=office_id(form, "office", needed=False),
    )
    return found if len(form.errors) == before else None


def office_id(form: SiteFields, name: str, *, needed: bool) -> str:
    """Read the id of an office."""
    found = form.words(name, 32, needed=needed)
    if found and not STATION_ID.fullmatch(found):
        form.sentence(name, "takes 2 to 32 of a-z, 0-9 and -")
    return found


def _territory(form: SiteFields, datum: Datum, read_file: Callable[[str], str]) -> Territory:
    """Read GeoJSON that stands in the table, or in the file that it names."""
    raw = form.table.get("territory")
    if raw is None:
        return UNDRAWN
    if not isinstance(raw, dict):
        form.sentence("territory", "is not a table")
        return UNDRAWN
    table = form.child("territory", raw)
    said = table.datum(datum)
    geometry: Any = {key: value for key, value in raw.items() if key not in ("datum", "file")}
    if "file" in raw:
        if geometry:
            table.known(("datum", "file"))
        geometry = _from_file(table, read_file)
    if geometry is None:
        return UNDRAWN
    reader = _GeoJson(table, said)
    reader.read(geometry, "")
    return Territory(tuple(reader.polygons))


def _from_file(table: SiteFields, read_file: Callable[[str], str]) -> Any:
    name = table.words("file", 200)
    if not name:
        return None
    try:
        return json.loads(read_file(name))
    except OSError as error:
        table.sentence("file", f"{name} can't be read ({error.strerror})")
    except (ValueError, RecursionError) as error:
        table.sentence("file", f"{name} is not GeoJSON ({str(error)[:120]})")
    return None


class _GeoJson:
    """Collects the polygons of a GeoJSON value (RFC 7946: longitude first)."""

    def __init__(self, table: SiteFields, datum: Datum) -> None:
        self.table = table
        self.datum = datum
        self.polygons: list[Polygon] = []
        self.positions = 0

    def read(self, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in _GEOJSON:
            self.table.sentence(f"{at}type", f"must be one of {', '.join(_GEOJSON[:2])}")
        elif kind == "Feature":
            self.read(value.get("geometry"), f"{at}geometry.")
        elif kind in ("FeatureCollection", "GeometryCollection"):
            name = "features" if kind == "FeatureCollection" else "geometries"
            for place, one in enumerate(self._list(value.get(name), f"{at}{name}")):
                self.read(one, f"{at}{name}.{place}.")
        elif kind == "Polygon":
            self._polygon(value.get("coordinates"), f"{at}coordinates")
        else:
            for place, one in enumerate(self._list(value.get("coordinates"), f"{at}coordinates")):
                self._polygon(one, f"{at}coordinates.{place}")

    def _polygon(self, rings: Any, at: str) -> None:
        before = len(self.table.errors)
        read = [self._ring(ring, f"{at}.{n}") for n, ring in enumerate(self._list(rings, at))]
        if len(self.table.errors) > before:
            return
        polygon = Polygon(read[0], tuple(read[1:]))
        fault = polygon_fault(polygon)
        if fault is None:
            self.polygons.append(polygon)
        else:
            self.table.sentence(at, f"is not a polygon: {fault} (longitude first)")

    def _ring(self, ring: Any, at: str) -> Ring:
        points = self._list(ring, at)
        self.positions += len(points)
        if self.positions > MOST_POSITIONS:
            self.table.sentence(at, f"the territory has more than {MOST_POSITIONS} positions")
            return ()
        found = []
        for place, one in enumerate(points):
            spot = f"{at}.{place}"
            if not _is_pair(one):
                self.table.sentence(spot, "is not a pair of longitude and latitude")
                continue
            fault = _Noted(self.table, spot)
            found.append(place_of(float(one[1]), float(one[0]), self.datum, fault))
        return tuple(found)

    def _list(self, value: Any, at: str) -> Sequence[Any]:
        if isinstance(value, list) and value:
            return value
        self.table.sentence(at, "is missing or not a list")
        return ()


class _Noted:
    """Notes a fault of one position, and that GeoJSON has longitude first."""

    def __init__(self, table: SiteFields, at: str) -> None:
        self.table, self.at = table, at

    def __call__(self, message: str) -> None:
        self.table.sentence(self.at, f"{message} (longitude first)")


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (2, 3)  # a height may follow, and is ignored
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    )
