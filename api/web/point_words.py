"""What stations, equipment and measuring points are called on one screen, and how they are shown.

A bare key of the protocol's first version is called as it always was: 压力, not 出水 压力.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.web.i18n import Catalogue
from stations.assets.bare_keys import is_bare
from stations.assets.equipment import Equipment
from stations.assets.point_names import equipment_name, point_name, quantity_words
from stations.assets.points import MeasuringPoint
from stations.assets.quantities import Quantities
from stations.assets.station import Station
from telemetry.readings import Quality


@dataclass(frozen=True, slots=True)
class PointWords:
    """Names in one language."""

    text: Catalogue
    quantities: Quantities

    def station(self, station: Station) -> str:
        """Return the station's name; the Chinese one where nobody entered an English one."""
        english = self.text.language == "en" and station.name_en
        return station.name_en if english else station.name

    def equipment(self, equipment: Equipment) -> str:
        """Return the name of one piece of equipment."""
        return equipment_name(equipment, self.text.language)

    def within(self, point: MeasuringPoint) -> str:
        """Return what a point measures, for a place where its equipment is named already."""
        if is_bare(point):
            return self.text.label("metric", point.key)
        return quantity_words(point, self.quantities, self.text.language)

    def in_full(self, station: Station | None, key: str) -> str:
        """Return a point's name with its equipment; its key if nobody knows it any more."""
        point = point_of(station, key)
        if station is None or point is None or is_bare(point):
            return self.text.label("metric", key)
        return point_name(station, point, self.quantities, self.text.language)


def point_of(station: Station | None, key: str) -> MeasuringPoint | None:
    """Return the station's point with this key, if it has one."""
    return station.point(key) if station else None


def quality_word(quality: Quality) -> str:
    """Return the catalogue's word for a quality; "" for a good value, of which nothing is said."""
    return "" if quality is Quality.GOOD else quality.name.lower()
