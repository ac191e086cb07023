"""Warnings: what in a site file is possible, but more likely a mistake. Pure.

A position in the wrong datum is off by some hundred metres, which no rule can detect by itself.
What can be detected is a place outside the territory to which it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator

from api.site.site import Site
from kit.geo import Position, great_circle_km
from stations.assets.offices import ServiceOffice

FAR_KM = 150.0
"""No service office serves a place further away than this."""

MOST_NAMED = 5


def doubts(site: Site, longest_km: float) -> list[str]:
    """Return sentences that a person should read before the file is loaded.

    ``longest_km`` is the longest way by road that the company serves (R-11).
    """
    return [
        *_summed(
            f"further by road than the {longest_km:g} km that a promise counts at most",
            _beyond(site, longest_km),
        ),
        *_doubts_of_ground(site),
    ]


def _doubts_of_ground(site: Site) -> list[str]:
    if not site.offices:
        return []
    places = {f"area {one.id}": (one.position, one.office_id) for one in site.areas}
    places |= {
        f"station {one.station.id}": (one.station.position, one.station.office_id)
        for one in site.stations
    }
    return [
        *(
            f"office {one.id} stands outside of its own territory: is the datum right?"
            for one in site.offices
            if one.territory and not one.territory.contains(one.position)
        ),
        *_summed("far from every office", _far(site, places)),
        *_summed("outside of the territory of the office that it names", _astray(site, places)),
        *_summed("in no territory, so the nearest office serves", _nowhere(site, places)),
    ]


Places = dict[str, tuple[Position, str]]


def _beyond(site: Site, longest_km: float) -> Iterator[str]:
    ways = {f"area {one.id}": one.road_km or 0.0 for one in site.areas}
    ways |= {f"station {one.station.id}": one.station.road_km for one in site.stations}
    return (name for name, km in ways.items() if km > longest_km)


def _far(site: Site, places: Places) -> Iterator[str]:
    for name, (position, _) in places.items():
        if min(great_circle_km(one.position, position) for one in site.offices) > FAR_KM:
            yield name


def _astray(site: Site, places: Places) -> Iterator[str]:
    offices: dict[str, ServiceOffice] = {one.id: one for one in site.offices if one.territory}
    for name, (position, office_id) in places.items():
        office = offices.get(office_id)
        if office is not None and not office.territory.contains(position):
            yield name


def _nowhere(site: Site, places: Places) -> Iterator[str]:
    if not all(one.territory for one in site.offices):
        return
    for name, (position, office_id) in places.items():
        if not office_id and not any(one.territory.contains(position) for one in site.offices):
            yield name


def _summed(what: str, names: Iterator[str]) -> list[str]:
    found = list(names)
    if not found:
        return []
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return [f"{what}: {', '.join(found[:MOST_NAMED])}{more}"]
