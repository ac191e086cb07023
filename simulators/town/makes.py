"""The town's eight stations: how each is built, and what it sends in which unit.

Names of nodes and links are those of ``networks/town.inp``. Heads and pressures are in m of
water, flows in m3/h.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.town.controls import Control, FillTank, HoldPressure, Timetable


@dataclass(frozen=True, slots=True)
class PumpMake:
    """Rating of each of a station's pumps: shaft power in kW, best flow in m3/h."""

    rated_kw: float
    best_flow_m3h: float
    converter: bool = True
    best_efficiency: float = 0.76


@dataclass(frozen=True, slots=True)
class Filling:
    """A tank's inlet: it opens with the missing level, ``base_m3h`` at ``target_m``."""

    valve: str
    tank: str
    target_m: float
    base_m3h: float
    band_m: float = 0.5


@dataclass(frozen=True, slots=True)
class StationMake:
    """One station.

    ``zones`` and ``tanks`` are by the name that stands in the key (``zone.low.pressure``);
    ``meters`` are the links whose flows a meter adds up; ``reducers`` are pressure reducing
    valves with the pressure that they hold; ``unsent`` are patterns of keys that this make does
    not send; ``units`` are the units of the sender where they are not those of the catalogue.
    """

    id: str
    pumps: int
    pump: PumpMake
    control: Callable[[], Control]
    zones: Mapping[str, str]
    meters: Mapping[str, tuple[str, ...]]
    burst_m3h: float
    tanks: Mapping[str, str] = field(default_factory=dict)
    suction: str | None = None
    inlet: tuple[str, str] | None = None
    fill: Filling | None = None
    reducers: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    chlorine_mg_l: float | None = None
    turbidity_ntu: float | None = None
    doses: bool = False
    room: bool = True
    units: Mapping[str, str] = field(default_factory=dict)
    unsent: tuple[str, ...] = ()

    @property
    def pump_names(self) -> tuple[str, ...]:
        """The pumps as they stand in keys, from ``p1`` on."""
        return tuple(f"p{number}" for number in range(1, self.pumps + 1))

    def link(self, pump: str) -> str:
        """Return the pump's link in the network."""
        return f"{self.id}.{pump}"


def _pump_links(station: str, count: int) -> tuple[str, ...]:
    return tuple(f"{station}.p{number}" for number in range(1, count + 1))


WELLS = StationMake(
    id="wells-01",
    pumps=4,
    pump=PumpMake(22.0, 125.0, converter=False),
    control=lambda: FillTank("lift-01.tank", (3.7, 3.3, 2.8, 2.2), (4.5, 4.3, 3.9, 3.4), 2),
    zones={"raw": "wells-01.out"},
    meters={str(number): (f"wells-01.p{number}",) for number in range(1, 5)},
    burst_m3h=1500.0,
    unsent=("*.frequency", "*.vibration", "room.sump.*"),
)
LIFT_1 = StationMake(
    id="lift-01",
    pumps=4,
    pump=PumpMake(37.0, 210.0),
    control=lambda: HoldPressure("lift-01.out", 38.0, most=4, count=2),
    zones={"main": "lift-01.out"},
    meters={"1": _pump_links("lift-01", 4)},
    burst_m3h=4200.0,
    tanks={"1": "lift-01.tank"},
    suction="lift-01.suction",
    chlorine_mg_l=0.65,
    turbidity_ntu=0.22,
    doses=True,
)
LIFT_2 = StationMake(
    id="lift-02",
    pumps=3,
    pump=PumpMake(30.0, 165.0, converter=False),
    control=lambda: Timetable((1,) * 5 + (2,) * 18 + (1,)),
    zones={"main": "lift-02.out"},
    meters={"1": _pump_links("lift-02", 3), "2": ("lift-02.fill",)},
    burst_m3h=2600.0,
    tanks={"1": "lift-02.tank"},
    suction="lift-02.suction",
    inlet=("lift-02.raw", "lift-02.in"),
    fill=Filling("lift-02.fill", "lift-02.tank", 3.2, 260.0, 0.8),
    chlorine_mg_l=0.6,
    turbidity_ntu=0.28,
    doses=True,
    units={"pressure": "kgf/cm2", "flow": "l/s"},
    unsent=("*.frequency", "room.door"),
)
BOOSTER_1 = StationMake(
    id="boost-01",
    pumps=2,
    pump=PumpMake(7.5, 27.0),
    control=lambda: HoldPressure("boost-01.out", 45.0, most=2),
    zones={"1": "boost-01.zone"},
    meters={"1": _pump_links("boost-01", 2)},
    burst_m3h=260.0,
    tanks={"1": "boost-01.tank"},
    suction="boost-01.suction",
    inlet=("boost-01.inlet", "boost-01.in"),
    fill=Filling("boost-01.fill", "boost-01.tank", 2.0, 21.0),
    unsent=("*.vibration", "*.temperature"),
)
BOOSTER_2 = StationMake(
    id="boost-02",
    pumps=3,
    pump=PumpMake(11.0, 35.0),
    control=lambda: HoldPressure("boost-02.out", 62.0, most=3),
    zones={"low": "boost-02.low", "high": "boost-02.high"},
    meters={"1": _pump_links("boost-02", 3)},
    burst_m3h=520.0,
    tanks={"1": "boost-02.tank"},
    suction="boost-02.suction",
    inlet=("boost-02.inlet", "boost-02.in"),
    fill=Filling("boost-02.fill", "boost-02.tank", 2.0, 44.0),
    reducers={"low": ("boost-02.prv-low", 38.0)},
    units={"pressure": "m[H2O]", "flow": "l/s"},
    unsent=("*.vibration", "*.hours", "*.power"),
)
BOOSTER_3 = StationMake(
    id="boost-03",
    pumps=4,
    pump=PumpMake(15.0, 33.0),
    control=lambda: HoldPressure("boost-03.out", 85.0, most=4, count=2),
    zones={"low": "boost-03.low", "mid": "boost-03.mid", "high": "boost-03.high"},
    meters={"1": _pump_links("boost-03", 4), "2": ("boost-03.fill",)},
    burst_m3h=620.0,
    tanks={"1": "boost-03.tank"},
    suction="boost-03.suction",
    inlet=("boost-03.inlet", "boost-03.in"),
    fill=Filling("boost-03.fill", "boost-03.tank", 2.0, 55.0),
    reducers={"low": ("boost-03.prv-low", 36.0), "mid": ("boost-03.prv-mid", 60.0)},
    chlorine_mg_l=0.4,
    turbidity_ntu=0.35,
)
BOOSTER_4 = StationMake(
    id="boost-04",
    pumps=2,
    pump=PumpMake(4.0, 26.0),
    control=lambda: HoldPressure("boost-04.out", 50.0, most=2),
    zones={"1": "boost-04.zone"},
    meters={"1": _pump_links("boost-04", 2)},
    burst_m3h=260.0,
    suction="boost-04.inlet",
    inlet=("boost-04.inlet", "boost-04.in"),
    room=False,
    units={"pressure": "kgf/cm2"},
    unsent=("*.hours", "*.temperature", "*.vibration", "*.power"),
)
BOOSTER_5 = StationMake(
    id="boost-05",
    pumps=3,
    pump=PumpMake(7.5, 32.0, converter=False),
    control=lambda: FillTank("boost-05.hill", (2.0, 1.5, 1.0), (3.1, 2.6, 2.2), 1),
    zones={"1": "boost-05.zone"},
    meters={"1": _pump_links("boost-05", 3)},
    burst_m3h=420.0,
    tanks={"1": "boost-05.tank", "2": "boost-05.hill"},
    suction="boost-05.suction",
    inlet=("boost-05.inlet", "boost-05.in"),
    fill=Filling("boost-05.fill", "boost-05.tank", 2.0, 26.0),
    chlorine_mg_l=0.35,
    unsent=("*.frequency", "*.vibration", "*.temperature", "*.power"),
)

MAKES = {
    make.id: make
    for make in (WELLS, LIFT_1, LIFT_2, BOOSTER_1, BOOSTER_2, BOOSTER_3, BOOSTER_4, BOOSTER_5)
}
"""Every station of the town, by its id."""
