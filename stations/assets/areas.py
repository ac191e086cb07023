"""Residential areas (小区): where they lie, and how far by road from the office. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kit.geo import Position
from stations.assets.station import Zone


@dataclass(frozen=True, slots=True)
class ResidentialArea:
    """One residential area, its position in WGS-84.

    ``road_km`` is the way from the service office by road in km, None while nobody measured it.
    """

    id: str
    name: str
    name_en: str
    pinyin: str
    zone: Zone
    position: Position
    road_km: float | None = None
