"""Pump stations and their sensors, as plain values. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kit.geo import Position
from stations.assets.quantities import Quantity

STATION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}[a-z0-9]")
"""A station's id is also its MQTT user and a level of its topics: no slash, no wildcard."""


class Zone(StrEnum):
    """Where a place lies, as far as the arrival commitment asks (R-11)."""

    CITY = "city"
    SUBURB = "suburb"


QUANTITIES: dict[str, Quantity] = {
    q.key: q
    for q in (
        # R-27 asks for pressure in MPa, current in A, voltage in V; R-33 adds the rest.
        # The ranges are those of common field instruments, wide enough for a real fault, and
        # for a gauge whose zero is off: recordings of a real pump read -0.126 MPa, below vacuum.
        Quantity("pressure", "MPa", -0.2, 4.0, 3),
        Quantity("inlet_pressure", "MPa", -0.2, 4.0, 3),
        Quantity("current", "A", 0.0, 2000.0, 2),
        Quantity("voltage", "V", 0.0, 15000.0, 1),
        Quantity("flow", "m3/h", -10000.0, 10000.0, 2),
        Quantity("level", "m", -1.0, 50.0, 3),
        Quantity("pump_state", "1", 0.0, 1.0, 0),
        Quantity("power", "kW", 0.0, 5000.0, 2),
        Quantity("temperature", "Cel", -50.0, 300.0, 1),
        Quantity("water_temperature", "Cel", -20.0, 120.0, 1),
        Quantity("vibration", "g", 0.0, 100.0, 4),
        Quantity("vibration_2", "g", 0.0, 100.0, 4),
    )
}
"""Every metric that a station may send, by name. Units are UCUM codes (MPa, A, V, m3/h, Cel)."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """One measured quantity at one station."""

    metric: str

    @property
    def quantity(self) -> Quantity:
        """The quantity that this sensor measures."""
        return QUANTITIES[self.metric]


@dataclass(frozen=True, slots=True)
class Station:
    """A pump station: where it stands, how far by road from the service office, what it senses."""

    id: str
    name: str
    name_en: str
    address: str
    zone: Zone
    position: Position
    road_km: float
    sensors: tuple[Sensor, ...]

    def senses(self, metric: str) -> bool:
        """Whether the station has a sensor for this metric."""
        return any(sensor.metric == metric for sensor in self.sensors)
