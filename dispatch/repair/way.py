"""The distance to a matter: of its station, its residential area, or as stated (R-11). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dispatch.clocks.commitment import Distance
from dispatch.rulebook import DispatchRules
from kit.fields import FaultKind, Fields
from kit.geo import great_circle_km
from stations.assets.areas import ResidentialArea
from stations.assets.offices import ServiceOffice
from stations.assets.station import Station, Zone

PLACE_OR_DISTANCE = FaultKind(
    "place_or_distance",
    "give the residential area, or the distance and the zone, or say that the way is unknown",
)
UNKNOWN_STATION = FaultKind("unknown_station", "was not found")
UNKNOWN_PLACE = FaultKind("unknown_place", "is not in the list of residential areas")

SHORTEST_KM = 0.01
"""Nobody states less than ten metres: a smaller number would promise to be there at once."""
FARTHEST_KM = 1000
"""A larger number is a slip of the hand; long before it, no commitment is worked out."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """How an intake finds areas and stations, and the office that serves them.

    ``office_of`` gives the service office from which the way to an area counts (R-11);
    ``find_area`` takes an id, or a name that is only one area's.
    """

    office_of: Callable[[ResidentialArea], ServiceOffice]
    find_area: Callable[[str], ResidentialArea | None]
    find_station: Callable[[str], Station | None]


@dataclass(frozen=True, slots=True)
class Way:
    """How far it is and in which zone, and the area or station that it leads to, if known."""

    distance: Distance
    zone: Zone
    area: ResidentialArea | None = None
    station: Station | None = None


def distance_to(area: ResidentialArea, office: ServiceOffice, rules: DispatchRules) -> Distance:
    """Return the distance to an area from the office that serves it.

    By road if measured, else the great circle times the usual detour.
    """
    if area.road_km is not None:
        return Distance(area.road_km, "place_road", area.name, office_name=office.name)
    km = great_circle_km(office.position, area.position) * rules.road_detour.value
    # To 100 m, as a person would say it, but never 0.
    known = max(round(km, 1), 0.1)
    return Distance(known, "place_estimate", area.name, rules.road_detour, office.name)


def distance_to_station(station: Station) -> Distance:
    """Return the way to a station of the company, which was entered with it."""
    return Distance(station.road_km, "station", station.name)


def read_way(form: Fields, ground: Gazetteer, rules: DispatchRules) -> Way:
    """Read ``station_id``, ``place_id`` (id or name), or ``distance_km`` and ``zone``.

    ``way_unknown`` says that nobody knows any of them yet, as with a caller who gives a crossing.
    """
    station = _read_station(form, ground)
    if station is not None:
        return Way(distance_to_station(station), station.zone, None, station)
    area = _read_area(form, ground)
    if area is not None and not form.given("distance_km"):
        return Way(distance_to(area, ground.office_of(area), rules), area.zone, area)
    # An unknown place or station is already a fault.
    named = form.given("place_id") or form.given("station_id")
    unknown = form.yes("way_unknown", needed=False) and not named
    if unknown and not form.given("distance_km"):
        zone = form.choice("zone", Zone, Zone.CITY, needed=False)
        return Way(Distance(None, "unknown"), zone)
    if not (form.given("distance_km") or form.given("zone")):
        if not named:
            form.fault("distance_km", PLACE_OR_DISTANCE)
        return Way(Distance(1, "stated"), Zone.CITY)
    # A stated distance is to the door itself, and more exact than the area's.
    km = form.number("distance_km", least=SHORTEST_KM, most=FARTHEST_KM, unit="km")
    zone = form.choice("zone", Zone, area.zone if area else Zone.CITY, needed=not named)
    return Way(Distance(km, "stated", area.name if area else ""), zone, area)


def _read_station(form: Fields, ground: Gazetteer) -> Station | None:
    station_id = form.plain("station_id")
    station = ground.find_station(station_id) if station_id else None
    if station_id and station is None:
        form.fault("station_id", UNKNOWN_STATION)
    return station


def _read_area(form: Fields, ground: Gazetteer) -> ResidentialArea | None:
    named = form.plain("place_id")
    area = ground.find_area(named) if named else None
    if named and area is None:
        form.fault("place_id", UNKNOWN_PLACE)
    return area
