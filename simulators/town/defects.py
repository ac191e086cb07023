"""Faults of the town's stations, by kind of equipment.

A command is ``kind`` or ``kind@equipment`` (``pump_trip@p2``); ``clear`` ends all, and
``clear:kind`` or ``clear:kind@equipment`` one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.town.makes import StationMake
from simulators.town.sent_keys import keys_of

CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Defect:
    """A kind of fault, in both languages, and the kind of equipment that has it."""

    kind: str
    equipment: str
    zh: str
    en: str


DEFECTS = {
    defect.kind: defect
    for defect in (
        Defect("pump_trip", "pump", "水泵跳闸", "a pump trips; the next one takes over"),
        Defect("phase_loss", "pump", "电机缺相", "one phase carries no current, the others more"),
        Defect("worn_pump", "pump", "叶轮磨损", "worn impellers: less head for more power"),
        Defect("bearing", "bearing", "轴承损坏", "a bearing fails: vibration and temperature rise"),
        Defect("converter_fault", "converter", "变频器故障", "a frequency converter gives up"),
        Defect("burst", "zone", "爆管", "the main of a zone bursts"),
        Defect("frozen_sensor", "zone", "压力信号冻结", "a pressure sensor repeats its value"),
        Defect("sensor_out_of_range", "zone", "压力信号超量程", "a pressure sensor reads nonsense"),
        Defect("valve_stuck", "valve", "阀门卡死", "a valve is stuck"),
        Defect("tank_leak", "tank", "水池漏水", "a tank loses water"),
        Defect("level_stuck", "tank", "液位计卡死", "a level sensor repeats its value"),
        Defect("inlet_low", "inlet", "进水压力低", "the water that comes in has little pressure"),
        Defect("meter_stopped", "meter", "流量计停走", "a meter stands still"),
        Defect("power_failure", "cabinet", "市电停电", "the cabinet has no mains"),
        Defect("door_open", "door", "门被打开", "the door is open"),
        Defect("sump_flood", "sump", "集水坑积水", "the sump floods"),
        Defect("turbidity_high", "turbidity", "浊度升高", "the water turns turbid"),
        Defect("chlorine_low", "chlorine", "余氯偏低", "the residual chlorine falls"),
        Defect("clock_stopped", "station", "时钟停走", "the station's clock stands still"),
        Defect(
            "link_lost", "station", "通信中断", "the link is lost; messages wait at the station"
        ),
        Defect("silent", "station", "站点失联", "the station is dead and keeps nothing"),
    )
}
"""Every kind, by name."""


def targets(make: StationMake, equipment: str) -> tuple[str, ...]:
    """Return the names of a station's equipment of one kind.

    A door or a bearing that no instrument watches is left out: nobody would see its fault.
    """
    pumps = make.pump_names
    sent = {word for key in keys_of(make) for word in key.split(".")}
    return {
        "pump": pumps,
        "converter": pumps if make.pump.converter else (),
        "zone": tuple(make.zones),
        "valve": (*(("fill",) if make.fill else ()), *make.reducers),
        "tank": tuple(make.tanks),
        "inlet": ("inlet",) if make.inlet else (),
        "meter": tuple(make.meters),
        "cabinet": ("cabinet",),
        "bearing": pumps if any(word in sent for word in ("temperature", "vibration")) else (),
        "door": ("room",) if "door" in sent else (),
        "sump": ("room",) if "sump" in sent else (),
        "turbidity": ("quality",) if make.turbidity_ntu is not None else (),
        "chlorine": ("quality",) if make.chlorine_mg_l is not None else (),
        "station": ("station",),
    }[equipment]


def possible(make: StationMake) -> list[tuple[Defect, tuple[str, ...]]]:
    """Return what this station can have, each with the equipment that can have it."""
    pairs = [(defect, targets(make, defect.equipment)) for defect in DEFECTS.values()]
    return [(defect, names) for defect, names in pairs if names]


@dataclass(slots=True)
class DefectBook:
    """The present faults of one station."""

    make: StationMake
    _present: set[tuple[str, str]] = field(default_factory=set)

    def takes(self, command: str) -> bool:
        """Return whether this command means something at this station."""
        ends, _, what = command.rpartition(":")
        kind, _, where = what.partition("@")
        if command == CLEAR:
            return True
        if ends not in ("", CLEAR) or kind not in DEFECTS:
            return False
        names = targets(self.make, DEFECTS[kind].equipment)
        return bool(names) and (not where or where in names)

    def obey(self, command: str, first: str | None = None) -> None:
        """Begin or end what the command says; raise ``ValueError`` if the station can't have it.

        ``first`` is the pump that a fault of a pump strikes when the command names none.
        """
        if command == CLEAR:
            self._present.clear()
            return
        if not self.takes(command):
            raise ValueError(f"{self.make.id} can't have {command!r}")
        ends, _, what = command.rpartition(":")
        kind, _, where = what.partition("@")
        names = targets(self.make, DEFECTS[kind].equipment)
        if ends:
            self._present -= {pair for pair in self._present if _matches(pair, kind, where)}
        else:
            chosen = where or (first if first in names else names[0])
            self._present.add((kind, chosen))

    def has(self, kind: str, where: str | None = None) -> bool:
        """Return whether there is this fault, at this equipment or at any."""
        if not self._present:
            return False
        return any(_matches(pair, kind, where or "") for pair in self._present)

    def names(self) -> list[str]:
        """Return what is wrong, as commands."""
        return sorted(f"{kind}@{where}" for kind, where in self._present)


def _matches(pair: tuple[str, str], kind: str, where: str) -> bool:
    return pair[0] == kind and where in ("", pair[1])
