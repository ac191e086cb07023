"""Residential areas (小区): where they lie, and how far by road from the office. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kit.geo import Position
from stations.assets.station import Zone


@dataclass(frozen=True, slots=True)
class ResidentialArea:
    """One residential area, its position in WGS-84.

    ``road_km`` is the way from its service office by road in km, None if nobody has measured it.
    ``office_id`` names that office; '' where its territory says so.
    """

    id: str
    name: str
    name_en: str
    pinyin: str
    zone: Zone
    position: Position
    road_km: float | None = None
    office_id: str = ""
