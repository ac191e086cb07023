import pytest

from kit.geo import Position
from stations.assets.equipment import Equipment, EquipmentKind
from stations.assets.point_names import PHASE_NAMES, point_name
from stations.assets.points import PHASES, MeasuringPoint
from stations.assets.quantities import load_quantities
from stations.assets.station import Station, Zone

QUANTITIES = load_quantities()
STATION = Station(
    "booster-2", "东关泵站", "", "", Zone.CITY, Position(31.3, 120.6), 3.2,
    (Equipment("p1", EquipmentKind.PUMP, "1号泵", "Pump 1"),
     Equipment("zone-low", EquipmentKind.ZONE, "低区")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("point", "chinese", "english"),
    [
        (MeasuringPoint("p1.current.l1", "p1", "current", "l1"),
         "1号泵 A相电流", "Pump 1 current L1"),
        (MeasuringPoint("p1.t", "p1", "temperature", position="winding"),
         "1号泵 绕组温度", "Pump 1 winding temperature"),
        (MeasuringPoint("zone.low.pressure", "zone-low", "pressure"), "低区 压力", "低区 pressure"),
        (MeasuringPoint("p1.x", "p1", "gone", position="顶部"),
         "1号泵 顶部gone", "Pump 1 顶部 gone"),
        (MeasuringPoint("lost", "nowhere", "flow"), "瞬时流量", "flow"),
    ],
)  # fmt: skip
def test_a_point_is_called_by_its_equipment_quantity_phase_and_position(
    point: MeasuringPoint, chinese: str, english: str
) -> None:
    assert point_name(STATION, point, QUANTITIES) == chinese
    assert point_name(STATION, point, QUANTITIES, "en") == english


def test_every_phase_has_a_name() -> None:
    assert PHASE_NAMES.keys() == set(PHASES)
