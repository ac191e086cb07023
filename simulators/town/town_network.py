"""The town's pipes: EPANET, one solve a step, with pumps, valves and demands set between.

After ``solve`` every value may be read until ``advance`` moves the tanks on to the next step.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from wntr.epanet.toolkit import ENepanet
from wntr.epanet.util import EN

from simulators.pump_station.hydraulics import MPA_PER_METRE, NETWORKS, WITHOUT_SAVING


class TownNetwork:
    """The network of ``town.inp``, ``step_s`` seconds a step. Not thread-safe; close it."""

    def __init__(self, step_s: int = 1) -> None:
        self.step_s = step_s
        self._scratch = tempfile.TemporaryDirectory(prefix="epanet-")
        report, results = (str(Path(self._scratch.name) / name) for name in ("report", "results"))
        self._epanet = ENepanet(str(NETWORKS / "town.inp"), report, results)
        self._epanet.ENopen()
        self._epanet.ENsettimeparam(EN.HYDSTEP, step_s)
        self._node = {
            self._epanet.ENgetnodeid(index): index
            for index in range(1, self._epanet.ENgetcount(EN.NODECOUNT) + 1)
        }
        self._links: dict[str, int] = {}
        self.mean_demand_m3h = {
            node: value
            for node in self._node
            if "." not in node and (value := self._node_value(node, EN.BASEDEMAND)) > 0.0
        }
        self._set: dict[tuple[str, EN], float | None] = {}
        self._epanet.ENopenH()
        self._epanet.ENinitH(WITHOUT_SAVING)

    def solve(self) -> None:
        """Solve the present instant."""
        self._epanet.ENrunH()
        self._epanet.errcodelist.clear()  # it grows by a warning a step while a main is dry

    def advance(self) -> None:
        """Move the tanks on by one step."""
        moved = self._epanet.ENnextH()
        while 0 < moved < self.step_s:  # EPANET stops early where a tank fills or runs empty
            self._epanet.ENrunH()
            moved += self._epanet.ENnextH()
        self._epanet.errcodelist.clear()

    def pressure_m(self, node: str) -> float:
        """Return a junction's pressure in m of water, or a tank's level in m; never below 0.

        Consumers get less where the pressure is low (the network asks for EPANET's
        pressure-driven analysis), so a main that has run empty reads zero.
        """
        return max(0.0, self._node_value(node, EN.PRESSURE))

    def pressure_mpa(self, node: str) -> float:
        """Return a junction's pressure in MPa."""
        return self.pressure_m(node) * MPA_PER_METRE

    def volume_m3(self, tank: str) -> float:
        """Return what a tank holds above its floor."""
        diameter = self._node_value(tank, EN.TANKDIAM)
        return math.pi / 4.0 * diameter**2 * self.pressure_m(tank)

    def flow_m3h(self, link: str) -> float:
        """Return the flow through a link."""
        return float(self._epanet.ENgetlinkvalue(self._link(link), EN.FLOW))

    def lift_m(self, pump: str) -> float:
        """Return the head that a pump adds."""
        return max(0.0, -float(self._epanet.ENgetlinkvalue(self._link(pump), EN.HEADLOSS)))

    def set_demand(self, node: str, flow_m3h: float) -> None:
        """Draw this much at a junction."""
        self._set_node(node, EN.BASEDEMAND, flow_m3h)

    def set_pump(self, pump: str, speed: float) -> None:
        """Run a pump at this relative speed; stop it with zero."""
        self._regulate(pump, round(speed, 4) if speed > 0.0 else None)

    def set_filling(self, valve: str, flow_m3h: float) -> None:
        """Let a flow control valve pass this much; below 0.5 m3/h it is shut."""
        self._regulate(valve, round(flow_m3h, 2) if flow_m3h >= 0.5 else None)

    def set_wide_open(self, valve: str, setting: float | None) -> None:
        """Open a pressure reducing valve fully, or let it hold ``setting`` metres again."""
        if self._set.get((valve, EN.SETTING), 0.0) != setting:
            self._set[(valve, EN.SETTING)] = setting
            code, value = (EN.STATUS, 1.0) if setting is None else (EN.SETTING, setting)
            self._epanet.ENsetlinkvalue(self._link(valve), code, value)

    def set_throttled(self, pipe: str, loss: float) -> None:
        """Give a pipe this minor loss coefficient; EPANET takes none that is not above 0."""
        self._set_link(pipe, EN.MINORLOSS, max(0.001, loss))

    def set_burst(self, node: str, coefficient: float) -> None:
        """Break the main at a junction: ``q = C sqrt(p)``, C in m3/h per root metre."""
        self._set_node(node, EN.EMITTER, coefficient)

    def close(self) -> None:
        """Give back EPANET's memory and its scratch files."""
        if self._epanet.isOpen():
            self._epanet.ENcloseH()
            self._epanet.ENclose()
        self._scratch.cleanup()

    def _link(self, name: str) -> int:
        if name not in self._links:
            self._links[name] = self._epanet.ENgetlinkindex(name)
        return self._links[name]

    def _node_value(self, node: str, code: EN) -> float:
        return float(self._epanet.ENgetnodevalue(self._node[node], code))

    # A call into EPANET costs more than a dictionary look-up, and most settings don't change.

    def _set_node(self, node: str, code: EN, value: float) -> None:
        if self._set.get((node, code)) != value:
            self._set[(node, code)] = value
            self._epanet.ENsetnodevalue(self._node[node], code, value)

    def _regulate(self, link: str, setting: float | None) -> None:
        """Open a pump or valve to this setting, or shut it with ``None``."""
        before = self._set.get((link, EN.SETTING), 0.0)
        if before == setting:
            return
        self._set[(link, EN.SETTING)] = setting
        index = self._link(link)
        if setting is None:
            self._epanet.ENsetlinkvalue(index, EN.STATUS, 0.0)
            return
        # EPANET takes a setting for a link that is shut without opening it.
        self._epanet.ENsetlinkvalue(index, EN.STATUS, 1.0)
        self._epanet.ENsetlinkvalue(index, EN.SETTING, setting)

    def _set_link(self, link: str, code: EN, value: float) -> None:
        if self._set.get((link, code)) != value:
            self._set[(link, code)] = value
            self._epanet.ENsetlinkvalue(self._link(link), code, value)
