"""EPANET networks stepped live: one solve a second, with pumps, demands and bursts set between.

The EPANET 2.2 toolkit (through wntr's ``ENepanet``) and not wntr's own ``WNTRSimulator``: its
loop ``ENrunH``/``ENnextH`` may be entered second by second while settings change, one step of
these networks costs about 10 microseconds against milliseconds in Python, and it is the solver
that a water company's engineers know.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wntr.epanet.toolkit import ENepanet
from wntr.epanet.util import EN

NETWORKS = Path(__file__).parents[1] / "networks"
CONSUMERS = ("J1", "J2", "J3", "J4", "J5")
PUMPS = ("PUMP1", "PUMP2")
BURST_NODE = "J1"
WITHOUT_SAVING = 0
"""``ENinitH`` without writing results to disk: a live run has no end, its file would grow."""
MPA_PER_METRE = 998.0 * 9.81 / 1e6


class Kind(StrEnum):
    """What a station is: it fills an elevated tank, or it holds the pressure by itself."""

    BOOSTER = "booster"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Variation:
    """How one station differs from the drawing: factors for demand and roughness, tank level."""

    demand: float = 1.0
    roughness: float = 1.0
    tank_level_m: float = 2.4


class Network:
    """One EPANET network, one second a step. Not thread-safe; close it when done."""

    def __init__(self, kind: Kind, variation: Variation) -> None:
        self.kind = kind
        self._scratch = tempfile.TemporaryDirectory(prefix="epanet-")
        report, results = (str(Path(self._scratch.name) / name) for name in ("report", "results"))
        self._epanet = ENepanet(str(NETWORKS / f"{kind}.inp"), report, results)
        self._epanet.ENopen()
        self._node = {
            name: self._epanet.ENgetnodeindex(name) for name in ("HEAD", "TANK", *CONSUMERS)
        }
        pipes = ("M1", "M2", "M3", "M4", "M5", "M6")
        names = (*PUMPS, *pipes, *(("FILL",) if kind is Kind.DIRECT else ()))
        self._link = {name: self._epanet.ENgetlinkindex(name) for name in names}
        self._base_demand = {
            name: self._epanet.ENgetnodevalue(self._node[name], EN.BASEDEMAND) * variation.demand
            for name in CONSUMERS
        }
        for pipe in pipes:
            rough = self._epanet.ENgetlinkvalue(self._link[pipe], EN.ROUGHNESS)
            self._set_link(pipe, EN.ROUGHNESS, rough * variation.roughness)
        self._set_node("TANK", EN.TANKLEVEL, variation.tank_level_m)
        self._epanet.ENopenH()
        self._epanet.ENinitH(WITHOUT_SAVING)

    def step(self) -> None:
        """Solve the present second, and move the tank on to the next."""
        self._epanet.ENrunH()
        # The flows solved for this second must be read before ENnextH moves the clock.
        self.pump_flow_m3h = tuple(
            max(0.0, self._epanet.ENgetlinkvalue(self._link[pump], EN.FLOW)) for pump in PUMPS
        )
        # Where a demand can't be met, EPANET's demand-driven analysis invents suction without
        # bound; a main that has run empty reads zero.
        self.head_pressure_m = max(0.0, self._node_value("HEAD", EN.PRESSURE))
        self.tank_inflow_m3h = self._node_value("TANK", EN.DEMAND)
        self.drawn_m3h = sum(self._node_value(name, EN.DEMAND) for name in CONSUMERS)
        self._epanet.ENnextH()
        self._epanet.errcodelist.clear()  # it grows by a warning a second while a main is dry
        self.tank_level_m = self._node_value("TANK", EN.PRESSURE)

    @property
    def suction_head_m(self) -> float:
        """Head on the suction side of the pumps, in metres above the discharge header."""
        return 2.0 if self.kind is Kind.BOOSTER else self.tank_level_m

    def set_demand(self, multiplier: float) -> None:
        """Let every consumer draw this multiple of its mean demand."""
        for name, base in self._base_demand.items():
            self._set_node(name, EN.BASEDEMAND, base * multiplier)

    def set_pump(self, pump: str, speed: float) -> None:
        """Run a pump at this relative speed; stop it with zero."""
        if speed > 0.0:
            self._set_link(pump, EN.STATUS, 1)
            self._set_link(pump, EN.SETTING, speed)
        else:
            self._set_link(pump, EN.STATUS, 0)

    def set_fill_valve(self, opened: bool) -> None:
        """Open or shut the float valve of the clear-water tank (direct boosters only)."""
        self._set_link("FILL", EN.STATUS, 1 if opened else 0)

    def set_burst(self, coefficient: float) -> None:
        """Break the main behind the station: ``q = C sqrt(p)``, C in m3/h per root metre."""
        self._set_node(BURST_NODE, EN.EMITTER, coefficient)

    def close(self) -> None:
        """Free EPANET's memory and delete its scratch files."""
        if self._epanet.isOpen():
            self._epanet.ENcloseH()
            self._epanet.ENclose()
        self._scratch.cleanup()

    def _node_value(self, name: str, code: EN) -> float:
        return float(self._epanet.ENgetnodevalue(self._node[name], code))

    def _set_node(self, name: str, code: EN, value: float) -> None:
        self._epanet.ENsetnodevalue(self._node[name], code, value)

    def _set_link(self, name: str, code: EN, value: float) -> None:
        self._epanet.ENsetlinkvalue(self._link[name], code, value)
