"""The way to a residential area, as far as the arrival commitment asks (R-11)."""

from __future__ import annotations

from dispatch.model import Distance
from dispatch.rules import DispatchRules
from kit.geo import Position, great_circle_km
from stations.assets.areas import ResidentialArea


def distance_to(area: ResidentialArea, office: Position, rules: DispatchRules) -> Distance:
    """Return the way to an area: by road if measured, else great circle times the usual detour."""
    if area.road_km is not None:
        return Distance(area.road_km, "place_road", area.name)
    km = great_circle_km(office, area.position) * rules.road_detour.value
    # To 100 m, as a person would say it, and never nothing.
    return Distance(max(round(km, 1), 0.1), "place_estimate", area.name, rules.road_detour)
